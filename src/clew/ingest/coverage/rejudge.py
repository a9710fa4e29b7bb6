"""A delivery judged again after rows came back: fewer rows set aside may earn it the certificate it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract
from clew.ingest.coverage.certified import certify, refusal, row_difference
from clew.ingest.coverage.volume import record_aside, record_volume
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.mode import Mode
from clew.ingest.land.sidecar import Sidecar
from clew.ingest.land.totals import totals_of
from clew.plan import Sentence
from clew.problems import Problems

_FAMILY = """
    with recursive family as (
        select batch from clew.delivery where batch = ?
        union select d.batch from clew.delivery d join family f on d.resubmits = f.batch
        where d.status = 'loaded' and d.superseded_by is null)
    select batch from family order by batch
"""
OPEN = """
    from clew.quarantine q where q.batch in (select unnest($family::integer[])) and not exists (
        select 1 from clew.decided x where x.batch = q.batch and x.row = q.row
            and x.by_batch in (select unnest($family::integer[])))
"""
_DISCARDED = """
    select count(*) from clew.decided where fate = 'discarded' and batch in (select unnest($family::integer[]))
        and by_batch in (select unnest($family::integer[]))
"""


@dataclass(frozen=True)
class Standing:
    """How a delivery stands with everything that came back: records read, rows still set aside, rows discarded."""

    batch: int
    records: int
    open: int
    discarded: int
    family: tuple[int, ...]


def standing_of(con: duckdb.DuckDBPyConnection, batch: int) -> Standing:
    """The delivery that ``batch`` is part of, with its resubmissions, releases and discards in force."""
    root = batch
    while (of := _one(con, "select resubmits from clew.delivery where batch = $batch", {"batch": root})) is not None:
        root = of
    family = [row[0] for row in con.execute(_FAMILY, [root]).fetchall()]
    left = _one(con, f"select count(*) {OPEN}", {"family": family}) or 0
    gone = _one(con, _DISCARDED, {"family": family}) or 0
    read = _one(con, "select rows_read from clew.delivery where batch = $batch", {"batch": root}) or 0
    return Standing(root, read - gone, left, gone, tuple(family))


def judge_part(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, rows_read: int, rows_quarantined: int, problems: Problems
) -> Sentence | None:
    """Judge the certificate of the delivery that mended, released or discarded rows belong to; part of settling.

    None when that delivery is certified now, otherwise why not (also said: I021); an empty text when nobody asked.
    A certificate that these rows earn counts from their own day on and goes with them; one that was given before is
    not taken back. A correction or deletion certifies nothing.
    """
    del rows_read  # a part is judged with its whole
    if delivery.mode.changes:
        why = Sentence("更正和删除不证明完整", "a correction or deletion certifies nothing")
        return _said(why, delivery, problems) if delivery.incoming.sidecar.complete else Sentence("", "")
    if delivery.mode is not Mode.DISCARD:
        record_volume(con, delivery.contract, delivery.batch)
    if rows_quarantined:
        record_aside(con, delivery.contract, delivery.batch)
    found = standing_of(con, delivery.batch)
    held = "select 1 from clew.coverage where batch in (select unnest(?::integer[])) limit 1"
    if con.execute(held, [list(found.family)]).fetchall():
        return None
    sidecar = _sidecar(con, found.batch)
    differences = [*row_difference(sidecar, found.records), *_differences(con, delivery.contract, sidecar, found)]
    why_not = refusal(sidecar, delivery.contract, found.records, found.open, differences)
    if why_not is None:
        certify(con, sidecar, delivery.contract.dataset, delivery.batch)
        return None
    batch = found.batch
    return _said(
        Sentence(f"批次 {batch}：{why_not.zh}", f"delivery {batch}: {why_not.en}") if why_not.en else why_not,
        delivery,
        problems,
    )


def _said(why: Sentence, delivery: Delivery, problems: Problems) -> Sentence:
    if why.en:
        problems.warn(
            delivery.place,
            "I021",
            f"no coverage is certified: {why.en}",
            "rules that look for an absence stay inconclusive here until a complete file comes",
        )
    return why


def _differences(
    con: duckdb.DuckDBPyConnection, contract: Contract, sidecar: Sidecar, found: Standing
) -> list[Sentence]:
    """Sums that the sender stated against those of the records as they stand now."""
    said = []
    for name, stated in sidecar.totals:
        column = next((one for one in contract.columns if name in (one.name, one.header)), None)
        if column is not None and (total := _total(con, contract, column, found)) != stated:
            said.append(
                Sentence(
                    f"来函称{name}合计{stated:f}，现合计{total:f}",
                    f"the sender's control total of {name} is {stated:f}, now it is {total:f}",
                )
            )
    return said


def _total(con: duckdb.DuckDBPyConnection, contract: Contract, column: Column, found: Standing) -> Decimal:
    """The sum over the rows that count and those still set aside; of the latter, as far as they read as numbers."""
    bound = {"family": list(found.family)}
    loaded = con.execute(
        f"select coalesce(sum({quoted(column.name)}::decimal(38, 8)), 0) from data.{quoted(contract.dataset)} "
        "where _batch in (select unnest($family::integer[]))",
        bound,
    ).fetchall()[0][0]
    value = f"try_cast(json_extract_string(q.record, {text_literal(_path(column))}) as decimal(38, 8))"
    aside = con.execute(f"select coalesce(sum({value}), 0) {OPEN}", bound).fetchall()[0][0]
    return Decimal(loaded) + Decimal(aside)


def _path(column: Column) -> str:
    return f'$."{column.name}"'


def _sidecar(con: duckdb.DuckDBPyConnection, batch: int) -> Sidecar:
    """The papers of a delivery as the ledger keeps them."""
    row = con.execute(
        "select received_on, period_from, period_to, region, expected_rows, complete, totals::varchar"
        " from clew.delivery where batch = ?",
        [batch],
    ).fetchall()[0]
    received_on: date = row[0]
    period = (row[1], row[2]) if row[1] is not None else None
    return Sidecar(received_on, period=period, region=row[3], rows=row[4], complete=row[5], totals=totals_of(row[6]))


def _one(con: duckdb.DuckDBPyConnection, query: str, bound: dict[str, object]) -> int | None:
    found = con.execute(query, bound).fetchall()
    return None if not found or found[0][0] is None else int(found[0][0])
