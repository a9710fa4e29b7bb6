"""Checks of a whole delivery: keys, relationships, row counts, shares. They run on what was just loaded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from clew.contracts.check import CheckMeasure, TableCheck
from clew.contracts.literal import quoted
from clew.contracts.model import Contract

if TYPE_CHECKING:
    import numpy as np

VISIBLE = (
    "select batch from clew.delivery where dataset = ? and status = 'loaded' and superseded_by is null "
    "and mode is distinct from 'deletion'"
)


SORTED_AT_ONCE = 5_000_000
"""Hashes of eight bytes; while they are fetched each is held up to three times."""


@dataclass(frozen=True)
class Finding:
    """Rows one check sets aside: a query of ``_row``, its parameters, and the reason's sentence."""

    rows: str
    parameters: list[object]
    text: str


def duplicates(check: TableCheck, contract: Contract, batch: int) -> list[Finding]:
    """Rows that repeat a key: of exact copies the first stays; rows that disagree under one key all go."""
    table, key = f"data.{quoted(contract.dataset)}", ", ".join(quoted(name) for name in check.columns)
    present = " and ".join(f"{quoted(name)} is not null" for name in check.columns)
    repeated = f"select {key} from {table} where _batch = ? and {present} group by all having count(*) > 1"
    content = ", ".join(quoted(name) for name in contract.names)
    same = f"row_number() over (partition by {content} order by _row) as copy"
    versions = f"count(distinct row({content})) over (partition by {key}) as versions"
    mine = f"select _row, {same}, {versions} from {table} where _batch = ? and ({key}) in ({repeated})"
    return [
        Finding(
            f"select _row from ({mine}) where versions = 1 and copy > 1",
            [batch, batch],
            f"{check.reason_zh}：与本文件前面的一行完全相同，保留首行",
        ),
        Finding(
            f"select _row from ({mine}) where versions > 1",
            [batch, batch],
            f"{check.reason_zh}：同一键下内容不一致，无法判断哪一行正确",
        ),
    ]


def orphans(check: TableCheck, contract: Contract, batch: int, seen: str = "") -> Finding:
    """Rows whose key is not found in the referenced dataset's valid deliveries. ``seen`` is the SQL
    condition under which a row ``b`` was neither corrected nor deleted since ('': none was)."""
    other, columns = str(check.arguments["dataset"]), tuple(check.arguments["columns"])
    present = " and ".join(f"a.{quoted(name)} is not null" for name in check.columns)
    matches = " and ".join(
        f"a.{quoted(mine)} = b.{quoted(theirs)}" for mine, theirs in zip(check.columns, columns, strict=True)
    )
    rows = f"""select a._row from data.{quoted(contract.dataset)} a where a._batch = ? and {present} and not exists (
        select 1 from data.{quoted(other)} b where b._batch in ({VISIBLE}) and {matches}{seen and f" and {seen}"})"""
    return Finding(rows, [batch, other], check.reason_zh)


def key_measure(con: duckdb.DuckDBPyConnection, check: TableCheck, contract: Contract, batch: int) -> CheckMeasure:
    """Rows evaluated, rows whose key has a NULL, and every row of a group that shares one key."""
    table, key = f"data.{quoted(contract.dataset)}", ", ".join(quoted(name) for name in check.columns)
    missing = " or ".join(f"{quoted(name)} is null" for name in check.columns)
    rows, nulls = con.execute(
        f"select count(*), count(*) filter ({missing}) from {table} where _batch = ?", [batch]
    ).fetchall()[0]
    if _hashes_differ(con, f"{table} where _batch = ? and not ({missing})", key, batch, rows):
        return CheckMeasure(evaluated=rows, nulls=nulls)  # no two hashes are equal, so no two keys are
    shared = con.execute(
        f"""select coalesce(sum(n), 0)::bigint from (select count(*) as n from {table}
        where _batch = ? and not ({missing}) group by {key} having count(*) > 1)""",
        [batch],
    ).fetchall()[0][0]
    return CheckMeasure(evaluated=rows, nulls=nulls, unexpected=shared)


def _hashes_differ(con: duckdb.DuckDBPyConnection, relation: str, key: str, batch: int, rows: int) -> bool:
    """Whether no two keys have the same 64-bit hash: sorted they take half the time and room of a hash table.

    Of more than :data:`SORTED_AT_ONCE` rows a share of the hashes is looked at after the other.
    """
    shares = max(1, -(-rows // SORTED_AT_ONCE))
    for share in range(shares):
        found = con.execute(
            f"select hash from (select hash({key}) as hash from {relation}) where hash % {shares} = {share}", [batch]
        )
        if _repeats(found.fetchnumpy()["hash"]):  # no name keeps one share while the next is fetched
            return False
    return True


def _repeats(values: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> bool:
    """Whether a value is there twice. They are sorted in place, the lower and the upper half side by side."""
    middle = len(values) // 2
    if len(values) > 1:
        values.partition(middle)
    with ThreadPoolExecutor(2) as sorters:
        list(sorters.map(lambda half: half.sort(), (values[:middle], values[middle:])))
    return bool((values[1:] == values[:-1]).any())
