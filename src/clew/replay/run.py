"""A sealed batch worked out again: identical, or where it first differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from clew.delivery import manifest as sealed_manifest
from clew.delivery import tables
from clew.delivery.read import Screened, Source, read_contents
from clew.problems import Problem
from clew.project import Project
from clew.replay.past import as_it_was
from clew.screening.run import screen
from clew.supervision.library import Models
from clew.supervision.model import Status

HISTORY = ("due_on", "fresh", "state", "also_held")
"""Columns of a batch that say how far the handling was, not what the screening found."""
PARTS = ("as_of", "models", "rules", "contracts", "clew", "inputs", "coverage", "doubted")
"""What a screening rests on, in the order in which a difference is looked for."""


@dataclass(frozen=True)
class Replayed:
    """How a replay ended. ``difference`` is the first one found, '' when there is none.

    ``notes`` are differences that must not change a result, such as another version of the engine.
    """

    batch_id: str
    clues: int
    evidence: int
    difference: str
    notes: tuple[str, ...] = ()

    @property
    def identical(self) -> bool:
        """Whether everything was found again as it was sealed."""
        return not self.difference


def replay(project: Project, folder: Path, recorded_sha256: str | None = None) -> Replayed:
    """Work out the batch in a folder again, with the project's content, over the deliveries its screening saw.

    Nothing is stored. What is compared: the folder with its manifest, everything the screening rested on, and each
    cell of the sealed clues and evidence but :data:`HISTORY`. A clue that was found then and not listed, because it
    had been answered, is known by its history.
    """
    damage = sealed_manifest.damage(folder, recorded_sha256)
    if damage:
        return Replayed(folder.name, 0, 0, f"{damage[0].path} {damage[0].problem}")
    document = json.loads((folder / sealed_manifest.NAME).read_text(encoding="utf-8"))
    screening, unit = document["screening"], document["unit"]
    content = _as_sealed(project, document)
    with as_it_was(content.settings, screening) as connection:
        report = screen(
            connection,
            content.settings,
            content.catalogue,
            content.library,
            content.models,
            as_of=date.fromisoformat(screening["as_of"]),
            laws=content.laws,
            only=list(screening["models"]),
            judged=True,
        )
        stored = connection.execute("select manifest from clew.screening").fetchall()
        again = json.loads(stored[0][0])
        broken = [problem for problem in report.problems if problem.severity.value == "error"]
        found = _first(
            lambda: (_refused(problem) for problem in broken),
            lambda: _differences(screening, again),
            lambda: _outcome(connection, content, folder, unit, again),
        )
    return Replayed(
        document["batch_id"],
        document["counts"]["clues"],
        document["counts"]["evidence"],
        found,
        tuple(_unequal("versions", screening["versions"], again["versions"])),
    )


def _as_sealed(project: Project, document: Mapping[str, Any]) -> Project:
    """The project with the purpose of the batch, the models' status of its screening, and no lineage events."""
    statuses = {name: Status(entry["status"]) for name, entry in document["screening"]["models"].items()}
    models = {
        name: replace(model, status=statuses.get(name, model.status)) for name, model in project.models.models.items()
    }
    settings = replace(project.settings, purpose=document["purpose"], lineage="")
    return replace(project, settings=settings, models=Models(models))


def _first(*looks: Callable[[], Iterator[str]]) -> str:
    """The first difference that any of them finds, '' for none."""
    return next((found for look in looks for found in look()), "")


def _refused(problem: Problem) -> str:
    return f"the screening cannot be done again: {problem.code} {problem.message}"


def _differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Where two manifests differ: the path to the value, and both values."""
    for part in PARTS:
        yield from _unequal(part, was.get(part), now.get(part))


def _unequal(path: str, was: Any, now: Any) -> Iterator[str]:
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in sorted({*was, *now}, key=lambda key: (key.endswith(("sha256", "hash")), key)):  # a hash says least
            yield from _unequal(f"{path}.{key}", was.get(key), now.get(key))
    elif isinstance(was, list) and isinstance(now, list):
        for at, (one, other) in enumerate(zip_longest(was, now)):
            name = next((one[key] for key in ("rule", "dataset") if one and key in one), at) if one else at
            yield from _unequal(f"{path}[{name}]", one, other)
    else:
        yield f"{path}: {_told(was)} when sealed, {_told(now)} now"


def _told(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)[:120]


def _outcome(
    connection: duckdb.DuckDBPyConnection, content: Project, folder: Path, unit: str, screening: Mapping[str, Any]
) -> Iterator[str]:
    """Where the clues or the evidence differ from the sealed tables."""
    clues = pq.read_table(folder / "clues.parquet")
    listed = clues.column("clue_id").to_pylist()
    here = connection.execute(
        "select clue_id from clew.clue where route = ? and not gone order by clue_id", [unit]
    ).fetchall()
    found = {row[0] for row in here}
    yield from (f"clue {clue}: sealed, and not found now" for clue in listed if clue not in found)
    answered = {
        row[0]
        for row in connection.execute(
            "select distinct clue_id from stored.clew.event where kind in ('moved', 'suppressed')"
        ).fetchall()
    }
    yield from (f"clue {clue}: found now, and not sealed" for clue in sorted(found - {*listed} - answered))
    connection.execute(
        "update clew.clue set gone = true where clue_id not in (select unnest(cast(? as varchar[])))", [listed]
    )
    source = Source(connection, content.settings, content.catalogue, content.library, content.models, content.laws)
    as_of = date.fromisoformat(screening["as_of"])
    contents = read_contents(Screened(source, screening["screening_id"], as_of, screening), unit)
    yield from _cells("clue", clues, tables.clue_table(contents))
    yield from _cells("evidence", pq.read_table(folder / "evidence.parquet"), tables.evidence_table(contents))


def _cells(what: str, was: pa.Table, now: pa.Table) -> Iterator[str]:
    """The first cell that differs, by clue and column; no value is told, for it may name a person."""
    names = [name for name in was.column_names if name not in HISTORY]
    if names != [name for name in now.column_names if name not in HISTORY]:
        yield f"{what}: other columns than when sealed"
        return
    if was.num_rows != now.num_rows:
        yield f"{what}: {was.num_rows} rows when sealed, {now.num_rows} now"
    key = [(name, "ascending") for name in ("clue_id", "rule", "dataset", "file", "row") if name in names]
    for one, other in zip(was.sort_by(key).to_pylist(), now.sort_by(key).to_pylist(), strict=False):
        for name in names:
            if one[name] != other[name]:
                yield f"{what} {one['clue_id']}: '{name}' is not what was sealed"
