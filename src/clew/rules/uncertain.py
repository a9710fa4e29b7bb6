"""Rows whose matches may be uncertain: only those with a value missing, on either side, can be.

So certain matches are looked for by a plain join, and uncertain ones among the rows with a gap. Engines know from their
statistics when a column has no NULL, and then read nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from clew.rules.frame import Frame
from clew.rules.pairing import Pairing
from clew.rules.trees import as_subquery, both, column, either, is_null, join, relation, select

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
        "add_days add_months add_working_days days_between months_between minutes_between days_elapsed",
        "contains starts_with",
    )
    for name in names.split()
}
"""Functions that give a value for all values."""


def uncertain(frame: Frame, pairing: Pairing) -> exp.Query | None:
    """The rows so far that have an uncertain match, whatever else they have; None where there can be none."""
    if not pairing.conditions:
        return None
    theirs = relation(pairing.source.relation)
    gaps = _gaps(pairing)
    if gaps is None:
        return _matched(frame, pairing, relation(frame.relation), theirs)
    own, other = ([is_null(column(name)) for name in sorted(names)] for names in gaps)
    found: exp.Query | None = None
    if own:
        missing = as_subquery(select(frame.everything(), frame.relation, either(*own)), "g")
        found = _matched(frame, pairing, missing, theirs)
    if other:
        missing = as_subquery(select([exp.Star()], pairing.source.relation, either(*other)), "g")
        more = _matched(frame, pairing, relation(frame.relation), missing)
        found = more if found is None else exp.union(found, more, distinct=True, copy=False)
    return found


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
