"""Placing a received file in the drop folder with its papers: the sidecar first, then the file, each whole or not.

A file without its papers would be taken for one that certifies nothing; papers without their file are only said (I004).
Nothing that is there is ever overwritten.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copyfile
from tempfile import mkstemp

from clew.contracts.model import Contract
from clew.ingest.land.file_name import citable, shown_name
from clew.ingest.land.incoming import IGNORED_PREFIXES, IGNORED_SUFFIXES
from clew.ingest.land.sidecar import Sidecar, read_sidecar
from clew.ingest.land.totals import wrong_total
from clew.problems import Place, Problem, ProblemError, Problems


def placed_on(drop: Path, dataset: str, name: str) -> date | None:
    """The day of receipt in papers that are there already; None when there are none, or they have mistakes."""
    papers, problems = drop / dataset / f"{name}.yml", Problems()
    if not papers.exists():
        return None
    found = read_sidecar(papers.read_bytes(), date.max, problems, papers.name)
    return None if problems.errors or found.received_on == date.max else found.received_on


def sidecar_text(sidecar: Sidecar) -> str:
    """The papers as YAML, one key a line, in the order a letter names them."""
    period = sidecar.period
    values: dict[str, str | None] = {
        "sender": _text(sidecar.sender),
        "letter": _text(sidecar.letter),
        "received_by": _text(sidecar.received_by),
        "received_on": sidecar.received_on.isoformat(),
        "period": f"{{from: {period[0]}, to: {period[1]}}}" if period else None,
        "region": _text(sidecar.region or None),
        "rows": None if sidecar.rows is None else str(sidecar.rows),
        "totals": _totals(sidecar),
        "complete": "true" if sidecar.complete else None,
        "replaces": json.dumps(sidecar.replaces, ensure_ascii=False) if sidecar.replaces else None,
        "mode": sidecar.mode,
        "encoding": _text(sidecar.encoding),
        "sheet": _text(sidecar.sheet),
    }
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value is not None)


def place(source: Path, drop: Path, contract: Contract, sidecar: Sidecar) -> Path:
    """Copy ``source`` to ``drop/<dataset>/`` under its own name with ``sidecar``; the path of the copy.

    Doing it again changes nothing. Raises ProblemError: I050 and I003 for papers that cannot be right, I052 where
    another file or other papers stand under that name, I053 for a name the drop folder passes over; OSError.
    """
    folder, name = drop / contract.dataset, source.name
    shown = f"drop/{contract.dataset}/{name}"
    problems = Problems()
    if not citable(name):
        said = "the file's name is no UTF-8 text"
        problems.error(
            Place(f"drop/{contract.dataset}/{shown_name(name)}"), "I060", said, "rename it and land it again"
        )
    if name.startswith(IGNORED_PREFIXES) or name.endswith((*IGNORED_SUFFIXES, ".yml")):
        problems.error(
            Place(shown), "I053", "a file of this name is passed over in a drop folder", "rename it and land it again"
        )
    for total, _ in sidecar.totals:
        if (wrong := wrong_total(contract, total, f"{shown}.yml")) is not None:
            problems.found.append(wrong)
    problems.raise_errors()
    folder.mkdir(parents=True, exist_ok=True)
    text = sidecar_text(sidecar)
    read_sidecar(text.encode(), sidecar.received_on, problems, f"{shown}.yml")  # as ingestion will
    problems.raise_errors()
    papers, target = folder / f"{name}.yml", folder / name
    if target.exists() and not _same(source, target):
        problems.found.append(_taken(target))
    if papers.exists() and papers.read_bytes() != text.encode():
        problems.error(
            Place(f"{shown}.yml"),
            "I052",
            "other papers of this file are here; nothing was overwritten",
            "to correct what they say, change this sidecar and run: clew ingest",
        )
    problems.raise_errors()
    _put(papers, lambda path: path.write_text(text, encoding="utf-8"))
    _put(target, lambda path: copyfile(source, path))
    return target


def _put(target: Path, write: Callable[[Path], object]) -> None:
    """Make a file appear whole under its name, unless the name is taken (by the same content: checked before)."""
    if target.exists():
        return
    handle, name = mkstemp(prefix=".placing-", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o640)
        try:
            os.link(temporary, target)  # unlike a rename it never takes the place of a file that came in between
        except FileExistsError:
            raise ProblemError([_taken(target)]) from None
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
                raise
            temporary.rename(target)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _taken(target: Path) -> Problem:
    return Problem(
        Place(f"drop/{target.parent.name}/{target.name}"),
        "I052",
        "another file of this name is here; nothing was overwritten",
        "give the new file another name, and say what it corrects with --replaces",
    )


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(1 << 20):
            if chunk != second.read(1 << 20):
                return False
    return True


def _text(value: str | None) -> str | None:
    """A text as YAML reads it back: JSON's quotes are YAML's double quotes."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _totals(sidecar: Sidecar) -> str | None:
    pairs = ", ".join(f"{_text(name)}: {value:f}" for name, value in sidecar.totals)
    return f"{{{pairs}}}" if pairs else None
