"""Identities of source rows, gathered once it is known which groups of an aggregation are left."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.frame import Frame, Pending
from clew.rules.trees import as_subquery, both, column, group, join, named, relation, select


def settled(draft: Draft, frame: Frame) -> Frame:
    """The rows so far with the identities of their source rows, gathered only for groups that are left."""
    if frame.pending is None:
        return frame
    draft.close(frame)
    whole = replace(frame, relation=f"{frame.relation}.rows", base=f"{frame.relation}.rows", marks=(), pending=None)
    pending = frame.pending
    draft.add(whole.relation, lambda: _gathered(frame, pending, whole), whole.columns, materialise=True)
    return whole


def _gathered(frame: Frame, pending: Pending, whole: Frame) -> exp.Select:
    left = select([column(name) for name in frame.key], frame.relation)
    wanted = as_subquery(left, "w")
    same = both(exp.NullSafeEQ(this=column(name, "s"), expression=column(name, "w")) for name in frame.key)
    keys = [named(column(name, "s"), f"?{name}") for name in frame.key]
    gathered = join(select([*keys, *pending.lists], relation(pending.source, "s")), wanted, same, "semi")
    gathered = group(gathered, [column(name, "s") for name in frame.key])
    back = both(exp.NullSafeEQ(this=column(f"?{name}", "g"), expression=column(name, "f")) for name in frame.key)
    identities = [column(whole.identity(alias), "g") for alias in whole.rows]
    rows = select([*frame.everything("f"), *identities], relation(frame.relation, "f"))
    return join(rows, as_subquery(gathered, "g"), back)
