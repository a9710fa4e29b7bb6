"""What a model's conditions may speak of: the clue as a whole, and the measures its rules expose. Never a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from clew.plan import Type
from clew.problems import Problems
from clew.rules.expression import Scope, Typed, parse_expression
from clew.rules.model import Text
from clew.scoring.bands import NO_BAND

OF_A_CLUE: Mapping[str, Type] = {"amount": Type.DECIMAL, "happened_on": Type.DATE, "signals": Type.INTEGER}
"""Known before the score: factors may use these (and the measures)."""

OF_A_SCORE: Mapping[str, Type] = {"score": Type.INTEGER, "band": Type.TEXT}
"""Known after the score: routes may use these too."""


def measures(facts: Iterable[Mapping[str, Type]]) -> tuple[dict[str, Type], frozenset[str]]:
    """The measures of several rules' facts, and the names that two rules both use (their meaning is not clear).

    Columns of datasets (with a dot) are not measures: a condition on them belongs in a rule.
    """
    known: dict[str, Type] = {}
    twice: set[str] = set()
    for names in facts:
        for name, type_ in names.items():
            if "." in name or name in OF_A_CLUE or name in OF_A_SCORE:
                continue
            if name in known:
                twice.add(name)
            known[name] = type_
    return known, frozenset(twice)


def scope(known: Mapping[str, Type], bands: Iterable[str], as_of: date, *, scored: bool) -> Scope:
    """The scope of a factor's condition, or (``scored``) of a route's."""
    columns = {**known, **OF_A_CLUE, **(OF_A_SCORE if scored else {})}
    return Scope(columns, {}, as_of, values={"band": (*bands, NO_BAND)} if scored else {})


def condition(text: Text, among: Scope, problems: Problems) -> Typed | None:
    """A condition, typed; None when it has a fault (noted)."""
    return parse_expression(text, among, problems, expect=Type.BOOLEAN)
