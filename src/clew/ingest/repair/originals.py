"""What was delivered before it was repaired: kept beside each row, and read back.

Every text that a repair changed stays in the row's ``_original`` (a JSON object by column). The one exception is the
commonest change of all, a department's code to the contract's: of the codes that mean one value the contract's first
is kept once for the delivery (``clew.delivered_code``) and told by the row's bit, so that a million rows that say 男
do not hold it a million times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract
from clew.ingest.repair.repairs import CLEANING, MOST_BITS, Repairs, Step
from clew.warehouse import insert_rows

_PLAIN = re.compile(r"[^\s\u0085\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff\uff01-\uff5e]+")
"""A code that no cleaning repair changes (if it is in capitals too)."""


def original_sql(contract: Contract, repairs: Repairs, repaired: str) -> str:
    """SQL of ``_original``: the row's changed texts as a JSON object, or NULL. ``repaired`` names the row's bits.

    A row whose bits say that nothing changed, or only codes known by their bit, costs a comparison and no more.
    """
    changes, guards, told = [], [], 0
    for column in contract.columns:
        if not repairs.emptying(column.name):
            continue
        text, end = quoted(f"{column.name}~0"), repairs.finals[column.name]
        changed = f"{text} is distinct from {end}"
        step = _coded(column, repairs)
        if step is not None:
            told |= 1 << step.bit
            firsts = _firsts(column)
            known = f"{text} in ({', '.join(text_literal(code) for code in firsts.values())})"
            changed = f"{changed} and not ({known})"
            if len(firsts) < len(column.values):
                guards.append(f"({repaired} & {1 << step.bit}::hugeint <> 0 and not ({known}))")
        key = text_literal(json.dumps(column.name, ensure_ascii=False) + ":")
        changes.append(f"case when {changed} then {key} || to_json({text}) end")
    if not changes:
        return "null::varchar"
    others = ((1 << (MOST_BITS + 1)) - 1) & ~told
    guard = " or ".join([f"{repaired} & {others}::hugeint <> 0", *guards])
    return f"case when {guard} then '{{' || concat_ws(',', {', '.join(changes)}) || '}}' end"


def keep_codes(con: duckdb.DuckDBPyConnection, contract: Contract, repairs: Repairs, batch: int) -> None:
    """Keep for a delivery which code each value told by a bit was delivered as."""
    rows = [
        [batch, contract.dataset, column.name, step.bit, value, code]
        for column in contract.columns
        if (step := _coded(column, repairs)) is not None
        for value, code in _firsts(column).items()
    ]
    insert_rows(con, "clew.delivered_code (batch, dataset, column_name, bit, value, code)", rows)


def delivered(con: duckdb.DuckDBPyConnection, dataset: str, batch: int, row: int) -> dict[str, str]:
    """The text as delivered of every value of a loaded row that a repair changed, by column."""
    table = f"data.{quoted(dataset)}"
    found = con.execute(
        f"select _original, _repaired, to_json(r) from (select * from {table} where _batch = ? and _row = ?) r",
        [batch, row],
    ).fetchall()
    if not found:
        return {}
    original, bits, record = found[0]
    values = json.loads(record)
    codes = con.execute(
        "select column_name, bit, value, code from clew.delivered_code where batch = ? order by column_name, value",
        [batch],
    ).fetchall()
    kept = {name: code for name, bit, value, code in codes if int(bits) >> bit & 1 and str(values.get(name)) == value}
    return kept | (json.loads(original) if original else {})


def with_codes(batch: int, original: str, repaired: str, record: str) -> str:
    """SQL of a row's delivered texts (JSON or NULL), its codes told by a bit among them: a row that is set aside
    goes back to its sender, who knows no other words. The arguments are SQL of what the row holds.
    """
    return (
        f"(select case when count(*) = 0 then {original} else"
        f" json_merge_patch(json_group_object(k.column_name, k.code), coalesce({original}, '{{}}'::json)) end"
        f" from clew.delivered_code k where k.batch = {batch} and ({repaired} >> k.bit) & 1 = 1"
        f" and {record} ->> k.column_name = k.value)"
    )


def _coded(column: Column, repairs: Repairs) -> Step | None:
    """The step of a column whose only rewriting is its map of codes, under a bit of its own."""
    steps = [step for step in repairs.steps if step.column == column.name and step.repair not in CLEANING]
    if len(steps) != 1 or steps[0].repair != "values" or sum(one.bit == steps[0].bit for one in repairs.steps) > 1:
        return None
    return steps[0] if _firsts(column) else None


def _firsts(column: Column) -> Mapping[str, str]:
    """Each value of the map -> the first code that means it, of the codes that no cleaning would change."""
    found: dict[str, str] = {}
    for code, value in column.values.items():
        if code != value and _PLAIN.fullmatch(code) and code.upper() == code:
            found.setdefault(value, code)
    return found
