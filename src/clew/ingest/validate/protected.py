"""Protected rows: counted with their number, and nothing else of them is written anywhere."""

from __future__ import annotations

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Contract
from clew.ingest.land.delivery import Delivery
from clew.ingest.read.source import FAULT, ROW
from clew.problems import Problems


def protected_select(contract: Contract, batch: int, file: str, bad: str, record: str, relation: str) -> str:
    """The rows of ``relation`` (typed and masked) as ``data.<dataset>`` holds them, protected ones without content.

    A protected row has its number and its reason, and NULL for every value. So has a row that its reader could not
    trust: where the columns may be shifted nobody can tell whether it is protected.
    """
    whys = [(protection.condition, protection.reason) for protection in contract.protections]
    cases = " ".join(f"when {condition} then {text_literal(reason)}" for condition, reason in whys)
    why = f"case when {quoted(FAULT)} is not null then {quoted(FAULT)} {cases} end"
    kept = "json_object('fault', \"~why\", 'repaired', '0', 'original', null, 'record', json_object())::varchar"
    values = ", ".join(f'case when "~why" is null then {quoted(name)} end' for name in contract.names)
    return (
        f"select {values}, {batch}::integer, "
        f'case when "~why" is not null then {kept} when {bad} then {record} else {text_literal(file)} end, '
        f'case when "~why" is not null or {bad} then -{quoted(ROW)} else {quoted(ROW)} end, '
        'case when "~why" is null then "~repaired" else 0 end, case when "~why" is null then "~original" end '
        f'from (select *, {why} as "~why" from ({relation}))'
    )


def say_protected(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    """Say how many protected rows a delivery held (I100)."""
    found = con.execute(
        """select split_part(reason, ':', 1), count(*) from (
            select unnest(reasons) as reason from clew.quarantine where batch = ?)
        where starts_with(reason, 'protection.') group by 1 order by 1""",
        [delivery.batch],
    ).fetchall()
    for name, rows in found:
        problems.warn(
            delivery.place,
            "I100",
            f"{rows} rows are protected ({name.removeprefix('protection.')}): not loaded, and nothing of them kept",
            "ask the sender to leave them out; the landed file still holds them",
        )
