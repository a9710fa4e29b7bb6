"""A period as an author states it: ``{from, to, bounds}``, read as ticks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Type
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step
from clew.rules.periods import TICKS_A_DAY, ticks
from clew.rules.shape import chosen
from clew.rules.trees import both, call, column, day, not_null
from clew.rules.trees import number as whole
from clew.yaml_file import Node

BOUNDS = ("half_open", "closed")
PERIOD = {"from": True, "to": False, "bounds": False}
"""The keys of ``left`` and ``right``."""


@dataclass(frozen=True)
class Period:
    """A period's ticks as expressions, what type its columns are of, and when it is a proper period. ``point`` is the
    date or moment itself of a period that is one point."""

    start: exp.Expr
    end: exp.Expr
    type: Type
    known: exp.Expr
    point: exp.Expr | None = None

    @property
    def moment(self) -> tuple[exp.Expr, Type] | None:
        """The point and its type, as :class:`clew.rules.periods.Side` takes it."""
        return (self.point, self.type) if self.point is not None else None


def stated_period(
    draft: Draft,
    columns: Mapping[str, Type],
    frame: Frame,
    step: Step,
    option: str,
    renamed: tuple[str, str] | None = None,
) -> Period | None:
    """The period an author described; ``renamed`` reads it for another alias of the same dataset."""
    node = step.options[option]
    bounds = chosen(node.get("bounds") or step.options.get("bounds"), BOUNDS, "half_open")
    start = _moment(draft, node.get("from"), columns, frame, renamed)
    end = _moment(draft, node.get("to"), columns, frame, renamed) if node.get("to") is not None else start
    if start is None or end is None or not bounds:
        return None
    if start[1] is not end[1]:
        draft.problems.error(node.place, "E304", "'from' and 'to' must both be dates, or both dates with a time")
        return None
    kind = start[1]
    if bounds == "closed" and kind is Type.TIMESTAMP:
        draft.problems.error(
            node.place,
            "E304",
            "a period of moments has no last moment",
            "leave 'bounds: closed' out, or use date_of(...)",
        )
        return None
    first = ticks(start[0], kind)
    if node.get("to") is None:
        return Period(first, first, kind, not_null(start[0]), start[0])
    after = exp.Add(this=ticks(end[0], kind), expression=whole(1)) if bounds == "closed" else ticks(end[0], kind)
    tomorrow = exp.Add(this=ticks(_as_of(draft, kind), kind), expression=whole(TICKS_A_DAY[kind]))
    last = exp.Coalesce(this=after, expressions=[call("greatest", tomorrow, first)])
    proper = exp.GTE(this=last, expression=first)
    return Period(first, last, kind, both([not_null(start[0]), proper]))


def _as_of(draft: Draft, kind: Type) -> exp.Expr:
    return day(draft.as_of) if kind is Type.DATE else exp.cast(day(draft.as_of), "timestamp", copy=False)


def _moment(
    draft: Draft, node: Node | None, columns: Mapping[str, Type], frame: Frame, renamed: tuple[str, str] | None
) -> tuple[exp.Expr, Type] | None:
    if node is None:
        return None
    typed = draft.expression(node, columns, frame.unknown)
    if typed is None:
        return None
    if typed.type not in TICKS_A_DAY:
        draft.problems.error(node.place, "E304", f"'{node.text}' must be a date, or a date with a time")
        return None
    if renamed is None:
        return typed.tree, typed.type
    own, other = renamed
    draft.read(name_of_other(name, own, other) for name in typed.columns)
    return typed.tree.transform(lambda part: _other_column(part, own, other)), typed.type


def name_of_other(name: str, own: str, other: str) -> str:
    return f"{other}.{name.removeprefix(f'{own}.')}" if name.startswith(f"{own}.") else name


def _other_column(part: exp.Expr, own: str, other: str) -> exp.Expr:
    return column(name_of_other(part.name, own, other)) if isinstance(part, exp.Column) else part
