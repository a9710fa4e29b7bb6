"""A file sent a second time with other bytes: in another encoding, another order, as a workbook.

Where a dataset has a primary key, its rows are set aside, and the certificate of the first is in doubt. Where it has
none, nothing but the rows themselves tells, and they count twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Contract, Kind
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.mode import WHOLE
from clew.ingest.load.judge import SEEN_BEFORE
from clew.ingest.load.twins import beside
from clew.ingest.validate.quarantine import recorded
from clew.problems import Problems


def say_counted_twice(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    """Warn where all rows of a delivery stand in another that counts beside it (I064), or else where another was called
    complete for days and places of this one (I059). Call it when its volume and its certificate are recorded."""
    keyed = bool(delivery.contract.primary_key)
    found = (_same_keys if keyed else _same_rows)(con, delivery.contract, delivery.batch)
    if found:
        file, batch, rows = found
        said = "have the keys of" if keyed else "are"
        then = "so they are set aside" if keyed else "and the rows of both count"
        problems.warn(
            delivery.place,
            "I064",
            f"its rows ({rows}) {said} those of '{file}' (delivery {batch}), {then}",
            f"if it is the same list again, write 'replaces: {file}' in its sidecar and ingest again",
        )
    elif delivery.contract.kind is Kind.EVENT:
        _say_complete_beside(con, delivery, problems)


def _same_keys(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> tuple[str, int, int] | None:
    """The same where every good row was set aside, because one received before has its key. ``replaces`` is right for
    rows that say otherwise too."""
    candidates = con.execute(
        f"""select o.file, o.batch, o.rows_loaded from clew.delivery o join clew.delivery m on m.batch = $batch
        where m.rows_loaded = 0 and list_contains($others::integer[], o.batch) and o.mode in ({WHOLE})
            and o.rows_read = m.rows_read and o.rows_loaded > 0 order by o.batch desc""",
        {"batch": batch, "others": beside(con, contract, batch)},
    ).fetchall()
    columns = [column for column in contract.columns if column.name in contract.primary_key]
    same = " and ".join(f"b.{quoted(column.name)}::varchar = {recorded(column)}" for column in columns)
    for file, other, rows in candidates:
        found = con.execute(
            f"""select count(*) from clew.quarantine q
            join data.{quoted(contract.dataset)} b on b._batch = $other and {same}
            where q.batch = $batch and len(q.reasons) = 1 and ends_with(q.reasons[1], $seen)""",
            {"batch": batch, "other": other, "seen": SEEN_BEFORE},
        ).fetchall()[0][0]
        if found == rows:
            return file, other, rows
    return None


def _same_rows(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> tuple[str, int, int] | None:
    """File, batch and number of rows of the newest delivery that counts beside this one and has the same rows.

    Only deliveries with as many rows in every month and place are looked into, so nearly every load reads no row for
    it. Rows are compared by the sum of their hashes, in which their order says nothing.
    """
    if contract.primary_key or not (others := beside(con, contract, batch)):
        return None
    candidates = con.execute(
        f"""select o.batch, o.file, o.rows_loaded from clew.delivery o join clew.delivery m on m.batch = $batch
        where list_contains($others::integer[], o.batch) and o.mode in ({WHOLE}) and o.rows_loaded = m.rows_loaded
            and m.rows_loaded > 0 and not exists (
                select region, month, rows, first_on, last_on from clew.volume where batch = o.batch
                except select region, month, rows, first_on, last_on from clew.volume where batch = m.batch)
        order by o.batch desc""",
        {"batch": batch, "others": others},
    ).fetchall()
    for columns in (contract.names[:1], contract.names):  # one column tells nearly all others apart, and costs little
        alike = _alike(con, contract, columns, batch, [other for other, _, _ in candidates])
        candidates = [one for one in candidates if one[0] in alike]
    return next(((file, other, rows) for other, file, rows in candidates), None)


def _alike(
    con: duckdb.DuckDBPyConnection, contract: Contract, columns: Sequence[str], batch: int, others: Sequence[int]
) -> set[int]:
    """Those of the other deliveries whose rows are, in these columns, the rows of this one."""
    if not others:
        return set()
    found = con.execute(
        f"""with held as (select _batch, sum(hash({", ".join(map(quoted, columns))})) as rows
            from data.{quoted(contract.dataset)} where list_contains($batches::integer[], _batch) group by _batch)
        select o._batch from held o join held m on m.rows = o.rows where m._batch = $batch and o._batch <> $batch""",
        {"batch": batch, "batches": [batch, *others]},
    ).fetchall()
    return {other for (other,) in found}


def _say_complete_beside(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    found = con.execute(
        """select d.batch, d.file from clew.coverage mine join clew.coverage other
            on other.dataset = mine.dataset and other.batch <> mine.batch
            and other.period_from < mine.period_to and other.period_to > mine.period_from
            and (starts_with(other.region, mine.region) or starts_with(mine.region, other.region))
        join clew.delivery d on d.batch = other.batch
        where mine.batch = ? and d.status = 'loaded' and d.superseded_by is null order by d.batch desc limit 1""",
        [delivery.batch],
    ).fetchall()
    for batch, file in found:
        problems.warn(
            delivery.place,
            "I059",
            f"'{file}' (delivery {batch}) was called complete for the same days and places, and the rows of both count",
            "if this file takes its place, name it under 'replaces'; if it adds rows, leave 'complete' out",
        )
