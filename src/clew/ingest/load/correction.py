"""Corrections and deletions: whose rows they take out of sight, and what they name that is not there.

The last word about a key counts, by day of receipt and then by arrival. Nothing is overwritten: a row that was
corrected stays, and is seen as of the days before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.engines.corrected import still_seen
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.mode import Mode
from clew.ingest.load.references import referred_by_batch
from clew.ingest.load.supersession import Change
from clew.ingest.load.twins import changed, hide_earlier
from clew.ingest.validate import quarantine
from clew.problems import Problems

_BEFORE = """select batch from clew.delivery where dataset = ? and status = 'loaded' and batch <> ?
    and mode is distinct from 'deletion' and received_on <= ? and (superseded_on is null or superseded_on > ?)"""
_AFTER = """select batch from clew.delivery where dataset = ? and status = 'loaded'
    and mode in ('correction', 'deletion') and (received_on, batch) > (?, ?)"""


def change(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    """Let a delivery take its place among the corrections of its dataset; call it while the delivery is settled.

    Keys that nothing visible has are set aside and said (I073). A late delivery of an earlier day goes under the
    corrections that were received after it.
    """
    if not delivery.contract.primary_key:
        return
    if delivery.mode.changes:
        _set_aside_unknown(con, delivery, problems)
        _take_the_place(con, delivery)
        _close_what_came_again(con, delivery)
    if delivery.mode is not Mode.DELETION:
        _go_under_later(con, delivery.contract, delivery.batch, delivery.incoming.sidecar.received_on)
    if not delivery.mode.changes and changed(con, delivery.contract):
        hide_earlier(con, delivery.contract, delivery.batch)


def put_back(con: duckdb.DuckDBPyConnection, contract: Contract, changes: Iterable[Change]) -> None:
    """Deliveries that count longer than they did go under what was said of their keys in the meantime."""
    for one, ended in ((change.one, change.ended) for change in changes):
        longer = one.ended is not None and (ended is None or ended[0] > one.ended[0])
        if not longer or not contract.primary_key or one.mode in (Mode.DELETION, Mode.DISCARD):
            continue
        _go_under_later(con, contract, one.batch, one.on)
        if not one.mode.changes:
            hide_earlier(con, contract, one.batch)


def seen_now(con: duckdb.DuckDBPyConnection, dataset: str, batch: str = "b._batch", row: str = "b._row") -> str:
    """The SQL condition under which a row (of ``b``) of a valid delivery counts today, '' when all do."""
    return still_seen(con, date.max, batch, row).get(dataset, "")


def _set_aside_unknown(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    contract, batch, on = delivery.contract, delivery.batch, delivery.incoming.sidecar.received_on
    table, condition = (
        f"data.{quoted(contract.dataset)}",
        still_seen(con, on, "b._batch", "b._row").get(contract.dataset, "true"),
    )
    con.execute(
        f"""create or replace temp table corrected as
        select a._row as row, b._batch as of_batch, b._row as of_row from {table} a join {table} b on {_same(contract)}
        where a._batch = ? and b._batch in ({_BEFORE}) and {condition}""",
        [batch, contract.dataset, batch, on, on],
    )
    word, what = ("更正", "corrects") if delivery.mode is Mode.CORRECTION else ("删除", "deletes")
    unknown = quarantine.set_aside(
        con,
        contract,
        batch,
        f"select _row from {table} where _batch = ? and _row not in (select row from corrected)",
        quarantine.reason(f"{delivery.mode}_key", f"要{word}的主键在此前有效的交付中不存在"),
        [batch],
    )
    if unknown:
        problems.warn(
            delivery.place,
            "I073",
            f"it {what} {unknown} rows whose key nothing received by {on} has; they were set aside",
            "look at them with: clew quarantine show",
        )


def _take_the_place(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Withdraw every older row of the keys; a correction's row stands for the delivery it was found in."""
    contract, batch, on = delivery.contract, delivery.batch, delivery.incoming.sidecar.received_on
    table = f"data.{quoted(contract.dataset)}"
    con.execute(
        f"""insert into clew.withdrawn (dataset, batch, row, by_batch, by_row) select ?, b._batch, b._row, ?, a._row
        from {table} a join {table} b on {_same(contract)} where a._batch = ? and b._batch in ({_BEFORE})
        order by all""",
        [contract.dataset, batch, batch, contract.dataset, batch, on, on],
    )
    if delivery.mode is Mode.CORRECTION:
        con.execute(
            """insert into clew.correction (dataset, batch, row, base_batch)
            select distinct ?, ?, c.row, coalesce(k.base_batch, c.of_batch)
            from corrected c left join clew.correction k on k.batch = c.of_batch and k.row = c.of_row
            where c.row in (select _row from data."""
            + f"{quoted(contract.dataset)} where _batch = ?) order by all",
            [contract.dataset, batch, batch],
        )


def _close_what_came_again(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Rows set aside of earlier changes are no longer open where this one has their key, or names them."""
    contract, batch, on = delivery.contract, delivery.batch, delivery.incoming.sidecar.received_on
    keys = [column for column in contract.columns if column.name in contract.primary_key]
    same = " and ".join(f"a.{quoted(key.name)} = {quarantine.recorded_value(key)}" for key in keys)
    named = referred_by_batch(delivery.references)
    con.execute(
        f"""with named as (
            select unnest(?::bigint[]) as row, unnest(?::integer[]) as of_batch, unnest(?::bigint[]) as of_row)
        insert into clew.decided
        select q.dataset, q.batch, q.row, 'resubmitted', a._batch, min(a._row)
        from clew.quarantine q join clew.delivery d on d.batch = q.batch
        join data.{quoted(contract.dataset)} a on ({same})
            or exists (select 1 from named n where n.row = a._row and n.of_batch = q.batch and n.of_row = q.row)
        where q.dataset = ? and a._batch = ? and q.batch <> a._batch and d.mode in ('correction', 'deletion')
            and d.status = 'loaded' and d.superseded_by is null and d.received_on <= ?
            and not exists (select 1 from clew.decided x join clew.delivery b on b.batch = x.by_batch
                where x.batch = q.batch and x.row = q.row and b.status = 'loaded' and b.superseded_by is null)
        group by all order by all""",
        [list(named), [of for of, _ in named.values()], [row for _, row in named.values()],
         contract.dataset, batch, on],
    )  # fmt: skip


def _go_under_later(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int, on: date) -> None:
    if not con.execute(f"{_AFTER} limit 1", [contract.dataset, on, batch]).fetchall():
        return
    table = f"data.{quoted(contract.dataset)}"
    con.execute(
        f"""create or replace temp table under as select b._batch as by_batch, b._row as by_row, a._row as row
        from {table} a join {table} b on {_same(contract)} where a._batch = ? and b._batch in ({_AFTER})""",
        [batch, contract.dataset, on, batch],
    )
    con.execute(
        """insert into clew.withdrawn (dataset, batch, row, by_batch, by_row)
        select ?, ?, row, by_batch, by_row from under
        except select dataset, batch, row, by_batch, by_row from clew.withdrawn where batch = ? order by all""",
        [contract.dataset, batch, batch],
    )
    # A later correction stands for this row too: it stays when only the delivery it was made for is replaced.
    con.execute(
        """insert into clew.correction (dataset, batch, row, base_batch)
        select ?, u.by_batch, u.by_row, coalesce(k.base_batch, ?::integer)
        from under u join clew.delivery d on d.batch = u.by_batch
        left join clew.correction k on k.batch = ? and k.row = u.row
        where d.mode = 'correction'
        except select dataset, batch, row, base_batch from clew.correction where dataset = ? order by all""",
        [contract.dataset, batch, batch, contract.dataset],
    )


def _same(contract: Contract) -> str:
    return " and ".join(f"a.{quoted(name)} = b.{quoted(name)}" for name in contract.primary_key)
