"""A fetched file on its way into the drop folder: written aside, then put in place together with its sidecar.

A file never stands in the drop folder without its own sidecar, whenever the process dies: an earlier file of the name
goes first, then the sidecar comes, then the file. All of it happens under the warehouse's lock, so ingestion, which
holds the same lock, never looks between two of these moves.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import file_digest
from pathlib import Path

from clew.problems import Place, Problem, ProblemError
from clew.settings import Settings
from clew.sources.ledger import waiting_for
from clew.sources.source import Source

_DAY = "received_on: "


@dataclass(frozen=True)
class Draft:
    """A whole file written aside, the name it will have, and the text of its sidecar.

    ``instead_of`` are waiting files of an earlier fetch that was never loaded: the new one holds what they held.
    """

    aside: Path
    name: str
    sidecar: str
    instead_of: tuple[str, ...] = ()


def sidecar_text(papers: Mapping[str, object]) -> str:
    """The sidecar of these keys; what is None or empty is left out. Dates and texts never change their kind."""
    said = {
        key: value
        for key, value in papers.items()
        if value is not None and value is not False and value not in ("", [])
    }
    return "".join(f"{key}: {_scalar(value)}\n" for key, value in said.items())


def _scalar(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_scalar(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(one) for one in value) + "]"
    if isinstance(value, date | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def publish(settings: Settings, folder: Path, draft: Draft, source: Source, say: Callable[[str], None]) -> bool:
    """Put a draft in its place; False when the very same file with the same statement stands there already.

    Waits while another process writes to the warehouse. Raises duckdb.IOException when that takes too long, and
    ProblemError (N032) when a file of that name from elsewhere waits there.
    """
    target, papers = folder / draft.name, folder / f"{draft.name}.yml"
    with closing(waiting_for(settings, say)):
        if _alike(target, papers, draft):
            draft.aside.unlink()
            return False
        if target.exists() and _source_line(source) not in _lines(papers):
            said = f"a file '{draft.name}' that did not come from '{source.server}' waits for {source.dataset}"
            raise ProblemError([Problem(source.place, "N032", said, "ingest it and move it away, or rename it")])
        written = folder / f".{draft.aside.name}.yml.part"
        written.write_text(draft.sidecar, encoding="utf-8")
        with written.open("rb") as file:
            os.fsync(file.fileno())
        for name in (draft.name, *draft.instead_of):
            (folder / name).unlink(missing_ok=True)
        written.replace(papers)
        draft.aside.replace(target)
        for name in draft.instead_of:
            (folder / f"{name}.yml").unlink(missing_ok=True)
        _sync(folder)
    return True


def never_loaded(folder: Path, source: Source, loaded: Mapping[str, str]) -> tuple[str, ...]:
    """Names of waiting files that earlier fetches of a source wrote and that were never loaded.

    ``loaded`` has the SHA-256 of what was last loaded under a name. Files stay in the drop folder, so only those of
    another content wait; a numbered file is never written again once it was loaded.
    """
    line, waiting = _source_line(source), []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.suffix == ".yml" or line not in _lines(folder / f"{path.name}.yml"):
            continue
        whole = path.stem == source.server
        if path.name not in loaded or (whole and _digest(path) != loaded[path.name]):
            waiting.append(path.name)
    return tuple(waiting)


@contextmanager
def alone(folder: Path, server: str, place: Place) -> Iterator[None]:
    """Hold a source's own lock: two fetches of it at once would write one file. Raises ProblemError (N031)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".fetch-{server}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = Problem(place, "N031", f"another fetch from '{server}' is running", "wait until it has finished")
            raise ProblemError([said]) from None
        yield


def aside(folder: Path, name: str) -> Path:
    """Where a file is written before it is whole; ingestion passes such names over."""
    return folder / f".{name}.part"


def _alike(target: Path, papers: Path, draft: Draft) -> bool:
    """Whether the same bytes stand there, and papers that differ in nothing but the day of receipt."""
    if not target.exists() or target.stat().st_size != draft.aside.stat().st_size:
        return False
    said = [line for line in draft.sidecar.splitlines() if not line.startswith(_DAY)]
    return said == [line for line in _lines(papers) if not line.startswith(_DAY)] and (
        _digest(target) == _digest(draft.aside)
    )


def _lines(papers: Path) -> list[str]:
    return papers.read_text(encoding="utf-8", errors="replace").splitlines() if papers.exists() else []


def _source_line(source: Source) -> str:
    return sidecar_text({"source": source.identity}).rstrip("\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
