"""A fetched file on its way into the drop folder: written aside, then put in place together with its sidecar.

A file never stands in the drop folder without its own sidecar, whenever the process dies: an earlier file of the name
goes first, then the sidecar comes, then the file. All of it happens under the warehouse's lock, so ingestion, which
holds the same lock, never looks between two of these moves.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from pathlib import Path

import duckdb

from clew.problems import Place, Problem, ProblemError
from clew.settings import Settings
from clew.warehouse import open_warehouse

PATIENCE_SECONDS, LOOK_SECONDS = 600.0, 0.5


@dataclass(frozen=True)
class Draft:
    """A whole file written aside, the name it will have, and what its sidecar will say (keys of a sidecar)."""

    aside: Path
    name: str
    papers: Mapping[str, object]
    rows: int | None = None


def sidecar_text(papers: Mapping[str, object]) -> str:
    """The sidecar of these keys; what is None or empty is left out. Dates and texts never change their kind."""
    said = {key: value for key, value in papers.items() if value is not None and value is not False and value != ""}
    return "".join(f"{key}: {_scalar(value)}\n" for key, value in said.items())


def _scalar(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_scalar(part)}" for key, part in value.items()) + "}"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def publish(settings: Settings, folder: Path, draft: Draft, say: Callable[[str], None]) -> bool:
    """Put a draft in its place; False when the very same file with the same statement stands there already.

    Waits while another process writes to the warehouse. Raises duckdb.IOException when that takes too long.
    """
    target, papers = folder / draft.name, folder / f"{draft.name}.yml"
    text = sidecar_text(draft.papers)
    with closing(_locked(settings, say)):
        if _alike(target, papers, draft, text):
            draft.aside.unlink()
            return False
        written = folder / f".{draft.name}.yml.part"
        written.write_text(text, encoding="utf-8")
        with written.open("rb") as file:
            os.fsync(file.fileno())
        target.unlink(missing_ok=True)
        written.replace(papers)
        draft.aside.replace(target)
        _sync(folder)
    return True


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


def _alike(target: Path, papers: Path, draft: Draft, text: str) -> bool:
    """Whether the same bytes stand there, and papers that differ in nothing but the day of receipt."""
    if not target.exists() or not papers.exists() or target.stat().st_size != draft.aside.stat().st_size:
        return False
    kept = papers.read_text(encoding="utf-8")
    return _undated(kept) == _undated(text) and _digest(target) == _digest(draft.aside)


def _undated(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("received_on: ")]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _locked(settings: Settings, say: Callable[[str], None]) -> duckdb.DuckDBPyConnection:
    deadline, said = time.monotonic() + PATIENCE_SECONDS, False
    while True:
        try:
            return open_warehouse(settings)
        except duckdb.IOException as busy:
            if "lock" not in str(busy).lower() or time.monotonic() > deadline:
                raise
        if not said:
            say("waiting for another process that writes to the warehouse")
            said = True
        time.sleep(LOOK_SECONDS)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
