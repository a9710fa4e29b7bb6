"""What was counted: every check's measure for one delivery, from the loaded rows and the few set aside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from clew.contracts.check import CheckMeasure, Measured, RowCheck
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Contract
from clew.ingest.validate.quarantine import reason
from clew.ingest.validate.validation import MASK, WORD, Validation, masked

SAMPLES = 20
CANDIDATES = 1000
"""Of the rows that violate a check, how many are looked at for samples."""


def column_nulls(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> tuple[int, Mapping[str, int]]:
    """Rows loaded so far and, per column, how many of them have no value."""
    counts = ", ".join(f"count({quoted(name)})" for name in contract.names)
    found = con.execute(
        f"select count(*), {counts} from data.{quoted(contract.dataset)} where _batch = ?", [batch]
    ).fetchall()[0]
    return found[0], {name: found[0] - count for name, count in zip(contract.names, found[1:], strict=True)}


def marking_measures(
    con: duckdb.DuckDBPyConnection, validation: Validation, batch: int, rows: int, nulls: Mapping[str, int]
) -> dict[str, CheckMeasure]:
    """Measures of the checks that set rows aside. Rows their reader could not trust were not evaluated."""
    counts = dict(
        con.execute(
            "select text, count(*) from (select unnest(reasons) as text from clew.quarantine where batch = ?) "
            "group by text",
            [batch],
        ).fetchall()
    )
    absent = _absent_in_quarantine(con, validation.contract, batch) if counts else {}
    found = {}
    for check in validation.marking:
        text = reason(check.name, check.reason_zh)
        missing = _missing(check, nulls, absent)
        unexpected = counts.get(text, 0)
        found[check.name] = CheckMeasure(
            rows, missing, unexpected, _samples(con, check, batch, text) if unexpected else []
        )
    return found


def counted_measures(
    con: duckdb.DuckDBPyConnection, validation: Validation, batch: int, rows: int
) -> dict[str, CheckMeasure]:
    """Measures of the checks judged over the delivery, on the rows that were loaded."""
    return loaded_measures(con, validation.contract, validation.counted, batch, rows)


def loaded_measures(
    con: duckdb.DuckDBPyConnection, contract: Contract, checks: Sequence[RowCheck], batch: int, rows: int
) -> dict[str, CheckMeasure]:
    """Measures of row checks on the rows that were loaded, all in one scan. ``rows`` is how many count as evaluated."""
    if not checks:
        return {}
    words = [quoted(f"{MASK}{word}") for word in range(-(-len(checks) // WORD))]
    source = masked([_violated(check) for check in checks], staged(contract))
    first = f"min(_row, {CANDIDATES}) filter (where {' or '.join(f'{word} <> 0' for word in words)})"
    counts = ", ".join(_count(check) for check in checks)
    groups = con.execute(
        f"select count(*), {first}, {counts}, {', '.join(words)} from ({source}) group by {', '.join(words)}", [batch]
    ).fetchall()
    measures = {}
    for index, check in enumerate(checks):
        nulls = sum(group[2 + index] for group in groups)
        word, bit = 2 + len(checks) + index // WORD, 1 << index % WORD
        broken = [group for group in groups if group[word] & bit]
        candidates = sorted(row for group in broken for row in group[1])[:CANDIDATES]
        samples = _samples_of(con, contract, check, batch, candidates)
        measures[check.name] = CheckMeasure(rows, nulls, sum(group[0] for group in broken), samples)
    return measures


def _samples_of(
    con: duckdb.DuckDBPyConnection, contract: Contract, check: RowCheck, batch: int, candidates: Sequence[int]
) -> list[Any]:
    """Values of the first of these rows whose values may be kept."""
    if not candidates:
        return []
    shown = con.execute(
        f"select {_shown(check)} from data.{quoted(contract.dataset)} where _batch = ? "
        f"and _row in (select unnest(?::bigint[])) and {_tellable(_shown(check))} order by _row limit {SAMPLES}",
        [batch, candidates],
    ).fetchall()
    return [row[0] for row in shown]


def _violated(check: RowCheck) -> str:
    """A check's condition on a loaded row: its texts were as good as its values are, or they would not be there."""
    if check.kind == "type" and "~text" in check.violated:
        return "false"
    return f"{quoted(check.columns[0])} is null" if check.kind == "not_null" else check.violated


def _count(check: RowCheck) -> str:
    """SQL: how many rows have no value in any checked column."""
    if len(check.columns) == 1:
        return f"count(*) - count({quoted(check.columns[0])})"
    return f"count(*) filter ({missing_all(check)})"


def staged(contract: Contract) -> str:
    """The loaded rows of one batch (a parameter) as row checks expect them, each column with its text."""
    texts = ", ".join(f"{quoted(name)}::varchar as {quoted(f'{name}~text')}" for name in contract.names)
    return f"select *, {texts} from data.{quoted(contract.dataset)} where _batch = ?"


def missing_all(check: RowCheck) -> str:
    """SQL: none of the checked columns has a value."""
    return " and ".join(f"{quoted(name)} is null" for name in check.columns) or "false"


def as_json(measured: Measured) -> str:
    """Measures as JSON text, for ``clew.validation``."""
    return json.dumps(
        {
            "rows": measured.rows,
            "checks": {
                name: {
                    "evaluated": one.evaluated,
                    "nulls": one.nulls,
                    "unexpected": one.unexpected,
                    "samples": one.samples,
                    "value": one.value,
                }
                for name, one in measured.checks.items()
            },
        },
        ensure_ascii=False,
        default=str,
    )


def from_json(text: str) -> Measured:
    """The reverse of :func:`as_json`."""
    held = json.loads(text)
    return Measured(held["rows"], {name: CheckMeasure(**one) for name, one in held["checks"].items()})


def _missing(check: RowCheck, nulls: Mapping[str, int], absent: Mapping[str, int]) -> int:
    return min((nulls.get(name, 0) + absent.get(name, 0) for name in check.columns), default=0)


def _absent_in_quarantine(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> dict[str, int]:
    terms = ", ".join(f"count(*) filter (record ->> {text_literal(name)} is null)" for name in contract.names)
    found = con.execute(
        f"select {terms} from clew.quarantine "
        "where batch = ? and row not in (select row from marked where payload ->> 'fault' is not null)",
        [batch],
    ).fetchall()[0]
    return dict(zip(contract.names, found, strict=True))


def _samples(con: duckdb.DuckDBPyConnection, check: RowCheck, batch: int, text: str) -> list[Any]:
    value = " || ' | ' || ".join(f"coalesce(record ->> {text_literal(name)}, '')" for name in check.columns) or "''"
    rows = con.execute(
        f"select {value} from clew.quarantine where batch = ? and list_contains(reasons, ?) and {_tellable(value)} "
        f"order by row limit {SAMPLES}",
        [batch, text],
    ).fetchall()
    return [row[0] for row in rows]


def _tellable(value: str) -> str:
    """SQL: a value outside its column's form that may be kept as a sample, whatever the column's class.

    Where a sender's columns are shifted a name or an identity number stands in any of them: only short texts of plain
    letters, digits and marks are kept, and no long number.
    """
    short, telling = "^[ -~]{0,24}$", "[0-9]{7}|[A-Za-z] +[A-Za-z]"
    return f"(regexp_matches({value}, '{short}') and not regexp_matches({value}, '{telling}'))"


def _shown(check: RowCheck) -> str:
    return " || ' | ' || ".join(f"coalesce({quoted(name)}::varchar, '')" for name in check.columns) or "''"
