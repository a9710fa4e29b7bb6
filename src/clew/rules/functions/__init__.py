"""The function table: every name an expression may call, what it takes, what it gives, and the tree it becomes.

A function of Clew's own becomes ``clew_<name>(...)``; engines define those (DuckDB: macros), and
:mod:`~clew.rules.functions.in_python` computes them in Python, so that one meaning is tested against the other.
"""

from __future__ import annotations

from clew.rules.functions.aggregates import AGGREGATES
from clew.rules.functions.dates import DATES
from clew.rules.functions.texts import TEXTS
from clew.rules.functions.values import VALUES

FUNCTIONS = {function.name: function for function in (*DATES, *AGGREGATES, *TEXTS, *VALUES)}
"""Every function of the language, by name."""
