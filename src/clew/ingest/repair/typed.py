"""Typed values out of repaired text: strict casts that never round, never guess and never fail.

DuckDB's own TRY_CAST reads '12.7' as 13, '1_000' as 1000, '0x1F' as 31 and 'infinity' as a date. Here a text that
is not exactly a value of the type is NULL, and the contract's ``type`` check sets the row aside.
"""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.model import Column, Contract
from clew.plan import Type

_PLAIN: Mapping[Type, str] = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMP",
}
_BOOLEANS: Mapping[str, tuple[str, ...]] = {
    "true": ("true", "t", "1", "yes", "y", "是"),
    "false": ("false", "f", "0", "no", "n", "否"),
}


def sql_type(column: Column) -> str:
    """The DuckDB type of a column in ``data.<dataset>``; decimals are DECIMAL(18,2) unless physicalType says."""
    if column.type is Type.DECIMAL:
        precision, scale = column.precision
        return f"DECIMAL({precision},{scale})"
    return _PLAIN[column.type]


def cast(column: Column, text: str) -> str:
    """SQL of DuckDB's own reading of a text expression: right wherever :func:`exact` agrees."""
    return text if column.type in (Type.TEXT, Type.BOOLEAN) else f"try_cast({text} as {sql_type(column)})"


def exact(column: Column, text: str, value: str) -> str:
    """SQL of the typed value: ``value`` (a column holding :func:`cast` of ``text``) if the text says exactly that.

    Most texts are what the value prints as, which is cheaper to see than a pattern.
    """
    if column.type is Type.TEXT:
        return text
    if column.type is Type.BOOLEAN:
        # No IN: of more than four words the engine makes a join, for which it lowers every text.
        words = " ".join(f"when '{word}' then {value}" for value, listed in _BOOLEANS.items() for word in listed)
        return f"case {text} when 'true' then true when 'false' then false else case lower({text}) {words} end end"
    form = {
        Type.INTEGER: r"^[+-]?[0-9]{1,19}(?:\.0+)?$",
        Type.DECIMAL: _decimal_form(column.precision[1]),
        Type.DATE: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        Type.TIMESTAMP: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6}0*)?)?Z?)?$",
    }[column.type]
    return f"case when {printed(column, text, value)} or regexp_matches({text}, '{form}') then {value} end"


def printed(column: Column, text: str, value: str) -> str:
    """SQL: a text is what its value prints as; five-digit years and infinity print in other lengths."""
    length = {Type.DATE: 10, Type.TIMESTAMP: 19}.get(column.type)
    usual = f" and strlen({text}) = {length}" if length else ""
    return f"{value}::varchar = {text}{usual}"


def _decimal_form(scale: int) -> str:
    return rf"^[+-]?(?:[0-9]+(?:\.[0-9]{{0,{scale}}}0*)?|\.[0-9]{{1,{max(scale, 1)}}}0*)$"


def table_columns(contract: Contract) -> dict[str, str]:
    """Columns of ``data.<dataset>`` and their types: the contract's, then lineage."""
    own = {column.name: sql_type(column) for column in contract.columns}
    return own | {
        "_batch": "INTEGER",
        "_file": "VARCHAR",
        "_row": "BIGINT",
        "_repaired": "HUGEINT",
        "_original": "VARCHAR",
    }
