"""The mirror of the disability subsidies: nobody is overpaid and unpaid for one subsidy and month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.entitlements import Entitlement
from clew.rules.given import trial_data
from clew.rules.model import GivenTable, Rule
from clew.rules.plans import Plans
from clew.rules.shared_condition import filled
from tests.content.project import RULE_FILES, catalogue, library

DAY = date(2026, 6, 30)
NURSING, HARDSHIP = "disability_nursing", "disability_hardship"
UNPAID = {NURSING: "disability.nursing_unpaid", HARDSHIP: "disability.hardship_unpaid"}
OVERPAID = ("disability.paid_without_certificate", "disability.paid_after_expiry", "disability.paid_not_severe")
ENTITLEMENTS = library().shared.entitlements


@dataclass(frozen=True)
class Certificate:
    """Days count from the base date."""

    status: str
    level: int
    category: str
    issued: int
    expires: int
    since: int | None

    def days(self) -> tuple[str | None, str | None, str | None]:
        """Issued on, expires on, and the day of the status."""
        return day(min(self.issued, self.expires)), day(self.expires), day(self.since)


@dataclass(frozen=True)
class Person:
    """One person with at most one payment: its program, the months from the base month it is due for, the day paid."""

    certificates: tuple[Certificate, ...]
    program: str
    month: int | None
    paid: int

    @property
    def due(self) -> date | None:
        """The month paid for."""
        if self.month is None:
            return None
        months = DAY.year * 12 + DAY.month - 1 + self.month
        return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class History:
    """When a person's certificates were issued, expired and changed their status; the month paid for, the day paid."""

    certificates: tuple[tuple[int, int, int | None], ...]
    month: int | None
    paid: int

    def people(self) -> list[Person]:
        """One person for each kind of certificate and subsidy."""
        kinds = product(STATUSES, LEVELS, ("physical", "mental"), (NURSING, HARDSHIP))
        return [
            Person(
                tuple(Certificate(status, level, category, *days) for days in self.certificates),
                program,
                self.month,
                self.paid,
            )
            for status, level, category, program in kinds
        ]


STATUSES, LEVELS = ("valid", "cancelled", "renewing"), (1, 2, 3, 4)
spans = st.tuples(st.integers(-2000, 0), st.integers(-600, 600), st.none() | st.integers(-600, 0))
histories = st.builds(
    History,
    st.one_of(st.tuples(spans), st.tuples(spans), st.tuples(spans, spans), st.tuples()),
    st.one_of(st.integers(-8, 0), st.integers(-8, 8), st.none()),
    st.integers(-240, -60),
)


@cache
def rule_of(name: str) -> Rule:
    found = library().get(name)
    assert found is not None
    return found


PLANS = Plans()


def day(offset: int | None) -> str | None:
    return None if offset is None else (DAY + timedelta(days=offset)).isoformat()


def tables(people: Sequence[Person]) -> dict[str, tuple[str, list[tuple[str | None, ...]]]]:
    """Alias -> its header, and the rows of all people."""
    holders = [
        (f"T{at}-{nth}", f"P{at}", "陈建华", held.category, str(held.level), *held.days(), held.status, "340103")
        for at, person in enumerate(people)
        for nth, held in enumerate(person.certificates)
    ]
    paid = [
        (f"B{at}", f"P{at}", "陈建华", person.program, person.due.isoformat(), day(person.paid), "80", None, "340103")
        for at, person in enumerate(people)
        if person.due is not None
    ]
    low = [(f"P{at}", f"H{at}", "2020-01-01", None, "340103") for at in range(len(people))]
    head = "certificate_no person_id name category level issued_on expires_on status_on status region"
    return {
        "certificate": (head, list(holders)),
        "payment": ("payment_id person_id name program pay_month paid_on amount returned_on region", list(paid)),
        "low": ("person_id household_id from_on to_on region", list(low)),
        "person": ("person_id name region", [(f"P{at}", "陈建华", "340103") for at in range(len(people))]),
        "death": ("person_id name died_on source registered_on revoked_on", []),
        "residence": ("residence_id person_id institution from_on to_on region", []),
    }


def found(name: str, people: Sequence[Person]) -> set[int]:
    """Whom a rule finds, all data complete."""
    rule, problems = rule_of(name), Problems()
    shown = [
        GivenTable(alias, tuple(header.split()), tuple(rows), rule.place)
        for alias, (header, rows) in tables(people).items()
        if alias in rule.datasets
    ]
    trial = replace(rule.trials[0], as_of=DAY, given=tuple(shown), watermark={}, coverage={}, parameters={})
    data = trial_data(trial, {alias: one.value for alias, one in rule.datasets.items()}, catalogue(), problems)
    plan = PLANS.of(rule, catalogue(), problems, as_of=DAY, overrides={})
    assert plan is not None and not problems.errors, list(problems)
    clues = for_trial(data, catalogue()).run(plan).clues.to_pylist()
    return {int(clue["subject"][1:]) for clue in clues}


def both_ways(people: Sequence[Person]) -> tuple[dict[str, set[int]], set[int]]:
    """By subsidy who is entitled and unpaid; and who is paid and not entitled, for a month that has come."""
    unpaid = {program: found(rule, people) for program, rule in UNPAID.items()}
    overpaid = set().union(*(found(rule, people) for rule in OVERPAID))
    return unpaid, {at for at in overpaid if (due := people[at].due) is not None and due <= DAY}


def assert_mirrored(people: Sequence[Person]) -> tuple[dict[str, set[int]], set[int]]:
    unpaid, overpaid = both_ways(people)
    assert [people[at] for at in overpaid if at in unpaid[people[at].program]] == []
    return unpaid, overpaid


@settings(max_examples=4, deadline=None)
@given(st.lists(histories, min_size=6, max_size=8))
def test_nobody_is_overpaid_and_unpaid(drawn: list[History]) -> None:
    assert_mirrored([person for history in drawn for person in history.people()])


def test_every_boundary_has_people_on_both_sides_and_none_on_both() -> None:
    people = [
        Person((Certificate(status, level, "physical", -1500, expires, None),), program, month, -200)
        for status, level, expires, program, month in product(
            STATUSES, LEVELS, (-300, -1, 0, 1, 300), (NURSING, HARDSHIP), (-7, -2, None)
        )
    ]
    unpaid, overpaid = assert_mirrored(people)

    def of(at: int) -> Certificate:
        return people[at].certificates[0]

    assert {of(at).level for at in unpaid[NURSING]} == {1, 2}
    assert {of(at).level for at in overpaid if people[at].program == NURSING and of(at).status == "valid"} >= {3, 4}
    assert {of(at).expires for at in unpaid[NURSING] | unpaid[HARDSHIP]} == {0, 1, 300}
    assert -300 in {of(at).expires for at in overpaid if people[at].program == HARDSHIP}


VALUES = {"level": LEVELS, "severe_level": LEVELS, "status": STATUSES}
DAYS = tuple(DAY + timedelta(days=offset) for offset in (-1, 0, 1))


@pytest.mark.parametrize("shared", ENTITLEMENTS.values(), ids=lambda shared: shared.name)
def test_of_known_facts_exactly_one_holds_and_of_unknown_ones_none_too_many(shared: Entitlement) -> None:
    condition = filled(shared.when, shared.takes, [f"fact_{word}" for word in shared.takes])
    names = ", ".join(f"? as fact_{word}" for word in shared.takes)
    query = f"select ({condition}), not ({condition}) from (select {names})"
    with duckdb.connect() as connection:
        seen = set()
        for facts in product(*((*VALUES.get(word, DAYS), None) for word in shared.takes)):
            row = connection.execute(query, facts).fetchone()
            assert row is not None
            if None not in facts:
                assert sorted(row) == [False, True], facts
                seen.add(row[0])
            assert row != (True, True), facts
    assert seen == {False, True}


@pytest.mark.parametrize("name", ENTITLEMENTS)
def test_a_shipped_entitlement_is_read_in_both_directions_with_one_threshold(name: str) -> None:
    asking = re.compile(rf"(not )?{name}\(([^()]*)\)")
    callers = {path: asking.findall(path.read_text(encoding="utf-8")) for path in RULE_FILES}
    callers = {path: calls for path, calls in callers.items() if calls}
    assert {bool(negated) for calls in callers.values() for negated, _ in calls} == {False, True}
    rules = [rule_of(f"{path.parent.name}.{path.stem}") for path in callers]
    for word in {word for calls in callers.values() for _, values in calls for word in re.findall(r"\$(\w+)", values)}:
        if word != "as_of":
            assert len({rule.parameters[word].quantity for rule in rules}) == 1
            assert len({rule.parameters[word].range for rule in rules}) == 1
