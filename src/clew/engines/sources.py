"""Where an engine finds a dataset's rows, which deliveries are visible on a date, and what they cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb

from clew.contracts.literal import quoted
from clew.plan import Coverage

_VISIBLE = """
    select dataset, batch, received_on <= $as_of and (superseded_on is null or superseded_on > $as_of)
    from clew.delivery where status = 'loaded' order by all
"""
_COVERED = """
    select distinct c.dataset, c.region, c.period_from, c.period_to
    from clew.coverage c left join clew.delivery d using (batch)
    where c.batch is null or (d.status = 'loaded' and d.received_on <= $as_of
                              and (d.superseded_on is null or d.superseded_on > $as_of))
    order by all
"""


@dataclass(frozen=True)
class Source:
    """One dataset: its table (quoted, qualified) and columns; ``batches`` visible, None when all are."""

    table: str
    columns: frozenset[str]
    batches: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Sources:
    """All data a plan may read, as it stood on a date. ``held`` is the table of quarantined records, if any."""

    datasets: Mapping[str, Source]
    coverage: tuple[Coverage, ...] = field(default_factory=tuple)
    held: str | None = None
    held_batches: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def warehouse_sources(connection: duckdb.DuckDBPyConnection, as_of: date) -> Sources:
    """What the warehouse held on ``as_of``: deliveries received by then and not yet superseded."""
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
    found = {
        dataset: Source(
            f"data.{quoted(dataset)}",
            frozenset(names),
            None if len(visible.get(dataset, [])) == every.get(dataset, 0) else tuple(visible.get(dataset, [])),
        )
        for dataset, names in columns.items()
    }
    covered = tuple(Coverage(*row) for row in connection.execute(_COVERED, {"as_of": as_of}).fetchall())
    return Sources(found, covered, "clew.quarantine", {name: tuple(batches) for name, batches in visible.items()})


def coverage_rows(coverage: Sequence[Coverage], dataset: str, as_of: date) -> list[tuple[str, date, date]]:
    """(region, start, end) of a dataset, up to ``as_of``; a region's intervals include those of every shorter code.

    Half-open and merged, so that the interval that holds a day is the only one.
    """
    own = [one for one in coverage if one.dataset == dataset]
    last = as_of + timedelta(days=1)
    rows: list[tuple[str, date, date]] = []
    for region in sorted({one.region for one in own}):
        spans = [(one.start, min(one.end, last)) for one in own if region.startswith(one.region)]
        rows += [(region, start, end) for start, end in _merged(spans)]
    return rows


def _merged(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    found: list[tuple[date, date]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
