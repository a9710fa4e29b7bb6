"""A day moved by a duration, as a tree."""

from __future__ import annotations

from sqlglot import exp

from clew.quantities import Quantity, Rounding
from clew.rules.trees import call, cast
from clew.working_days import WorkingDays


def moved(day: exp.Expr, duration: Quantity, direction: int, *, counted: int = 0) -> exp.Expr:
    """``day`` moved by a duration; ``counted`` is 1 when the first day itself counts (days only)."""
    whole = int(duration.value)
    if duration.unit == "day":
        days = _whole(direction * (whole - counted))
        return (
            _moved_working(day, days, duration.working)
            if duration.counting == "working"
            else call("clew_add_days", day, days)
        )
    months = direction * whole * (12 if duration.unit == "year" else 1)
    rounding = duration.rounding or Rounding.DOWN
    return call("clew_add_months", day, _whole(months), exp.Literal.string(rounding.value))


def _moved_working(day: exp.Expr, days: exp.Expr, working: WorkingDays) -> exp.Expr:
    """By Mondays to Fridays, or as the years say whose notice is known."""
    if not working.years:
        return call("clew_add_working_days", day, days)
    first, counts, offsets = working.listed
    start = cast(exp.Literal.string(first.isoformat()), "date")
    lists = (exp.Literal.string(",".join(map(str, one))) for one in (counts, offsets))
    return call("clew_add_known_working_days", day, days, start, *lists)


def _whole(number: int) -> exp.Expr:
    literal = exp.Literal.number(abs(number))
    return exp.Neg(this=literal) if number < 0 else literal
