"""Rows that a trial gives, as one Arrow table in the types of the dataset's contract."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv

from clew.contracts.model import Column, Contract
from clew.plan import Type

_ARROW = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.DECIMAL: pa.decimal128(18, 2),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
    Type.TIMESTAMP: pa.timestamp("us"),
}
_NULL = "\0"


def given_table(rows: Sequence[Mapping[str, Any]], contract: Contract) -> pa.Table:
    """All columns of the contract, in its order and types; a value that is missing is NULL.

    Through CSV: building arrays from Python lists would make pyarrow import pandas, which takes seconds.
    """
    types = {one.name: _arrow_type(one, rows) for one in contract.columns}
    given = [name for name in types if any(row.get(name) is not None for row in rows)]
    read = _read_csv(given, rows, types) if given else None
    return pa.table(
        {
            name: read.column(name) if read is not None and name in given else pa.nulls(len(rows), kind)
            for name, kind in types.items()
        }
    )


def _read_csv(names: Sequence[str], rows: Sequence[Mapping[str, Any]], types: Mapping[str, pa.DataType]) -> pa.Table:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return arrow_csv.read_csv(
        io.BytesIO(text.getvalue().encode()),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: types[name] for name in names}, null_values=[_NULL], strings_can_be_null=True
        ),
    )


def _cell(value: Any) -> str:
    match value:
        case None:
            return _NULL
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(round(value, 6) if _digits(value) > 6 else value, "f")
        case _:
            return str(value)


def _arrow_type(column: Column, rows: Sequence[Mapping[str, Any]]) -> pa.DataType:
    """Money has two digits; a decimal given with more keeps six."""
    if column.type is not Type.DECIMAL:
        return _ARROW[column.type]
    digits = [_digits(value) for row in rows if (value := row.get(column.name)) is not None]
    return pa.decimal128(18, 2 if max(digits, default=0) <= 2 else 6)


def _digits(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
