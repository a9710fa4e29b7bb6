"""What arrived: the acquisition records, for people to look through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import duckdb

_COLUMNS = """batch, dataset, file, status, received_on, sender, letter, received_by, region, period_from, period_to,
    complete, expected_rows, totals, rows_read, rows_loaded, rows_quarantined, mode, resubmits, supersedes,
    superseded_by, superseded_on, sha256, bytes, format, contract_version, source, uncertified, problem,
    exists (select 1 from clew.coverage c where c.batch = d.batch)"""


@dataclass(frozen=True)
class Arrival:
    """One received file as the ledger has it. ``period_to`` is the first day after; ``totals`` are as stated."""

    batch: int
    dataset: str
    file: str
    status: str
    received_on: date
    sender: str | None
    letter: str | None
    received_by: str | None
    region: str
    period_from: date | None
    period_to: date | None
    complete: bool
    rows_stated: int | None
    totals: Mapping[str, str]
    rows_read: int | None
    rows_loaded: int | None
    rows_quarantined: int | None
    mode: str | None
    resubmits: int | None
    supersedes: int | None
    superseded_by: int | None
    superseded_on: date | None
    sha256: str
    bytes: int
    format: str | None
    contract_version: str | None
    source: str | None
    uncertified: Mapping[str, str]
    problem: str | None
    certified: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self)


@dataclass(frozen=True)
class ArrivalDetail:
    """What more there is to say of one: counts by reason, by repair and by month; no value of any row."""

    reasons: tuple[tuple[str, int], ...] = ()
    repairs: tuple[tuple[str, int], ...] = ()
    months: tuple[tuple[date, int], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self)


def arrivals(
    con: duckdb.DuckDBPyConnection,
    *,
    dataset: str | None = None,
    letter: str | None = None,
    status: str | None = None,
    batch: int | None = None,
    limit: int | None = None,
) -> list[Arrival]:
    """Deliveries that match, the newest first."""
    rows = con.execute(
        f"""select {_COLUMNS} from clew.delivery d
        where status <> 'landed' and ($dataset is null or dataset = $dataset) and ($letter is null or letter = $letter)
            and ($status is null or status = $status) and ($batch is null or batch = $batch)
        order by batch desc {f"limit {int(limit)}" if limit is not None else ""}""",
        {"dataset": dataset, "letter": letter, "status": status, "batch": batch},
    ).fetchall()
    names = [field.name for field in fields(Arrival)]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [Arrival(**{**one, **{name: _json(one[name]) for name in ("totals", "uncertified")}}) for one in found]


def arrival_detail(con: duckdb.DuckDBPyConnection, batch: int) -> ArrivalDetail:
    """The counts behind one delivery."""
    reasons = con.execute(
        "select text, count(*) as n from (select unnest(reasons) as text from clew.quarantine where batch = ?) "
        "group by text order by n desc, text",
        [batch],
    ).fetchall()
    repairs = con.execute(
        "select column_name || '.' || repair, rows from clew.repair where batch = ? order by all", [batch]
    ).fetchall()
    months = con.execute(
        "select month, sum(rows)::bigint from clew.volume where batch = ? and month is not null group by 1 order by 1",
        [batch],
    ).fetchall()
    return ArrivalDetail(tuple(map(tuple, reasons)), tuple(map(tuple, repairs)), tuple(map(tuple, months)))


def _json(text: str | None) -> Mapping[str, str]:
    return json.loads(text) if text else {}
