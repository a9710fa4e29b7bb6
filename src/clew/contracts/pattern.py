"""Patterns: contracts write ECMA-262 (as ODCS says), DuckDB matches with RE2."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_UNICODE = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))")
_UNSUPPORTED = (
    (re.compile(r"(?<!\\)(?:\\\\)*\(\?<?[=!]"), "lookahead and lookbehind '(?=', '(?!', '(?<=', '(?<!'"),
    (re.compile(r"(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)"), "back-references '\\1', '\\k<name>'"),
    (re.compile(r"(?<!\\)(?:\\\\)*\\c[A-Za-z]"), "control letters '\\cX'"),
)


class PatternError(ValueError):
    """The pattern cannot be used; the text says why, for the contract's author."""


def re2(pattern: str) -> str:
    r"""The same pattern for RE2: ``\uXXXX`` becomes ``\x{XXXX}``.

    Raises PatternError for what RE2 cannot match (it runs in linear time, so no lookaround and no
    back-references) and for a pattern that is not valid at all.
    """
    translated = _UNICODE.sub(lambda match: f"{match[1]}\\x{{{match[2] or match[3]}}}", pattern)
    for unsupported, name in _UNSUPPORTED:
        if unsupported.search(translated):
            raise PatternError(f"{name} cannot be used")
    return translated


@lru_cache(maxsize=1024)
def check_pattern(pattern: str) -> str:
    """The pattern for RE2 after the engine itself has compiled it. Raises PatternError when it will not."""
    import duckdb  # its import takes 0.05 s, and most commands that read a rule ask no pattern

    translated = re2(pattern)
    try:
        _engine(os.getpid()).execute("select regexp_matches('', ?)", [translated]).fetchall()
    except duckdb.Error as error:
        raise PatternError(str(error).splitlines()[0].split("Error: ")[-1]) from None
    return translated


@cache
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    """An engine for patterns alone; a process that is a copy of another has its own."""
    import duckdb

    return duckdb.connect(config={"threads": 1})
