"""Volumes: how many rows each delivery holds for a month and a region, counted once when it is taken in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

REGION_DIGITS = 6
"""Volumes are kept by county: the first six digits of a division code (GB/T 2260)."""

TAIL_DAYS = (4, 7, 10, 15)
"""Of each month the rows dated in so many last and first days are counted as well."""
TAILS = tuple(f"last{days}" for days in TAIL_DAYS)
HEADS = tuple(f"first{days}" for days in TAIL_DAYS)

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

# Each list with the deliveries that brought rows of it back, by what they were counted under in clew.volume.
_LISTS = """
    with recursive part as (select batch, batch as root from clew.delivery where resubmits is null
        union all select d.batch, p.root from clew.delivery d join part p on d.resubmits = p.batch)
    select v.dataset, p.root, l.region, l.received_on, l.superseded_on is null or l.superseded_on > $as_of,
        v.batch, map_from_entries(list((v.region, v.rows) order by v.region))
    from clew.volume v join part p using (batch) join clew.delivery d using (batch)
        join clew.delivery l on l.batch = p.root
    where v.month is null and coalesce(d.mode, 'append') not in ('correction', 'deletion')
        and d.status = 'loaded' and d.received_on <= $as_of and l.received_on <= $as_of
        and (d.superseded_on is null or d.superseded_on > d.received_on)
    group by all order by v.dataset, l.received_on, p.root, v.batch
"""

VISIBLE = "status = 'loaded' and received_on <= $as_of and (superseded_on is null or superseded_on > $as_of)"


@dataclass(frozen=True)
class EventVolume:
    """One dataset's dated rows as visible on a day: region -> month (see :func:`month_number`) -> rows, last and first
    day. ``tails`` and ``heads``: the rows of the month's last and first days, as many numbers as :data:`TAIL_DAYS`.
    """

    rows: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    last_on: Mapping[str, Mapping[int, date]] = field(default_factory=dict)
    tails: Mapping[str, Mapping[int, tuple[int, ...]]] = field(default_factory=dict)
    first_on: Mapping[str, Mapping[int, date]] = field(default_factory=dict)
    heads: Mapping[str, Mapping[int, tuple[int, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class RegisterList:
    """One delivered list of a register: rows by region, those mended or released later included.

    ``standing``: no newer list had taken its place; then the rows are those that corrections and deletions left.
    ``batches``: the list's own and those by which rows of it came back.
    """

    batch: int
    region: str
    received_on: date
    standing: bool
    rows: Mapping[str, int]
    batches: tuple[int, ...]


def month_number(day: date) -> int:
    """Months since year 0: consecutive months have consecutive numbers."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month."""
    return date(number // 12, number % 12 + 1, 1)


def event_volumes(
    con: duckdb.DuckDBPyConnection, as_of: date, datasets: Collection[str] | None = None
) -> Mapping[str, EventVolume]:
    """By dataset, or by those named, over the deliveries visible on ``as_of``, certified or not."""
    found: dict[str, EventVolume] = {}
    changes: dict[tuple[str, str, date], int] = {}
    for (dataset, _, region, month), rows in _changes(con, as_of).items():
        if month is not None:
            changes[dataset, region, month] = changes.get((dataset, region, month), 0) + rows
    sums = ", ".join(f"sum(v.{tail})::bigint" for tail in (*TAILS, *HEADS))
    for dataset, region, month, rows, last_on, first_on, *ends in con.execute(
        f"""select v.dataset, v.region, v.month, sum(v.rows)::bigint, max(v.last_on), min(v.first_on), {sums}
        from clew.volume v join clew.delivery d using (batch)
        where v.month is not null and {ADDING} and {VISIBLE}
            and ($datasets::varchar[] is null or list_contains($datasets::varchar[], v.dataset))
        group by all order by all""",  # noqa: S608 - a constant of this file
        {"as_of": as_of, "datasets": None if datasets is None else sorted(datasets)},
    ).fetchall():
        volume = found.setdefault(dataset, EventVolume({}, {}, {}, {}, {}))
        number = month_number(month)
        volume.rows.setdefault(region, {})[number] = rows + changes.pop((dataset, region, month), 0)  # type: ignore[attr-defined]  # still being filled
        volume.last_on.setdefault(region, {})[number] = last_on  # type: ignore[attr-defined]  # as above
        volume.first_on.setdefault(region, {})[number] = first_on  # type: ignore[attr-defined]  # as above
        volume.tails.setdefault(region, {})[number] = tuple(ends[: len(TAILS)])  # type: ignore[attr-defined]  # as above
        volume.heads.setdefault(region, {})[number] = tuple(ends[len(TAILS) :])  # type: ignore[attr-defined]  # as above
    for (dataset, region, month), rows in changes.items():
        if dataset in found:
            held = found[dataset].rows.setdefault(region, {})  # type: ignore[attr-defined]  # as above
            held[month_number(month)] = max(0, rows)
    return found


def _changes(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[tuple[str, int, str, date | None], int]:
    """Rows more or fewer by delivery, county and month (None: a register's), through the changes in force."""
    if not con.execute("select 1 from clew.withdrawn limit 1").fetchall():
        return {}
    found: dict[tuple[str, int, str, date | None], int] = {}
    for dataset, batch, region, month, rows in con.execute(
        _CHANGED.format(visible=VISIBLE) + " order by all", {"as_of": as_of}
    ).fetchall():
        found[dataset, batch, region, month] = found.get((dataset, batch, region, month), 0) + rows
    return found


def register_lists(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, list[RegisterList]]:
    """By dataset, every list received by ``as_of`` in the order of receipt, those already replaced too."""
    found: dict[str, dict[int, RegisterList]] = {}
    changes: dict[int, list[tuple[str, int]]] = {}
    for (_, batch, region, month), rows in _changes(con, as_of).items():
        if month is None:
            changes.setdefault(batch, []).append((region, rows))
    for dataset, root, where, received_on, standing, batch, counts in con.execute(_LISTS, {"as_of": as_of}).fetchall():
        lists = found.setdefault(dataset, {})
        one = lists.get(root) or RegisterList(root, where, received_on, standing, {}, ())
        rows_by_region = dict(one.rows)
        for region, rows in [*counts.items(), *changes.get(batch, ())]:
            rows_by_region[region] = max(0, rows_by_region.get(region, 0) + rows)
        lists[root] = replace(one, rows=rows_by_region, batches=(*one.batches, batch))
    return {dataset: list(lists.values()) for dataset, lists in found.items()}
