"""Checking that the files behind clues still say what they said: hashed again, and named when they do not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path

import duckdb

from clew.ingest.land.landed import landed_path
from clew.settings import Settings


class Finding(StrEnum):
    """What a landed file turned out to be."""

    INTACT = "intact"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True)
class VerifiedFile:
    """One landed file: what it was received as, where it rests, its recorded and its present sha256 ('' if gone)."""

    dataset: str
    batch: int
    file: str
    path: Path
    sha256: str
    found: str
    finding: Finding


def verify(connection: duckdb.DuckDBPyConnection, settings: Settings, clue_id: str | None = None) -> list[VerifiedFile]:
    """Hash the landed files behind one clue, or behind all; each file is read once, and nothing else is."""
    rows = connection.execute(
        """
        select dataset, batch, file, sha256 from clew.delivery
        where batch in (select batch from clew.evidence where $clue is null or clue_id = $clue)
        order by dataset, batch
        """,
        {"clue": clue_id},
    ).fetchall()
    return [_verified(settings.landing_dir, *row) for row in rows]


def _verified(landing: Path, dataset: str, batch: int, file: str, expected: str) -> VerifiedFile:
    path = landed_path(landing, expected, file)
    if not path.is_file():
        return VerifiedFile(dataset, batch, file, path, expected, "", Finding.MISSING)
    with path.open("rb") as stream:
        found = file_digest(stream, "sha256").hexdigest()
    return VerifiedFile(
        dataset, batch, file, path, expected, found, Finding.INTACT if found == expected else Finding.CHANGED
    )
