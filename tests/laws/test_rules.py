"""Laws that every shipped rule keeps: its trials in copies side by side, answered by one run of the rule.

A copy has numbers of its own, so it is unrelated to the others. All rows are shuffled and dealt out to several
deliveries: where copies are told the same, neither the others, nor the order, nor the deliveries mattered.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from random import Random
from typing import Any

import pytest

from clew.rules.model import Rule
from clew.rules.trial import match
from tests.content.project import RULE_FILES, library
from tests.laws.copies import Copy, Kind
from tests.laws.measures import measures
from tests.laws.told import Answered, Told, answered
from tests.laws.world import world_of

RULES = [f"{path.parent.name}.{path.stem}" for path in RULE_FILES]

OF_THE_SMALLEST: dict[str, Set[str]] = {
    "litigation.one_lender_two_numbers": {"subject", "subject_name", "suit.plaintiff_id", "name", "own_suits",
                                          "other_suits", "likeness"},
}  # fmt: skip
"""Facts about the smallest of several numbers: with others, another is the smallest. A ring is named after it too."""
OF_A_RING = frozenset({"subject", "subject_name", "ring_id"})

ALSO = [
    ("water.tax_short", "the returns of one quarter never came, though those of the others did"),
    ("company.idle_ring", "boundary: a value shared by more than the limit joins nobody"),
    ("company.linked_to_case", "boundary: a value shared by six joins nobody where five are allowed"),
    ("motor.claim_ring", "boundary: with a limit of two the shared telephone of three is a public one"),
    ("litigation.plaintiff_ring", "boundary: with a limit of two, an account of three plaintiffs is a public one"),
]
"""Trials of other days, parameters or coverage by which a law was once found broken."""


@pytest.mark.parametrize(("name", "among"), [*((name, "") for name in RULES), *ALSO])
def test_what_must_not_matter_does_not(name: str, among: str) -> None:
    rule = library().rules[name]
    found = answered(rule, world_of(rule, Random(name), among))  # noqa: S311 - nothing is kept secret by it
    faults = [
        *each_for_itself(found),
        *numbers_say_nothing(rule, found),
        *less_never_accuses(rule, found),
        *lost_is_left_open(rule, found, alone=bool(among)),
    ]
    assert not faults, "\n" + "\n".join(faults)


def each_for_itself(found: Answered) -> Iterator[str]:
    """Rows of unrelated subjects change nothing: among all copies a trial is told what it expects alone."""
    yield from (f"{subject}: on evidence of several copies" for subject in found.mixed)
    for copy, told in zip(found.world.copies, found.told, strict=True):
        if copy.kind is Kind.PLAIN:
            trial = found.world.trials[copy.trial]
            yield from (f"{trial.name}: {one}" for one in match(trial.expect, [clue.facts for clue in told]))


def numbers_say_nothing(rule: Rule, found: Answered) -> Iterator[str]:
    """Under other numbers, in another order: the same clues, with the same facts on the same rows."""
    apart = OF_THE_SMALLEST.get(rule.id, OF_A_RING if is_of_rings(rule) else frozenset())
    for copy, told, plain in copies_of(found, Kind.RENAMED):
        before, after = (sorted((_shown(clue, apart) for clue in clues), key=repr) for clues in (plain, told))
        if before != after:
            yield f"{found.world.trials[copy.trial].name}: {copy}: {before} became {after}"


def less_never_accuses(rule: Rule, found: Answered) -> Iterator[str]:
    """With a record set aside, or without coverage: nobody is accused who was not, and nobody of more."""
    for kind in (Kind.ASIDE, Kind.DOUBTED):
        for copy, told, plain in copies_of(found, kind):
            for clue in told:
                same = [one for one in plain if _is_about(clue, one, rings=is_of_rings(rule))]
                fewer = any(clue.is_no_more_than(one, measures(rule)) for one in same)
                if not fewer:
                    yield f"{found.world.trials[copy.trial].name}: {copy}: {clue.facts} instead of {same or 'nothing'}"


def lost_is_left_open(rule: Rule, found: Answered, *, alone: bool) -> Iterator[str]:
    """Without coverage: who is accused no more is undecided, not clear. Of a ring nobody can be named.

    A trial looked at ``alone`` need have no clue to lose.
    """
    lost = 0
    for copy, told, plain in copies_of(found, Kind.DOUBTED):
        gone = {clue.who[0] for clue in plain} - {clue.who[0] for clue in told}
        lost += len(gone)
        silent = set() if is_of_rings(rule) else gone - found.open[found.world.copies.index(copy)]
        if silent:
            yield f"{found.world.trials[copy.trial].name}: {copy}: {silent} are clear"
    if not lost and not alone and any(step.verb in ("not_exists", "not_followed_by") for step in rule.steps):
        yield "no clue was lost: coverage is not asked, or no trial that is kept here has a clue"


def copies_of(found: Answered, kind: Kind) -> Iterator[tuple[Copy, list[Told], list[Told]]]:
    """Each copy of a kind with what it is told, and what the plain copy of its trial is told."""
    told = list(zip(found.world.copies, found.told, strict=True))
    plain = {copy.trial: clues for copy, clues in told if copy.kind is Kind.PLAIN}
    yield from ((copy, clues, plain[copy.trial]) for copy, clues in told if copy.kind is kind)


def is_of_rings(rule: Rule) -> bool:
    return any(step.verb == "link" for step in rule.steps)


def _shown(clue: Told, apart: Set[str]) -> tuple[Any, ...]:
    return sorted(clue.evidence), {name: value for name, value in clue.facts.items() if name not in apart}


def _is_about(clue: Told, other: Told, *, rings: bool) -> bool:
    """Whether both accuse the same; a ring without a member may have another name."""
    return clue.evidence <= other.evidence if rings else clue.who == other.who
