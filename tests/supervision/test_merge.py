"""Merging answers into clues: the sums, the routes, and that no order of rules or rows matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.contracts.catalogue import Catalogue
from clew.engine import Answers
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.model import Rule
from clew.supervision.answer import Answered
from clew.supervision.judgement import Judgement, judgement
from clew.supervision.merge import MergedClue, merge
from clew.supervision.model import Model

AS_OF = date(2026, 6, 30)
COLUMNS = pa.schema({
    "subject": pa.string(), "subject_name": pa.string(), "episode": pa.string(), "happened_on": pa.date32(),
    "amount": pa.decimal128(18, 2), "strength": pa.decimal128(9, 6), "death.person_id": pa.string(),
    "death.name": pa.string(), "death##": pa.list_(pa.int64()), "certification##": pa.list_(pa.int64()),
    "payment##": pa.list_(pa.int64()),
    "payments": pa.int64(), "overpaid": pa.decimal128(18, 2), "first_paid": pa.date32(),
    "certifications": pa.int64(), "last_certified": pa.date32(), "death.died_on": pa.date32(),
})  # fmt: skip
NOTHING = pa.table({})

Ran = Callable[..., Mapping[str, Answered]]


def paid(subject: str, amount: str, payments: int = 3, episode: str = "", **other: Any) -> dict[str, Any]:
    return {
        "subject": subject, "subject_name": "张三", "episode": episode, "happened_on": date(2026, 3, 1),
        "amount": Decimal(amount), "strength": Decimal("1.0" if payments >= 3 else "0.5"), "death.name": "张三",
        "payments": payments, "overpaid": Decimal(amount), "death##": [1], "payment##": [5, 6],
    } | other  # fmt: skip


def certified(subject: str, times: int = 1, episode: str = "") -> dict[str, Any]:
    return {
        "subject": subject, "subject_name": None, "episode": episode, "happened_on": date(2026, 2, 1),
        "amount": None, "strength": Decimal("0.7"), "certifications": times, "death##": [1],
        "certification##": [9],
    }  # fmt: skip


@pytest.fixture(scope="module")
def ran(catalogue: Catalogue, rules: dict[str, Rule]) -> Ran:
    plans = {name: compile_rule(rule, catalogue, Problems(), as_of=AS_OF) for name, rule in rules.items()}

    def answered(*rows: dict[str, Any]) -> Mapping[str, Answered]:
        made = {}
        for name, rule in rules.items():
            plan = plans[name]
            assert plan is not None
            own = [row for row in rows if ("payments" in row) == (name == "benefit.paid")]
            table = pa.Table.from_pylist(own, COLUMNS)
            made[name] = Answered(rule, plan, Answers(table, NOTHING, NOTHING, NOTHING, (), None))
        return made

    return answered


def judged(model: Model, answered: Mapping[str, Answered]) -> Judgement:
    problems = Problems()
    found = judgement(model, {name: one.plan.facts for name, one in answered.items()}, AS_OF, problems)
    assert found is not None, list(problems)
    return found


@pytest.fixture
def merged(make_model: Callable[..., Model], ran: Ran) -> Callable[..., list[MergedClue]]:
    def run(*rows: dict[str, Any], changes: tuple[tuple[str, str], ...] = ()) -> list[MergedClue]:
        answered = ran(*rows)
        return merge(judged(make_model(*changes), answered), answered, as_of=AS_OF)

    return run


Merged = Callable[..., list[MergedClue]]


def test_the_worked_sum_goes_to_the_criminal_line(merged: Merged) -> None:
    [found] = merged(paid("A1", "60000.00"), certified("A1"))
    clue = found.clue
    assert (clue.score, clue.band, clue.route) == (100, "red", "criminal"), "60x1.0 + 30x0.7 + 20 = 101, capped"
    assert [(signal.rule, signal.weight, signal.strength, signal.result) for signal in clue.signals] == [
        ("benefit.paid", Decimal(60), Decimal(1), Decimal(60)),
        ("benefit.certified", Decimal(30), Decimal("0.7"), Decimal(21)),
    ]
    assert [(hit.condition, hit.result) for hit in clue.factors] == [("amount >= 50000", Decimal(20))]
    assert clue.due_on == date(2026, 7, 9), "seven working days after Tuesday 30 June"
    assert (clue.happened_on, clue.amount, clue.subject_name) == (date(2026, 2, 1), Decimal("60000.00"), "张三")
    assert clue.shadow and clue.episode == "" and clue.subject_type == "person"
    assert clue.signals[0].message_zh == "张三：3笔，60000.00元。"
    assert [(ids.rule, ids.alias, ids.rows) for ids in found.evidence] == [
        ("benefit.paid", "death", (1,)),
        ("benefit.paid", "payment", (5, 6)),
        ("benefit.certified", "death", (1,)),
        ("benefit.certified", "certification", (9,)),
    ]
    assert clue.signals[0].evidence_rows == {"death": 1, "payment": 2}


def test_an_unknown_amount_meets_no_condition_on_it(merged: Merged) -> None:
    [found] = merged(certified("A1"))
    assert (found.clue.score, found.clue.band, found.clue.route, found.clue.due_on) == (21, "yellow", "watch", None)
    assert found.clue.amount is None and found.clue.factors == ()


def test_a_measure_of_a_rule_can_be_a_factor(merged: Merged) -> None:
    [found] = merged(certified("A1", times=5))
    assert (found.clue.score, [hit.title_zh for hit in found.clue.factors]) == (31, ["金额一万元以上"])


def test_all_factors_apply_when_the_model_says_so(merged: Merged) -> None:
    [found] = merged(paid("A1", "60000.00", 1), changes=(("factors_apply: first", "factors_apply: all"),))
    assert (found.clue.score, len(found.clue.factors)) == (60, 2)


def test_episodes_stay_apart_and_subjects_too(merged: Merged) -> None:
    found = merged(
        paid("A1", "1.00", episode="c2"),
        paid("A1", "1.00", episode="c1"),
        certified("A1", episode="c1"),
        paid("A2", "1.00"),
    )
    assert [(one.clue.subject, one.clue.episode, len(one.clue.signals)) for one in found] == [
        ("A1", "c1", 2),
        ("A1", "c2", 1),
        ("A2", "", 1),
    ]
    assert len({one.clue.clue_id for one in found}) == 3


def test_amounts_are_the_largest_or_the_sum_as_the_model_says(merged: Merged) -> None:
    rows = paid("A1", "3000.00"), certified("A1") | {"amount": Decimal("2000.00")}
    assert merged(*rows)[0].clue.amount == Decimal("3000.00")
    assert merged(*rows, changes=(("merge: subject", "merge: subject\namount: sum"),))[0].clue.amount == 5000


def test_several_answers_of_one_rule_count_once_with_the_strongest(merged: Merged) -> None:
    [found] = merged(paid("A1", "10.00", 1) | {"payment##": [8]}, paid("A1", "20.00", 4))
    assert (found.clue.score, found.clue.signals[0].answers, found.clue.amount) == (60, 2, Decimal("20.00"))
    assert found.evidence[1].rows == (5, 6, 8)


def test_a_live_model_is_no_shadow(merged: Merged) -> None:
    [found] = merged(certified("A1"), changes=(("status: shadow", "status: live"),))
    assert not found.clue.shadow


subjects = st.sampled_from(["A1", "A2", "A3"])
episodes = st.sampled_from(["", "e"])
hits = st.lists(
    st.one_of(
        st.builds(paid, subjects, st.decimals(0, 90000, places=2).map(str), st.integers(1, 4), episodes),
        st.builds(certified, subjects, st.integers(1, 6), episodes),
    ),
    max_size=8,
)


@given(hits, st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_rows_or_rules_matters(
    make_model: Callable[..., Model], ran: Ran, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    model = make_model()
    answered, shuffled = ran(*rows), ran(*data.draw(st.permutations(rows)))
    once = merge(judged(model, answered), answered, as_of=AS_OF)
    assert merge(judged(model, shuffled), dict(reversed(list(shuffled.items()))), as_of=AS_OF) == once
    turned = replace(model, uses=model.uses[::-1])
    other = merge(judged(turned, answered), answered, as_of=AS_OF)
    assert [(one.clue.clue_id, one.clue.score, one.clue.route, one.clue.amount) for one in other] == [
        (one.clue.clue_id, one.clue.score, one.clue.route, one.clue.amount) for one in once
    ]
    assert len({one.clue.clue_id for one in once}) == len(once) <= len(rows)
