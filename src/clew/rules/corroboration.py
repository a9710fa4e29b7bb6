"""A likeness of names alone accuses nobody: what is matched in band B or C needs a second fact (E308).

A second fact ties the two records together: a condition that names columns of both, and more than those the match
compared; or a step that looks for a row of a third dataset by columns of both. What is looked for is whether a row of
a band can come through every later step without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne

from sqlglot import exp

from clew.problems import Problems
from clew.rules.expression import references
from clew.rules.grammar import Unreadable, read_condition
from clew.rules.model import Step, Text
from clew.rules.parse import parse_step
from clew.rules.typist import column_name
from clew.yaml_file import Node

BAND = "match_band"
SURE = "A"
_TYING = ("exists", "join", "overlap")


@dataclass(frozen=True)
class _Match:
    """One match: the other side's alias, what it compared, and conditions derived later, by name."""

    alias: str
    compared: frozenset[str]
    derived: dict[str, Text] = field(default_factory=dict)

    def ties(self, named: frozenset[str]) -> bool:
        """Whether columns named together tie the two records by more than what was compared."""
        theirs = {name for name in named if name.startswith(f"{self.alias}.")}
        ours = {name for name in named if "." in name} - theirs
        return bool(theirs and ours) and not (theirs | ours) <= self.compared


def check_corroborated(steps: Sequence[Step], problems: Problems) -> None:
    """E308 for a match whose band B or C could become a clue alone."""
    _check(list(steps), [], problems)


def _check(steps: Sequence[Step], after: Sequence[Step], problems: Problems) -> None:
    for index, step in enumerate(steps):
        later = [*steps[index + 1 :], *after]
        if step.verb == "union":
            for branch in _branches(step):
                _check(branch, later, problems)
        if step.verb != "match":
            continue
        match, bands = _match(step), step.options["bands"]
        for band, _ in bands.items() if bands.is_mapping else ():
            if band != SURE and not _settled(later, match, band):
                problems.error(
                    bands.key_place(band),
                    "E308",
                    f"a match of band {band} alone could become a clue",
                    f"keep band A after it (where: {BAND} = 'A'), or ask for a second fact that ties both records: "
                    f"where: {BAND} = 'A' or {match.alias}.phone = own.phone",
                )
                break


def _match(step: Step) -> _Match:
    nodes = [step.options[name] for name in ("left", "right") if name in step.options]
    for name in ("block", "on"):
        node = step.options.get(name)
        if node is not None and node.is_mapping:
            nodes += [value for _, value in node.items()]
        elif node is not None:
            nodes += node.entries() if node.is_list else [node]
    return _Match(step.subject.text, frozenset().union(*(references(Text.of(one), Problems()) for one in nodes)))


def _branches(step: Step) -> list[list[Step]]:
    outer = step.subject.get("branches")
    found = []
    for _, node in outer.items() if outer is not None and outer.is_mapping else ():
        inner = (parse_step(entry, Problems()) for entry in (node.entries() if node.is_list else ()))
        found.append([one for one in inner if one is not None])
    return found


def _settled(steps: Iterable[Step], match: _Match, band: str) -> bool:
    """Whether no row of a band comes through these steps without a second fact."""
    for step in steps:
        if step.verb == "derive":
            match.derived.update({name: Text.of(node) for name, node in step.subject.items()})
        elif (kept := _kept(step)) is not None:
            if not _alone(kept, match, band, positive=step.verb != "exclude"):
                return True
        elif step.verb in _TYING and _certain(step):
            nodes = [step.options[name] for name in ("on", "where") if name in step.options]
            if match.ties(frozenset().union(*(references(Text.of(node), Problems()) for node in nodes))):
                return True
        elif step.verb == "union":
            branches = _branches(step)
            if branches and all(_settled(branch, match, band) for branch in branches):
                return True
    return False


def _kept(step: Step) -> Node | None:
    """The condition by which a step keeps rows, or drops them."""
    if step.verb == "aggregate":
        return step.subject.get("having")
    return step.subject if step.verb in ("where", "exclude") else None


def _certain(step: Step) -> bool:
    keep = step.options.get("keep")
    return keep is None or keep.text != "optional"


def _alone(node: Node, match: _Match, band: str, *, positive: bool) -> bool:
    """Whether a condition can hold (``positive``), or not hold, for a row of a band without a second fact."""
    tree = read_condition(node.text)
    return isinstance(tree, Unreadable) or _possible(tree, match, band, positive)


def _possible(tree: exp.Expr, match: _Match, band: str, positive: bool) -> bool:
    if isinstance(tree, exp.Paren):
        return _possible(tree.this, match, band, positive)
    if isinstance(tree, exp.Not):
        return _possible(tree.this, match, band, not positive)
    if isinstance(tree, exp.And | exp.Or):
        sides = [_possible(side, match, band, positive) for side in (tree.this, tree.expression)]
        return all(sides) if isinstance(tree, exp.And) is positive else any(sides)
    known = _of_band(tree, band)
    if known is not None:
        return known is positive
    named = frozenset(column_name(one) for one in tree.find_all(exp.Column))
    if isinstance(tree, exp.Column) and (text := match.derived.get(column_name(tree))) is not None:
        inner = read_condition(text.value)
        return isinstance(inner, Unreadable) or _possible(inner, match, band, positive)
    return not match.ties(named)


def _of_band(tree: exp.Expr, band: str) -> bool | None:
    """What a comparison of the band with words says of one band; None for any other condition."""
    if isinstance(tree, exp.In):
        words = [one.this for one in tree.expressions if isinstance(one, exp.Literal)]
        return band in words if _is_band(tree.this) else None
    test = _TESTS.get(type(tree))
    if test is None or not isinstance(tree.expression, exp.Literal) or not _is_band(tree.this):
        return None
    return test(band, str(tree.expression.this))


def _is_band(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Column) and column_name(tree) == BAND


_TESTS: Mapping[type[exp.Expr], Callable[[str, str], bool]] = {
    exp.EQ: eq,
    exp.NEQ: ne,
    exp.LT: lt,
    exp.LTE: le,
    exp.GT: gt,
    exp.GTE: ge,
}
