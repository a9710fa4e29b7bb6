"""The ledger of rings: what a screening must know of earlier ones to call the same ring by the same name."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa

from clew.engine import Answers
from clew.plan import Plan


def rings_known(connection: duckdb.DuckDBPyConnection) -> int:
    """The position of the newest entry; 0 before the first."""
    return int(connection.execute("select coalesce(max(position), 0) from clew.ring").fetchall()[0][0])


def write_rings(
    connection: duckdb.DuckDBPyConnection, screening_id: str, position: int, as_of: date, plan: Plan, answers: Answers
) -> None:
    """Add the rings that this rule's clues are about and whose members are not those last written."""
    for link, found in enumerate(answers.rings, start=1):
        _add(connection, found, [plan.rule, plan.variant, link, position, as_of, screening_id])


def _add(connection: duckdb.DuckDBPyConnection, found: pa.Table, key: list[object]) -> None:
    if found.num_rows == 0:
        return
    connection.register("found_rings", found)
    try:
        connection.execute(
            """
            insert into clew.ring by name
            select $1 as rule, $2 as variant, $3::integer as link, ring, members, coalesce(earlier, []) as earlier,
                $4::integer as position, $5::date as as_of, $6 as screening_id
            from (
                select ring, list_sort(list(member)) as members, any_value(earlier) as earlier
                from found_rings group by ring) f
            where members is distinct from (
                select arg_max(r.members, r.position) from clew.ring r
                where r.rule = $1 and r.variant = $2 and r.link = $3 and r.ring = f.ring)
            order by ring
            """,
            key,
        )
    finally:
        connection.unregister("found_rings")
