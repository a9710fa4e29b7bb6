"""A comparison that accuses by being too small, over rows that may be missing, is said to be one (E321, a warning).

``join`` with ``keep: optional`` asks for coverage only where there is no match at all. A sum over the matches there are
is too small where some of them never came, and a ratio of two sums or counts (a share, an average) is off. What such a
number is compared with must stand beside ``complete``; a later ``not_exists`` from the same dataset is the same
question asked by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from clew.problems import Place, Problems
from clew.rules.expression import Typed
from clew.rules.frame import Frame
from clew.rules.model import Rule

_ADDING = (exp.Sum, exp.Count)


@dataclass
class TooSmall:
    """What one rule computes of rows that may be missing, and where it is compared.

    ``optional``: aliases that need not have a match. ``sums``: column -> the aliases whose missing rows make it
    smaller; ``mixed`` the same for columns that missing rows push either way. ``compared``: alias -> the first place.
    """

    optional: set[str] = field(default_factory=set)
    sums: dict[str, frozenset[str]] = field(default_factory=dict)
    mixed: dict[str, frozenset[str]] = field(default_factory=dict)
    compared: dict[str, tuple[str, Place]] = field(default_factory=dict)

    def measured(self, name: str, typed: Typed, frame: Frame) -> None:
        """A measure of ``aggregate``."""
        rows = frozenset(alias for one in typed.columns for alias in frame.aliases_of(one)) or frozenset(frame.rows)
        if any(map(_is_ratio, typed.tree.find_all(exp.Anonymous))):
            self.mixed[name] = rows
        elif typed.tree.find(*_ADDING) and rows & self.optional:
            self.sums[name] = rows & self.optional
        self.derived(name, typed)

    def derived(self, name: str, typed: Typed) -> None:
        """A column computed from others: which way it goes is not followed, but for a default of zero."""
        for one in typed.columns & self.mixed.keys():
            self.mixed[name] = self.mixed.get(name, frozenset()) | self.mixed[one]
        for one in typed.columns & self.sums.keys():
            plain = isinstance(typed.tree, exp.Coalesce | exp.Column)
            kept = self.sums if plain else self.mixed
            kept[name] = kept.get(name, frozenset()) | self.sums[one]

    def met(self, condition: Typed, place: Place) -> None:
        """A condition that keeps rows."""
        for name, aliases in [*self._small(condition.tree), *self._either(condition.tree)]:
            for alias in aliases:
                self.compared.setdefault(alias, (name, place))

    def _small(self, tree: exp.Expr) -> Iterator[tuple[str, frozenset[str]]]:
        """The sums that a comparison wants small."""
        for one in tree.find_all(exp.LT, exp.LTE, exp.EQ, exp.GT, exp.GTE):
            side = one.expression if isinstance(one, exp.GT | exp.GTE) else one.this
            yield from ((name, self.sums[name]) for name in _names(side) if name in self.sums)

    def _either(self, tree: exp.Expr) -> Iterator[tuple[str, frozenset[str]]]:
        yield from ((name, self.mixed[name]) for name in _names(tree) if name in self.mixed)

    def check(self, rule: Rule, asked: set[str], problems: Problems) -> None:
        """E321 for each alias that nothing asks to be complete."""
        datasets: Mapping[str, str] = {alias: one.value for alias, one in rule.datasets.items()}
        looked = {datasets.get(step.subject.text) for step in rule.steps if step.verb == "not_exists"}
        for alias, (name, place) in sorted(self.compared.items()):
            if alias not in asked and datasets.get(alias) not in looked:
                problems.warn(
                    place,
                    "E321",
                    f"'{name}' is compared here, and is wrong where rows of '{alias}' never came",
                    f"add to this step: complete: {{{alias}: {{from: <first day counted>, to: <last day>}}}}",
                )


def _is_ratio(call: exp.Anonymous) -> bool:
    """Whether it divides one sum or count by another, as a share and an average do: missing rows make both smaller."""
    return call.name == "clew_divide" and all(part.find(*_ADDING) for part in call.expressions)


def _names(tree: exp.Expr) -> Iterator[str]:
    yield from sorted({one.name for one in tree.find_all(exp.Column)})
