"""Canonical rows as the sender writes them: the contract's headers and words, and the mess it can repair."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import polars as pl

from clew.contracts.model import Column, Contract
from clew.demo import mess
from clew.plan import Type

_STYLES = {"pension_payment": 2, "criminal_judgment": 3, "driving_licence": 1, "disability_certificate": 1}


def as_sent(rows: pl.DataFrame, contract: Contract, hand: mess.Hand) -> pl.DataFrame:
    """Text columns under the contract's headers, in its order.

    Raises polars.exceptions.ColumnNotFoundError for a column the rows lack.
    """
    style = _STYLES.get(contract.dataset, zlib.crc32(contract.dataset.encode()) % 2)
    return pl.DataFrame({column.header: _texts(rows[column.name], column, hand, style) for column in contract.columns})


def words(column: Column) -> Mapping[str, Sequence[str]]:
    """Canonical code -> the words senders use for it, the usual one first."""
    found: dict[str, list[str]] = {}
    for word, code in column.values.items():
        found.setdefault(code, []).append(word)
    return found


def _texts(values: pl.Series, column: Column, hand: mess.Hand, style: int) -> pl.Series:
    if column.type is Type.DATE:
        text = mess.date_texts(hand, values, style if "date" in column.repairs else 0)
    elif column.type is Type.TIMESTAMP:
        text = values.dt.strftime("%Y-%m-%d %H:%M:%S")
    elif column.type is Type.DECIMAL:
        text = mess.money_texts(hand, values)
    else:
        text = values.cast(pl.String)
        if column.values:
            text = mess.code_texts(hand, text, words(column))
        if "id18" in column.repairs:
            text = mess.identity_texts(hand, text)
    return mess.smudge(hand, text, column.repairs, inner=column.header.endswith("姓名"))
