"""The table of a dataset: made for its first delivery, with more columns when a newer contract has them.

Texts that hardly repeat are stored as they are: trying to compress them takes a quarter of a load, reading them back a
fifth of a scan, and saves less than half of their room.
"""

from __future__ import annotations

import re

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Column, Contract
from clew.ingest.land.delivery import Delivery, RefusedError
from clew.ingest.read.source import Source
from clew.ingest.repair.typed import table_columns
from clew.plan import Type
from clew.problems import Problem

_LARGE = 64 * 1024 * 1024
"""Bytes of a first delivery from which on it is worth a look at how its texts repeat."""
_LOOKED_AT = 20_000
"""Rows."""
_DIFFERENT = 0.9
"""The share of different texts among them from which on a text hardly repeats."""
_LONG_RUN = 8
"""Characters of one kind in a row from which a pattern is that of a number: an account, a case, a licence."""


def ready_table(con: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, source: Source) -> None:
    """Make ``data.<dataset>``, or give it the columns a newer contract adds; another type is refused (I023).

    ``contract`` is the dataset's whole contract, also of a deletion. Raises duckdb.Error where the first rows of a
    large source cannot be read.
    """
    held = _held(con, contract)
    if not held:
        looked_at = source.start if delivery.landed.size >= _LARGE else None
        con.execute(create_table(contract, _different(con, contract, looked_at) if looked_at else frozenset()))
        return
    for name, type_ in table_columns(contract).items():
        if name not in held:
            con.execute(f"alter table data.{quoted(contract.dataset)} add column {quoted(name)} {type_}")
        elif held[name] != type_:
            raise RefusedError(
                Problem(
                    delivery.place,
                    "I023",
                    f"the contract says {name} is {type_}, the warehouse holds it as {held[name]}",
                    "give the column a new name in the contract, or load into a new warehouse",
                )
            )


def create_table(contract: Contract, different: frozenset[str] = frozenset()) -> str:
    """The statement that makes ``data.<dataset>`` when it is not there yet. ``different``: texts seen to be so."""
    plain = {column.name for column in contract.columns if _identifies(column, contract)} | different
    columns = ", ".join(
        f"{quoted(name)} {type_}{' using compression uncompressed' if name in plain else ''}"
        for name, type_ in table_columns(contract).items()
    )
    return f"create table if not exists data.{quoted(contract.dataset)} ({columns})"


def _held(con: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, str]:
    return dict(
        con.execute(
            "select column_name, data_type from duckdb_columns() "
            "where schema_name = 'data' and table_name = ? and not internal",
            [contract.dataset],
        ).fetchall()
    )


def _different(con: duckdb.DuckDBPyConnection, contract: Contract, rows: str) -> frozenset[str]:
    """The texts of which nearly every one of the first rows has another; a sample, for storage alone."""
    texts = [column.name for column in contract.columns if column.type is Type.TEXT]
    counts = "".join(f", count(distinct {quoted(f'{name}~0')})" for name in texts)
    first = f"select * from ({rows}) limit {_LOOKED_AT}"
    seen, *found = con.execute(f"select count(*){counts} from ({first})").fetchall()[0]
    return frozenset(name for name, different in zip(texts, found, strict=True) if different >= _DIFFERENT * seen)


def _identifies(column: Column, contract: Contract) -> bool:
    """Whether a text's contract says that it identifies something."""
    runs = (int(least) for least in re.findall(r"\{(\d+)", column.pattern or ""))
    number = column.unique or column.identity is not None or max(runs, default=0) >= _LONG_RUN
    return column.type is Type.TEXT and (number or column.name in contract.primary_key)
