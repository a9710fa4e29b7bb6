"""Volumes: how many rows each delivery holds for a month and a region, counted once when it is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

REGION_DIGITS = 6
"""Volumes are kept by county: the first six digits of a division code (GB/T 2260)."""

TAIL_DAYS = (4, 7, 10, 15)
"""Of each month the rows dated in so many last days are counted as well."""
TAILS = tuple(f"last{days}" for days in TAIL_DAYS)

ADDING = "coalesce(d.mode, 'append') not in ('correction', 'deletion')"
"""Deliveries whose rows are more rows: a correction's take the place of rows that were counted."""

# Rows that corrections and deletions in force took out of sight, and those that corrections put in their place.
_CHANGED = """
    with seen as (select batch, mode from clew.delivery where {visible}),
    gone as (select distinct w.dataset, w.batch, w.row, w.region, w.month
        from clew.withdrawn w join seen b on b.batch = w.by_batch join seen d on d.batch = w.batch)
    select dataset, batch, region, month, -count(*)::bigint as rows from gone join seen d using (batch)
    where coalesce(d.mode, 'append') not in ('correction', 'deletion') group by all
    union all
    select dataset, min_base, region, month, count(*)::bigint from (
        select c.dataset, c.batch, c.row, c.region, c.month, min(c.base_batch) as min_base
        from clew.correction c join seen d on d.batch = c.batch join seen b on b.batch = c.base_batch
        where not exists (select 1 from gone g where g.batch = c.batch and g.row = c.row) group by all)
    group by all
"""

VISIBLE = "status = 'loaded' and received_on <= $as_of and (superseded_on is null or superseded_on > $as_of)"


@dataclass(frozen=True)
class EventVolume:
    """One dataset's dated rows as visible on a day: region -> month (see :func:`month_number`) -> rows, last day.

    ``tails``: the rows of the month's last days, as many numbers as :data:`TAIL_DAYS`.
    """

    rows: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    last_on: Mapping[str, Mapping[int, date]] = field(default_factory=dict)
    tails: Mapping[str, Mapping[int, tuple[int, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class RegisterList:
    """One delivered list of a register: rows by region. ``standing``: no newer list had taken its place."""

    batch: int
    region: str
    received_on: date
    standing: bool
    rows: Mapping[str, int]


def month_number(day: date) -> int:
    """Months since year 0: consecutive months have consecutive numbers."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month."""
    return date(number // 12, number % 12 + 1, 1)


def event_volumes(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, EventVolume]:
    """By dataset, over the deliveries visible on ``as_of``, certified or not."""
    found: dict[str, EventVolume] = {}
    changes = _changes(con, as_of)
    sums = ", ".join(f"sum(v.{tail})::bigint" for tail in TAILS)
    for dataset, region, month, rows, last_on, *tail in con.execute(
        f"""select v.dataset, v.region, v.month, sum(v.rows)::bigint, max(v.last_on), {sums}
        from clew.volume v join clew.delivery d using (batch)
        where v.month is not null and {ADDING} and {VISIBLE} group by all order by all""",  # noqa: S608 - a constant of this file
        {"as_of": as_of},
    ).fetchall():
        volume = found.setdefault(dataset, EventVolume({}, {}, {}))
        number = month_number(month)
        volume.rows.setdefault(region, {})[number] = rows + changes.pop((dataset, region, month), 0)  # type: ignore[attr-defined]  # still being filled
        volume.last_on.setdefault(region, {})[number] = last_on  # type: ignore[attr-defined]  # as above
        volume.tails.setdefault(region, {})[number] = tuple(tail)  # type: ignore[attr-defined]  # as above
    for (dataset, region, month), rows in changes.items():
        if month is not None and dataset in found:
            held = found[dataset].rows.setdefault(region, {})  # type: ignore[attr-defined]  # as above
            held[month_number(month)] = max(0, rows)
    return found


def _changes(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[tuple[str, str, date | None], int]:
    """Rows more or fewer by county and month, through the changes in force on ``as_of``."""
    if not con.execute("select 1 from clew.withdrawn limit 1").fetchall():
        return {}
    found: dict[tuple[str, str, date | None], int] = {}
    for dataset, _, region, month, rows in con.execute(
        _CHANGED.format(visible=VISIBLE) + " order by all", {"as_of": as_of}
    ).fetchall():
        found[dataset, region, month] = found.get((dataset, region, month), 0) + rows
    return found


def register_lists(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, list[RegisterList]]:
    """By dataset, every list received by ``as_of`` in the order of receipt, those already replaced too."""
    found: dict[str, dict[int, RegisterList]] = {}
    for dataset, batch, where, received_on, standing, region, rows in con.execute(
        f"""select v.dataset, batch, d.region, d.received_on, d.superseded_on is null or d.superseded_on > $as_of,
            v.region, v.rows
        from clew.volume v join clew.delivery d using (batch)
        where v.month is null and {ADDING} and d.status = 'loaded' and d.received_on <= $as_of
            and (d.superseded_on is null or d.superseded_on > d.received_on)
        order by v.dataset, d.received_on, batch, v.region""",  # noqa: S608 - a constant of this file
        {"as_of": as_of},
    ).fetchall():
        lists = found.setdefault(dataset, {})
        one = lists.setdefault(batch, RegisterList(batch, where, received_on, standing, {}))
        one.rows[region] = rows  # type: ignore[index]  # still being filled
    return {dataset: list(lists.values()) for dataset, lists in found.items()}
