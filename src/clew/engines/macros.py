"""The macros a plan calls, defined when they are first needed: all of them take longer than many a trial."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import duckdb

from clew.engines.duckdb_functions import MACROS
from clew.engines.duckdb_names import NAME_MACROS
from clew.engines.duckdb_rows import ROW_MACROS
from clew.engines.duckdb_text import TEXT_MACROS

_ALL = {**MACROS, **ROW_MACROS, **TEXT_MACROS, **NAME_MACROS}
_HEADS = {head.split("(", 1)[0]: (head, body) for head, body in _ALL.items()}
_CALL = re.compile(r"\bclew_(\w+)\(", re.IGNORECASE)


def needed(queries: Iterable[str]) -> list[str]:
    """Names of the macros the queries call, each after those it uses itself. A name in a literal does no harm."""
    called = frozenset[str]().union(*map(_called, queries))
    found: list[str] = []
    for name in sorted(called & set(_HEADS)):
        _add(name, found)
    return found


@lru_cache(maxsize=1024)
def _called(query: str) -> frozenset[str]:
    """Many trials run one plan: each query is looked through once."""
    return frozenset(name.lower() for name in _CALL.findall(query))


def _add(name: str, found: list[str]) -> None:
    if name not in found:
        for used in _CALL.findall(_HEADS[name][1]):
            _add(used, found)
        found.append(name)


class Macros:
    """Macros of one connection (temporary: nothing is written to its database) or, ``shared``, of all its cursors."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, shared: bool = False) -> None:
        self._connection = connection
        self._kind = "macro" if shared else "temp macro"
        self._known: set[str] = set()

    def define(self, queries: Iterable[str]) -> None:
        """Define what the queries call and is not there yet."""
        for name in needed(queries):
            if name not in self._known:
                head, body = _HEADS[name]
                self._connection.execute(f"create or replace {self._kind} clew_{head} as {body}")
                self._known.add(name)
