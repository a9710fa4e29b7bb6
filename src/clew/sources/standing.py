"""What an increment builds on: the last whole reading that still stands, and the increments since.

A whole reading of a database is itself the first increment: what it brought is known, and its highest cursor says how
far it came. One of an interface has another form than its increments, and is read once more in theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.plan import Type
from clew.sources.cursor import Overlap, Value, start_after
from clew.sources.job import Job
from clew.sources.ledger import Loaded, landed_file

_CAST = {Type.INTEGER: "hugeint", Type.DECIMAL: "decimal(38, 10)", Type.DATE: "timestamp", Type.TIMESTAMP: "timestamp"}
"""How a cursor's text is compared. Texts are not: a database may sort them otherwise, so all are read again."""


@dataclass(frozen=True)
class Standing:
    """``whole`` with its landed ``file`` where that can be compared with an increment; ``increments`` since then."""

    whole: Loaded | None
    file: Path | None
    increments: tuple[Loaded, ...]

    @property
    def replaced(self) -> list[str]:
        """The whole reading whose rows all come again, so that it must give way."""
        return [self.whole.file] if self.whole and not self.file and not self.increments else []

    @property
    def added(self) -> list[str]:
        """The increments that a new whole reading takes the place of."""
        return [one.file for one in self.increments if one.valid]

    def start(self, cursor: str, type_: Type, overlap: Overlap) -> Value | None:
        """Where the next increment begins; None: at the beginning. ``cursor`` is the contract's column."""
        reached = [(one.cursor, one.received_on) for one in self.increments if one.cursor and not one.refused]
        if self.whole and self.file and type_ in _CAST:
            reached += _highest(self.file, cursor, type_, self.whole.received_on)
        return start_after(reached, type_, overlap)


def standing(job: Job) -> Standing:
    """What stands of a source. Increments that were taken back count too: how far they came is still known."""
    whole = next((one for one in reversed(job.loaded) if one.valid and one.cursor is None), None)
    since = tuple(one for one in job.loaded if one.cursor is not None and (whole is None or one.batch > whole.batch))
    file = landed_file(job.settings, whole) if whole else None
    return Standing(whole, file if file and file.suffix == ".parquet" else None, since)


def _highest(file: Path, cursor: str, type_: Type, received_on: date) -> list[tuple[str, date]]:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select cast(max(try_cast({quoted(cursor)} as {_CAST[type_]})) as varchar)"
            f" from read_parquet({text_literal(str(file))})"
        ).fetchall()[0][0]
    return [(found, received_on)] if found is not None else []
