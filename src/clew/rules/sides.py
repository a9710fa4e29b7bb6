"""Sides of a step: the rows that cannot be decided, or whose answer would be wrong, by subject and episode."""

from __future__ import annotations

from sqlglot import exp

from clew.plan import Role, Side, Type
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.trees import named, null, select


def answered(draft: Draft, frame: Frame) -> list[exp.Expr]:
    """``subject, episode`` of the rows so far: NULL for what cannot be told yet at this step."""
    clue = draft.rule.clue
    subject = draft.quiet(clue.subject, frame)
    missing = null(Type.TEXT)
    episode: exp.Expr = exp.Literal.string("")
    if clue.episode is not None:
        episode = draft.quiet(clue.episode, frame) or missing
    return [named(subject or missing, "subject"), named(episode, "episode")]


def undecided_side(
    draft: Draft,
    name: str,
    source: str,
    frame: Frame,
    dataset: str,
    region: exp.Expr,
    period: tuple[exp.Expr, exp.Expr],
    condition: exp.Expr,
    reason: str,
) -> Side:
    """A side of rows that cannot be decided: which data is missing, where and for when."""

    def query() -> exp.Query:
        told = {
            "dataset": exp.Literal.string(dataset),
            "region": region,
            "period_from": period[0],
            "period_to": period[1],
        }
        columns = [*answered(draft, frame), *(named(tree, one) for one, tree in told.items())]
        return select(columns, source, condition).distinct(copy=False)

    draft.add(
        name,
        query,
        {
            "subject": Type.TEXT,
            "episode": Type.TEXT,
            "dataset": Type.TEXT,
            "region": Type.TEXT,
            "period_from": Type.DATE,
            "period_to": Type.DATE,
        },
    )
    return Side(Role.INCONCLUSIVE, name, reason)


def error_side(draft: Draft, name: str, source: str | exp.Expr, frame: Frame, condition: exp.Expr, reason: str) -> Side:
    """A side of rows whose answer would be wrong."""
    draft.add(
        name,
        lambda: select(answered(draft, frame), source, condition).distinct(copy=False),
        {"subject": Type.TEXT, "episode": Type.TEXT},
    )
    return Side(Role.ERROR, name, reason)
