"""Counting a block of row-wise steps in one pass over the rows it starts from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.rules.frame import Count, Frame, Mark
from clew.rules.trees import as_subquery, both, column, count_where, is_null, is_true, named, relation, select


def tally(frame: Frame) -> exp.Query | None:
    """One row of counts: ``<base>.rows`` and, per marked step, ``.rows``, ``.unknown`` or ``.excluded``.

    A step's condition is looked at only where the row is still there, as when the steps run one after another.
    """
    source: exp.Expr = relation(frame.base)
    alive: exp.Expr = exp.true()
    counts: list[exp.Expr] = [named(exp.Count(this=exp.Star()), f"{frame.base}.rows")]
    for index, mark in enumerate(frame.marks):
        flag = f"?{index}"
        added, still, counted = _flag(mark, flag, alive)
        source = as_subquery(select([exp.Star(), named(added, mark.name or flag)], source), f"t{index}")
        counts += counted
        alive = still
    return select(counts, source)


def _flag(mark: Mark, flag: str, alive: exp.Expr) -> tuple[exp.Expr, exp.Expr, Sequence[exp.Expr]]:
    """The column a mark adds, the condition under which a row is still there, and what to count."""
    guarded = _when(alive, mark.tree)
    here = column(flag)
    if mark.count is Count.DERIVE:
        counted = [named(count_where(alive), f"{mark.number}.rows")] if mark.number else []
        return mark.tree, alive, counted
    if mark.count is Count.DROP:
        still = both([alive, exp.Not(this=is_true(here))])
        return (
            guarded,
            still,
            [named(count_where(still), f"{mark.number}.rows"), named(count_where(here), f"{mark.number}.excluded")],
        )
    unknown = both([alive, is_null(here)])
    counts = [named(count_where(unknown), f"{mark.number}.unknown")]
    if mark.count is Count.KEEP:
        counts.insert(0, named(count_where(here), f"{mark.number}.rows"))
    return guarded, here, counts


def _when(alive: exp.Expr, tree: exp.Expr) -> exp.Expr:
    if isinstance(alive, exp.Boolean):
        return tree
    return exp.Case(ifs=[exp.If(this=alive, true=tree)])
