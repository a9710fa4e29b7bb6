"""The clue store on a real warehouse: found once, kept in line, answered, silenced, found again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.clues.decide import dispose, move
from clew.clues.identity import clue_id, content_hash
from clew.clues.lifecycle import DISPOSITIONS, MOVES, TITLES_ZH, MoveError, State
from clew.clues.model import Clue, EvidenceRow, FactorHit, Signal
from clew.clues.store import Remembered, remember
from clew.quantities import Quantity
from clew.settings import Settings
from clew.warehouse import open_warehouse, transaction

MODEL = "pension_after_death"
D1, D2, D3 = date(2026, 6, 30), date(2026, 7, 31), date(2027, 8, 1)
YEAR: dict[str, Quantity | str] = {"not_substantiated": Quantity(12, "month"), "data_error": "until_source_changes"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_warehouse(Settings(project=tmp_path))) as connection:
        yield connection


def a_clue(subject: str = "A1", score: int = 60, batch: int = 1, amount: str = "3000.00", **other: Any) -> Clue:
    signal = Signal(
        "benefit.paid_after_death", 1, Decimal(60), Decimal(1), Decimal(60), "Paid", "发放", "Paid twice.",
        "发放两笔。", {"payments": 2, "overpaid": Decimal(amount), "first_paid": D1}, 1, {"payment": 1},
    )  # fmt: skip
    clue = Clue(
        clue_id(MODEL, "person", subject, ""), MODEL, "person", subject, "张三", "", score, "orange",
        "public_interest", date(2026, 7, 30), D1, Decimal(amount), True, (signal,),
        (FactorHit("amount >= 1", "金额", Decimal(5), Decimal(5)),),
        (EvidenceRow(signal.rule, "payment", "pension_payment", batch, 7, {"amount": Decimal(amount)}),),
    )  # fmt: skip
    return replace(clue, **other)


def store(
    warehouse: duckdb.DuckDBPyConnection, as_of: date, *clues: Clue, undecided: tuple[str, ...] = ()
) -> Remembered:
    with transaction(warehouse):
        return remember(
            warehouse, MODEL, clues, screening_id=f"{as_of}-0", as_of=as_of, undecided=undecided
        )  # fmt: skip


def table(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return warehouse.execute(query).fetchall()


def kinds(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(row[0]) for row in table(warehouse, "select kind from clew.event order by clue_id, position")]


def dump(warehouse: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    names = ("clue", "signal", "factor", "evidence", "event")
    return {name: table(warehouse, f"select * from clew.{name} order by all") for name in names}


def test_an_identity_is_stable_and_its_parts_cannot_be_shifted() -> None:
    assert clue_id("m", "person", "A1", "") == "m-" + sha256(b"m|person|A1|").hexdigest()[:16]
    assert clue_id("m", "person", "a|b", "") != clue_id("m", "person", "a", "b|")
    assert clue_id("m", "person", "a\\", "b") != clue_id("m", "person", "a", "\\b")


def test_a_first_screening_stores_everything(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert vars(store(warehouse, D1, a_clue("A1"), a_clue("A2"))) == {
        "found": 2, "new": 2, "changed": 0, "gone": 0, "suppressed": 0, "lifted": 0}  # fmt: skip
    assert table(warehouse, "select subject, state, gone, amount from clew.clue order by subject") == [
        ("A1", "new", False, Decimal("3000.00")), ("A2", "new", False, Decimal("3000.00"))]  # fmt: skip
    assert table(warehouse, "select facts->>'overpaid', result from clew.signal") == [("3000.00", Decimal(60))] * 2
    assert kinds(warehouse) == ["found", "found"]


def test_a_redelivered_register_changes_no_clue_but_moves_its_evidence(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue(batch=1))
    store(warehouse, D2, a_clue(batch=9, due_on=date(2026, 8, 30)))
    assert kinds(warehouse) == ["found"]
    assert table(warehouse, "select batch from clew.evidence") == [(9,)]
    assert table(warehouse, "select due_on, first_as_of, last_as_of, last_screening from clew.clue") == [
        (date(2026, 7, 30), D1, D2, f"{D2}-0")
    ], "the deadline stands from the day the clue was first sent"


def test_a_change_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue())
    store(warehouse, D2, a_clue(score=80, amount="9000.00", route="criminal", due_on=date(2026, 8, 9)))
    assert table(warehouse, "select before, after, note from clew.event where kind = 'changed'") == [
        ("orange 60", "orange 80", "score 60 to 80; route public_interest to criminal; the evidence rows changed")
    ]
    assert table(warehouse, "select due_on, amount from clew.clue") == [(date(2026, 8, 9), Decimal("9000.00"))]
    assert table(warehouse, "select count(*) from clew.signal") == [(1,)]


def test_a_clue_no_longer_found_is_kept_and_says_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue("A1"), a_clue("A2"))
    store(warehouse, D2, undecided=("A2",))
    store(warehouse, D2, undecided=("A2",))
    assert table(
        warehouse,
        "select c.subject, gone, kind from clew.clue c join clew.event using (clue_id)"
        " where kind <> 'found' order by 1",
    ) == [("A1", True, "gone"), ("A2", True, "undecided")]
    store(warehouse, D3, a_clue("A1"))
    assert ("A1", False) in table(warehouse, "select subject, gone from clew.clue")
    assert kinds(warehouse).count("found_again") == 1


def test_another_model_is_left_alone(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue())
    with transaction(warehouse):
        remember(warehouse, "another", [], screening_id="x", as_of=D2)
    assert table(warehouse, "select gone from clew.clue") == [(False,)]


def answer(warehouse: duckdb.DuckDBPyConnection, disposition: str, on: date = D1) -> bool:
    with transaction(warehouse):
        return dispose(warehouse, a_clue().clue_id, disposition, on=on, actor="李检察官", suppress_after=YEAR)


def test_a_suppressed_clue_is_kept_and_returns_after_its_term(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue())
    assert answer(warehouse, "not_substantiated") and not answer(warehouse, "not_substantiated")
    seen = "select state, disposition, suppressed_reason, suppressed_until from clew.clue"
    silent = [("not_substantiated", "not_substantiated", "not_substantiated", date(2027, 6, 30))]
    assert table(warehouse, seen) == silent
    store(warehouse, D2, a_clue(score=80))
    assert table(warehouse, seen) == silent, "a higher score does not break a term"
    store(warehouse, date(2027, 6, 30), a_clue(score=80))
    assert table(warehouse, seen) == [("new", None, None, None)]
    assert kinds(warehouse) == ["found", "moved", "suppressed", "changed", "lifted", "moved"]


def test_a_data_error_is_silent_until_the_source_row_says_something_else(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue())
    answer(warehouse, "data_error")
    store(warehouse, D2, a_clue(batch=5))
    assert table(warehouse, "select suppressed_reason from clew.clue") == [("data_error",)]
    store(warehouse, D3, a_clue(batch=6, amount="2000.00"))
    assert table(warehouse, "select state, suppressed_reason from clew.clue") == [("new", None)]
    assert table(warehouse, "select note from clew.event where kind = 'lifted'") == [("the source rows changed",)]


def test_an_answer_without_a_term_silences_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue())
    answer(warehouse, "substantiated")
    store(warehouse, D2, a_clue())
    assert table(warehouse, "select state, suppressed_reason from clew.clue") == [("substantiated", None)]


def test_taking_a_clue_up_again_ends_its_suppression(warehouse: duckdb.DuckDBPyConnection) -> None:
    store(warehouse, D1, a_clue())
    answer(warehouse, "not_substantiated")
    with transaction(warehouse):
        move(warehouse, a_clue().clue_id, "verifying", on=D2, actor="李检察官", note="新证人")
    assert table(warehouse, "select state, disposition, suppressed_reason from clew.clue") == [
        ("verifying", None, None)]  # fmt: skip


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("closed", "a clue that is 'new' cannot become 'closed'; it can become: assigned, verifying, "),
        ("verifing", "there is no state 'verifing'; did you mean 'verifying'?"),
        ("data_error", "'data_error' is a disposition"),
    ],
)
def test_a_wrong_move_is_refused_in_words(warehouse: duckdb.DuckDBPyConnection, to: str, said: str) -> None:
    store(warehouse, D1, a_clue())
    with pytest.raises(MoveError, match=said.replace("?", r"\?")):
        move(warehouse, a_clue().clue_id, to, on=D1, actor="x")
    with pytest.raises(MoveError, match="there is no clue 'm-1'"):
        move(warehouse, "m-1", "assigned", on=D1, actor="x")
    assert kinds(warehouse) == ["found"]


def test_every_state_is_named_and_reachable() -> None:
    assert set(MOVES) == set(TITLES_ZH) == set(State)
    reached, frontier = {State.NEW}, [State.NEW]
    while frontier:
        fresh = MOVES[frontier.pop()] - reached
        reached |= fresh
        frontier += fresh
    assert reached == set(State)
    assert all(State.CLOSED in MOVES[state] for state in DISPOSITIONS)


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.integers(0, 100), st.integers(1, 3)),
        max_size=4,
        unique_by=lambda clue: clue[0],
    ),
    st.data(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_remembering_the_same_again_changes_nothing(
    warehouse: duckdb.DuckDBPyConnection, found: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    clues = [a_clue(subject, score, batch) for subject, score, batch in found]
    store(warehouse, D1, *clues)
    before = dump(warehouse)
    assert store(warehouse, D1, *data.draw(st.permutations(clues))).changed == 0
    assert dump(warehouse) == before


def test_the_content_hash_sees_every_part_but_the_deadline_and_the_place() -> None:
    clue = a_clue()
    assert content_hash(clue) == content_hash(replace(clue, due_on=None)) == content_hash(a_clue(batch=3))
    others = [replace(clue, score=1), replace(clue, shadow=False), replace(clue, signals=()), a_clue(amount="1.00")]
    assert len({content_hash(other) for other in [clue, *others]}) == 5
