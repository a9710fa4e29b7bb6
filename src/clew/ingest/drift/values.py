"""Drift of values: a column that got new codes, longer texts or decimals, or stays empty from now on."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb

from clew.contracts.check import Measured
from clew.contracts.literal import text_literal
from clew.contracts.model import Column
from clew.ingest.drift.form import Drift, speaks_of_a_person
from clew.ingest.land.delivery import Delivery
from clew.plan import Type

FEWEST = 10
"""Rows from which values outside the contract are a change of form, not mistakes."""
SHARE = 0.001
LONGEST_CODE, MOST_CODES = 20, 20


def of_values(con: duckdb.DuckDBPyConnection, delivery: Delivery, read: int, measured: Measured) -> list[Drift]:
    """Columns whose values left the contract in many rows, and columns that were filled before and are empty now."""
    enough = max(FEWEST, read * SHARE)
    found: list[Drift] = []
    for column in delivery.contract.columns:
        for kind, finding in (("enum", _codes), ("length", _longer), ("type", _decimals)):
            measure = measured.checks.get(f"{column.name}.{kind}")
            if measure is not None and measure.unexpected >= enough:
                found.extend(finding(con, column, delivery.batch, measure.unexpected))
    return found + _emptied(con, delivery)


def _codes(con: duckdb.DuckDBPyConnection, column: Column, batch: int, rows: int) -> Iterator[Drift]:
    """New codes. They are named only where they tell nothing of a person and stand in many rows."""
    codes: list[str] = []
    if not speaks_of_a_person(column):
        found = con.execute(
            f"select record ->> {text_literal(column.name)} as code, count(*) from ({_aside(column, 'enum')}) "
            "group by code having count(*) >= ? and length(code) <= ? order by count(*) desc, code limit ?",
            [batch, FEWEST, LONGEST_CODE, MOST_CODES],
        ).fetchall()
        codes = [code for code, _ in found if not any(digit.isdigit() for digit in code) or len(code) <= 6]
    shown = "、".join(codes)
    allowed = [*column.enum, *codes]
    entries = "\n".join(f"    - {{value: {json.dumps(code, ensure_ascii=False)}}}" for code in allowed)
    change = f"- name: {column.name}\n  enum:\n{entries}" if codes else ""
    yield Drift(
        "widened", column.name, "", True,
        f"{column.title_zh}（{column.name}）有 {rows} 行的取值不在约定中" + (f"：{shown}" if shown else ""),
        f"{column.name} has values outside the agreed ones in {rows} rows" + (f": {', '.join(codes)}" if codes else ""),
        change,
    )  # fmt: skip


def _longer(con: duckdb.DuckDBPyConnection, column: Column, batch: int, rows: int) -> Iterator[Drift]:
    longest = con.execute(
        f"select max(length(record ->> {text_literal(column.name)})) from ({_aside(column, 'length')})", [batch]
    ).fetchall()[0][0]
    if column.max_length is None or longest is None or longest <= column.max_length:
        return
    yield Drift(
        "widened", column.name, "", False,
        f"{column.title_zh}（{column.name}）有 {rows} 行长于约定，最长 {longest} 个字符",
        f"{column.name} is longer than agreed in {rows} rows, at most {longest} characters",
        f"- name: {column.name}\n  logicalTypeOptions: {{maxLength: {longest}}}",
    )  # fmt: skip


def _decimals(con: duckdb.DuckDBPyConnection, column: Column, batch: int, rows: int) -> Iterator[Drift]:
    if column.type not in (Type.INTEGER, Type.DECIMAL):
        return
    value = f"(record ->> {text_literal(column.name)})"
    numbers, places = con.execute(
        rf"select count(*) filter (regexp_matches({value}, '^[+-]?[0-9]*\.[0-9]+$')), "
        rf"coalesce(max(length(regexp_extract({value}, '^[+-]?[0-9]*\.([0-9]+)$', 1))), 0) "
        f"from ({_aside(column, 'type')})",
        [batch],
    ).fetchall()[0]
    if numbers * 10 < rows * 9:
        return
    yield Drift(
        "widened", column.name, "", column.type is Type.INTEGER,
        f"{column.title_zh}（{column.name}）有 {rows} 行带有约定以外的小数，最多 {places} 位",
        f"{column.name} has decimals that were not agreed in {rows} rows, at most {places}",
        f"- name: {column.name}\n  logicalType: number\n  physicalType: DECIMAL(18,{min(places, 18)})",
    )  # fmt: skip


def _emptied(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> list[Drift]:
    """Columns without any value in this delivery of which the one before would have led to expect :data:`FEWEST`."""
    found = con.execute(
        """select now.column_name from clew.profile now join clew.profile past using (dataset, column_name)
        where now.batch = $batch and now.sampled > 0 and now.nulls = now.sampled
          and now.sampled * (1 - past.nulls / past.sampled) >= $fewest and past.sampled > 0
          and past.batch = (select max(p.batch) from clew.profile p join clew.delivery d using (batch)
                            where p.dataset = $dataset and p.batch < $batch and d.status = 'loaded')
        order by now.column_name""",
        {"batch": delivery.batch, "dataset": delivery.contract.dataset, "fewest": FEWEST},
    ).fetchall()
    return [
        Drift(
            "narrowed", name, "", True,
            f"{name} 在上一次交付中有值，这一次全部为空", f"{name} had values in the delivery before and has none now",
        )
        for (name,) in found
    ]  # fmt: skip


def _aside(column: Column, kind: str) -> str:
    """The rows of a batch (a parameter) that this check of the column set aside."""
    begins = text_literal(f"{column.name}.{kind}: ")
    return (
        "select record from clew.quarantine where batch = ? "
        f"and len(list_filter(reasons, lambda reason: starts_with(reason, {begins}))) > 0"
    )
