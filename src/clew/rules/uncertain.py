"""Rows whose matches may be uncertain: only those with a value missing, on either side, can be.

So certain matches are looked for by a plain join, and uncertain ones among the rows with a gap. Engines know from their
statistics when a column has no NULL, and then read nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.pairing import Pairing
from clew.rules.trees import both, column, either, is_null, join, relation, select

_STRICT = (
    exp.And,
    exp.Or,
    exp.Not,
    exp.Paren,
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.Between,
    exp.In,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Neg,
    exp.Abs,
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Cast,
    exp.DataType,
    exp.Interval,
)
"""What is NULL only where a column in it is."""

_STRICT_CALLS = {
    f"clew_{name}"
    for names in (
        "month_end month_start year month day weekday date_of length",
        "add_days add_months add_working_days add_known_working_days days_between months_between",
        "minutes_between days_elapsed",
        "contains starts_with",
    )
    for name in names.split()
}
"""Functions that give a value for all values."""


def uncertain(draft: Draft, frame: Frame, pairing: Pairing, number: str) -> str:
    """Relation of the rows so far that have an uncertain match, whatever else they have; '' where there can be none.

    Each part is kept: engines then know that it is empty, as it mostly is, and read nothing for it.
    """
    if not pairing.conditions:
        return ""
    theirs, gaps = relation(pairing.source.relation), _gaps(pairing)
    if gaps is None:
        found: list[exp.Query] = [_matched(frame, pairing, relation(frame.relation), theirs)]
    else:
        found = []
        own, other = ([is_null(column(name)) for name in sorted(names)] for names in gaps)
        if own:
            rows = select(frame.everything(), frame.relation, either(*own))
            draft.add(f"{number}.gaps", rows, {}, materialise=True)
            found.append(_matched(frame, pairing, relation(f"{number}.gaps"), theirs))
        if other:
            read = sorted(pairing.reads & set(pairing.columns))
            rows = select(list(map(column, read)), pairing.source.relation, either(*other))
            draft.add(f"{number}.other_gaps", rows, {}, materialise=True)
            found.append(_matched(frame, pairing, relation(frame.relation), relation(f"{number}.other_gaps")))
    if not found:
        return ""
    query = reduce(lambda one, more: exp.union(one, more, distinct=True, copy=False), found)
    return draft.add(f"{number}.maybe", query, {}, materialise=True)


def _matched(frame: Frame, pairing: Pairing, own: exp.Expr, other: exp.Expr) -> exp.Select:
    return join(select(frame.everything(), own), other, both([pairing.equal(), pairing.unknown()]), "semi")


def _gaps(pairing: Pairing) -> tuple[frozenset[str], frozenset[str]] | None:
    """The columns of the rows so far, and of the dataset, one of which must be NULL; None where that is not known."""
    if not all(_is_strict(node) for one in pairing.conditions for node in one.walk()):
        return None
    names = frozenset(_names(pairing.conditions))
    return names - set(pairing.columns) - pairing.given, names & set(pairing.columns)


def _is_strict(node: exp.Expr) -> bool:
    return isinstance(node, _STRICT) or (isinstance(node, exp.Anonymous) and str(node.this) in _STRICT_CALLS)


def _names(trees: Iterable[exp.Expr]) -> Iterable[str]:
    return (node.name for tree in trees for node in tree.find_all(exp.Column))
