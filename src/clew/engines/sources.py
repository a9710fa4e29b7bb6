"""Where an engine finds a dataset's rows, which deliveries are visible on a date, and what they cover."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb

from clew.completeness.certified import Certified, Interval, certified, intervals
from clew.completeness.doubt import Doubted
from clew.contracts.literal import quoted
from clew.engine import Coverage
from clew.engines.corrected import still_seen

_VISIBLE = """
    select dataset, batch, received_on <= $as_of and (superseded_on is null or superseded_on > $as_of)
        and mode is distinct from 'deletion'
    from clew.delivery where status = 'loaded' order by all
"""


@dataclass(frozen=True)
class Source:
    """One dataset: its table (quoted, qualified) and columns; ``batches`` visible, None when all are.

    ``condition`` is SQL that leaves out rows which were corrected or deleted, '' when none was.
    """

    table: str
    columns: frozenset[str]
    batches: tuple[int, ...] | None = None
    condition: str = ""


@dataclass(frozen=True)
class Sources:
    """All data a plan may read, as it stood on a date. ``held`` is the table of quarantined records, if any.

    A record set aside no longer counts once a delivery among ``held_batches`` mended, released or discarded it.
    ``rings`` is the table of rings that clues were about, if any.
    """

    datasets: Mapping[str, Source]
    coverage: tuple[Coverage, ...] = field(default_factory=tuple)
    held: str | None = None
    held_batches: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    doubts: tuple[Doubted, ...] = ()
    rings: str | None = None


def warehouse_sources(
    connection: duckdb.DuckDBPyConnection, as_of: date, datasets: Collection[str] | None = None
) -> Sources:
    """What the warehouse held on ``as_of``: deliveries received by then and not yet superseded.

    What is certified is told of ``datasets`` only, where they are named: it takes longer than reading a small table.
    """
    visible: dict[str, list[int]] = {}
    every: dict[str, int] = {}
    for dataset, batch, seen in connection.execute(_VISIBLE, {"as_of": as_of}).fetchall():
        every[dataset] = every.get(dataset, 0) + 1
        visible.setdefault(dataset, []).extend([batch] if seen else [])
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'data' order by all"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    conditions = still_seen(connection, as_of)
    found = {
        dataset: Source(
            f"data.{quoted(dataset)}",
            frozenset(names),
            None if len(visible.get(dataset, [])) == every.get(dataset, 0) else tuple(visible.get(dataset, [])),
            conditions.get(dataset, ""),
        )
        for dataset, names in columns.items()
    }
    held = {name: tuple(batches) for name, batches in visible.items()}
    known = certified(connection, as_of, datasets)
    return Sources(found, known.coverage, "clew.quarantine", held, known.doubts, "clew.ring")


def coverage_rows(sources: Sources, dataset: str, as_of: date) -> list[Interval]:
    """(region, start, end) of a dataset, up to ``as_of``; a region's intervals include those of every shorter code.

    Half-open and merged, so that the interval that holds a day is the only one; what is in doubt is left out.
    """
    return intervals(Certified(sources.coverage, sources.doubts), dataset, as_of + timedelta(days=1))
