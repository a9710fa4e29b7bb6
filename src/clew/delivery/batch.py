"""Sealed batches: one folder per receiving unit and screening, whole or not there at all.

A batch is written to a temporary folder, brought to disk, and renamed once; then its ledger row is stored.
Killed at any moment, the next delivery finds either nothing, or a whole folder that it takes into the ledger.
A sealed batch is never written again: delivering the same screening gives back what was sealed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.delivery import manifest, tables, workbook
from clew.delivery.contents import Contents
from clew.delivery.notices import remember_sent
from clew.delivery.read import Screened, Source, read_contents, units
from clew.problems import Place, Problem, ProblemError, Problems
from clew.rules.library import Library
from clew.rules.parse_laws import read_laws
from clew.settings import Settings
from clew.supervision.library import Models
from clew.warehouse import transaction

TEMPORARY = ".sealing-"


@dataclass(frozen=True)
class SealedBatch:
    """One unit's batch of one screening. ``path`` is its folder, ``clues`` how many it lists."""

    batch_id: str
    screening_id: str
    unit: str
    path: Path
    manifest_sha256: str
    clues: int

    @property
    def workbook(self) -> Path:
        """The file a case handler opens."""
        return self.path / workbook.NAME


def deliver(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Catalogue,
    library: Library,
    models: Models,
    *,
    screening_id: str,
    progress: Callable[[str], None] | None = None,
) -> list[SealedBatch]:
    """Seal a batch for every unit that a screened model sends clues to; again and again with the same result.

    Raises ProblemError: D001 no such screening, D002 a sealed folder was damaged, D003 a sealed folder is gone and
    the clues have moved on since.
    """
    laws = read_laws(settings.project / "rules" / "laws", Problems())
    source = Source(connection, settings, catalogue, library, models, laws)
    found = source.rows("select as_of, manifest from clew.screening where screening_id = ?", [screening_id])
    if not found:
        raise _refused(
            settings.warehouse_path,
            "D001",
            f"there is no screening '{screening_id}'",
            "list what was delivered with: clew batches",
        )
    screened = Screened(source, screening_id, found[0][0], json.loads(found[0][1]))
    folder = settings.batches_dir / screening_id
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    batches = []
    for unit in units(screened):
        if progress:
            progress(f"sealing the batch for {unit}")
        batches.append(_seal(screened, unit, folder / unit))
    return batches


def sealed_batches(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[SealedBatch]:
    """Every batch in the ledger, newest screening first."""
    rows = connection.execute(
        "select b.batch_id, b.screening_id, b.unit, b.path, b.manifest_sha256, b.clues from clew.clue_batch b"
        " join clew.screening s using (screening_id) order by s.as_of desc, b.screening_id, b.unit"
    ).fetchall()
    return [SealedBatch(row[0], row[1], row[2], settings.batches_dir / row[3], row[4], row[5]) for row in rows]


def _seal(screened: Screened, unit: str, target: Path) -> SealedBatch:
    source, screening_id = screened.source, screened.screening_id
    batch_id = f"{screening_id}/{unit}"
    ledger = source.rows("select manifest_sha256, clues from clew.clue_batch where batch_id = ?", [batch_id])
    if target.exists():
        _refuse_damage(target, ledger[0][0] if ledger else None)
    else:
        temporary = _write(read_contents(screened, unit), screened.manifest, batch_id, target)
        if ledger and manifest.sha256(temporary / manifest.NAME) != ledger[0][0]:
            shutil.rmtree(temporary)
            raise _refused(
                target,
                "D003",
                "this sealed batch is gone, and its clues have changed since",
                "restore the folder from a backup; it cannot be made again",
            )
        temporary.rename(target)
        _to_disk(target.parent)
    sealed = target / manifest.NAME
    clues = int(json.loads(sealed.read_text(encoding="utf-8"))["counts"]["clues"])
    batch = SealedBatch(batch_id, screening_id, unit, target, manifest.sha256(sealed), clues)
    if not ledger:
        with transaction(source.connection):
            source.connection.execute(
                "insert into clew.clue_batch values (?, ?, ?, ?, ?, ?)",
                [batch_id, screening_id, unit, f"{screening_id}/{unit}", batch.manifest_sha256, clues],
            )
            remember_sent(source.connection, batch_id, target)
    return batch


def _write(contents: Contents, document: Mapping[str, Any], batch_id: str, target: Path) -> Path:
    """Write the folder whole beside its place and bring it to disk, ready to be moved there in one step."""
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    temporary.mkdir()
    clues, evidence = tables.clue_table(contents), tables.evidence_table(contents)
    workbook.write_workbook(contents, temporary / workbook.NAME)
    tables.write_csv(clues, temporary / "clues.csv")
    tables.write_csv(evidence, temporary / "evidence.csv")
    tables.write_parquet(clues, temporary / "clues.parquet")
    tables.write_parquet(evidence, temporary / "evidence.parquet")
    if contents.notices:
        tables.write_csv(tables.notice_table(contents), temporary / "notices.csv")
        tables.write_parquet(tables.notice_table(contents), temporary / "notices.parquet")
    counts = {
        "clues": clues.num_rows,
        "evidence": evidence.num_rows,
        "undecided": sum(gap.subjects for gap in contents.gaps),
    }
    files = {path.name: path for path in sorted(temporary.iterdir())}
    (temporary / manifest.NAME).write_bytes(
        manifest.build(batch_id, contents.unit, contents.purpose, document, counts, files)
    )
    for path in [*sorted(temporary.iterdir()), temporary]:
        _to_disk(path)
    return temporary


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what a killed delivery left half written; the warehouse's lock says nobody else is at work."""
    for path in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(path)


def _refuse_damage(target: Path, expected: str | None) -> None:
    found = manifest.damage(target, expected)
    if found:
        raise ProblemError(
            Problem(
                Place(str(item.path)),
                "D002",
                f"this file of a sealed batch {item.problem}",
                "restore the folder from a backup, or move it away to have it made again",
            )
            for item in found
        )


def _refused(path: Path, code: str, message: str, help: str) -> ProblemError:
    return ProblemError([Problem(Place(str(path)), code, message, help)])
