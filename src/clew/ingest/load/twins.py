"""Twins: rows of other deliveries that have a row's key, on days on which both deliveries count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Contract

_END = f"date '{date.max}'"

# The days on which a twin may come into sight: the first that both have, and each on which what hid it ended.
_SEEN = """
    with twin as ({twins}),
    hidden as (select w.batch, w.row, d.received_on as first, coalesce(d.superseded_on, {end}) as last
        from clew.withdrawn w join clew.delivery d on d.batch = w.by_batch
        where w.dataset = {dataset} and d.status = 'loaded'),
    based as (select c.batch, c.row, d.received_on as first, coalesce(d.superseded_on, {end}) as last
        from clew.correction c join clew.delivery d on d.batch = c.base_batch where c.dataset = {dataset}),
    moment as (select *, first as day from twin
        union select t.*, h.last from twin t join hidden h on h.batch = t.batch and h.row = t.twin
        where h.last > t.first and h.last < t.last
        union select t.*, b.first from twin t join based b on b.batch = t.batch and b.row = t.twin
        where b.first > t.first and b.first < t.last)
    select distinct m.row as _row from moment m
    where not exists (select 1 from hidden h where h.batch = m.batch and h.row = m.twin
            and h.first <= m.day and h.last > m.day)
        and (not exists (select 1 from based b where b.batch = m.batch and b.row = m.twin)
            or exists (select 1 from based b where b.batch = m.batch and b.row = m.twin
                and b.first <= m.day and b.last > m.day))
"""


def seen_twins(con: duckdb.DuckDBPyConnection, contract: Contract, columns: Sequence[str], batch: int) -> str | None:
    """SQL of the ``_row`` of a delivery whose key in ``columns`` a row of another one has that is seen on a day on
    which this one counts; None where no other counts then."""
    if not (others := beside(con, contract, batch)):
        return None
    if not changed(con, contract):
        table = f"data.{quoted(contract.dataset)}"
        return f"""select a._row from {table} a where a._batch = {batch:d} and exists (select 1 from {table} b
            where b._batch in ({", ".join(map(str, others))}) and {_same(columns)})"""
    return _seen(contract, _twins(contract, columns, batch, others))


def seen_from(con: duckdb.DuckDBPyConnection, contract: Contract, columns: Sequence[str], rows: str, on: date) -> str:
    """SQL of the ``_row`` of ``rows`` (SQL of a ``row`` and its key in ``columns``) whose key a row has that is seen on
    a day from ``on`` on."""
    end = f"coalesce(o.superseded_on, {_END})"
    twins = f"""select a.row as row, b._batch as batch, b._row as twin,
            greatest(o.received_on, date '{on}') as first, {end} as last
        from ({rows}) a join data.{quoted(contract.dataset)} b on {_same(columns)}
        join clew.delivery o on o.batch = b._batch
        where o.status = 'loaded' and o.mode is distinct from 'deletion' and {end} > date '{on}'
            and o.received_on < {end}"""
    return _seen(contract, twins) if changed(con, contract) else f"select distinct row as _row from ({twins})"


def _seen(contract: Contract, twins: str) -> str:
    return _SEEN.format(twins=twins, dataset=text_literal(contract.dataset), end=_END)


def changed(con: duckdb.DuckDBPyConnection, contract: Contract) -> bool:
    """Whether anything was ever corrected or deleted in the dataset."""
    return bool(con.execute("select 1 from clew.withdrawn where dataset = ? limit 1", [contract.dataset]).fetchall())


def hide_earlier(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> None:
    """Of two rows of one primary key in deliveries that both count, the later takes the place of the earlier.

    Both came in because a deletion or a list hid one when the other came; should that be taken back, one fact must
    not count twice. Call it when rows that the key check sets aside are gone.
    """
    if not (others := beside(con, contract, batch)):
        return
    con.execute(
        f"""with twin as ({_twins(contract, contract.primary_key, batch, others)}),
        turn as (select t.*, (o.received_on, o.batch) < (m.received_on, m.batch) as older
            from twin t join clew.delivery o on o.batch = t.batch join clew.delivery m on m.batch = {batch:d}
            where o.mode not in ('correction', 'deletion'))
        insert into clew.withdrawn (dataset, batch, row, by_batch, by_row) select $dataset, * from (
            select batch, twin as row, {batch:d} as by_batch, row as by_row from turn where older
            union all select {batch:d}, row, batch, twin from turn where not older
            except select batch, row, by_batch, by_row from clew.withdrawn where dataset = $dataset) order by all""",
        {"dataset": contract.dataset},
    )


def beside(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> list[int]:
    """Deliveries that count on a day on which this one does."""
    rows = con.execute(
        f"""select o.batch from clew.delivery o join clew.delivery m on m.batch = ?
        where o.dataset = ? and o.status = 'loaded' and o.batch <> m.batch and o.mode <> 'deletion'
            and greatest(o.received_on, m.received_on)
                < least(coalesce(o.superseded_on, {_END}), coalesce(m.superseded_on, {_END}))
        order by o.batch""",
        [batch, contract.dataset],
    ).fetchall()
    return [number for (number,) in rows]


def _twins(contract: Contract, columns: Sequence[str], batch: int, others: Sequence[int]) -> str:
    """SQL: ``row`` of the delivery, ``twin`` of the delivery ``batch``, and the half-open span that both count in."""
    table = f"data.{quoted(contract.dataset)}"
    return f"""select a._row as row, b._batch as batch, b._row as twin, greatest(o.received_on, m.received_on) as first,
            least(coalesce(o.superseded_on, {_END}), coalesce(m.superseded_on, {_END})) as last
        from {table} a join {table} b on {_same(columns)}
        join clew.delivery o on o.batch = b._batch join clew.delivery m on m.batch = a._batch
        where a._batch = {batch:d} and b._batch in ({", ".join(map(str, others))})"""


def _same(columns: Sequence[str]) -> str:
    return " and ".join(f"a.{quoted(name)} = b.{quoted(name)}" for name in columns)
