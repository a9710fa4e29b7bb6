"""Clues by the money that may be expected back: the worked example of docs/models.md on a real store."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from clew.delivery.listing import Filter, list_clues
from clew.delivery.ranking import chances
from clew.ledgers import SCHEMA


@pytest.fixture
def store() -> duckdb.DuckDBPyConnection:
    """Forty-four answered clues of the past without money, and four open ones."""
    con = duckdb.connect()
    con.execute(SCHEMA)
    past = [("red", "substantiated", 18), ("red", "data_error", 2)]
    past += [("orange", "substantiated", 6), ("orange", "lawful_exception", 18), ("orange", "already_handled", 5)]
    for band, answer, count in past:
        for place in range(count):
            add(con, f"z-{band}-{answer}-{place:02d}", band, 1, None, answer)
    add(con, "A", "red", 100, 60_000)
    add(con, "B", "red", 100, 900_000)
    add(con, "C", "orange", 65, 150_000)
    add(con, "D", "red", 90, None)
    return con


def add(con: duckdb.DuckDBPyConnection, clue: str, band: str, score: int, amount: int | None, answer: str = "") -> None:
    con.execute(
        """insert into clew.clue (clue_id, model, subject_type, subject, episode, score, band, route, amount, shadow,
           state, first_screening, last_screening, first_as_of, last_as_of, gone, content_hash)
           values (?, 'm', 'person', ?, '', ?, ?, 'watch', ?, true, ?, 's', 's', '2026-06-30', '2026-06-30', false,
           '')""",
        [clue, clue, score, band, amount, answer or "new"],
    )
    if answer:
        con.execute(
            "insert into clew.event values (?, 1, '2026-06-30', 'moved', 'verifying', ?, 'Wang', '')", [clue, answer]
        )


def test_the_example_of_the_documentation(store: duckdb.DuckDBPyConnection) -> None:
    total, found = list_clues(store, Filter(state="new", by_value=True))
    assert total == 4
    assert [(clue.clue_id, clue.chance.mean, clue.expected) for clue in found] == [
        ("B", Decimal("0.8427"), Decimal("758430.00")),
        ("A", Decimal("0.8427"), Decimal("50562.00")),
        ("C", Decimal("0.2972"), Decimal("44580.00")),
        ("D", Decimal("0.8427"), None),
    ]


def test_by_score_two_of_them_are_equal(store: duckdb.DuckDBPyConnection) -> None:
    _, found = list_clues(store, Filter(state="new"))
    assert [clue.clue_id for clue in found] == ["A", "B", "D", "C"]
    assert found[0].score == found[1].score


def test_what_was_handled_already_counts_neither_way(store: duckdb.DuckDBPyConnection) -> None:
    assert chances(store)["m", "orange"].answers == 24


def test_without_answers_the_chance_is_even_and_the_interval_says_so(store: duckdb.DuckDBPyConnection) -> None:
    store.execute("delete from clew.event")
    _, found = list_clues(store, Filter(state="new", by_value=True, limit=2))
    assert [clue.clue_id for clue in found] == ["B", "C"]
    assert (found[0].chance.mean, found[0].chance.answers) == (Decimal("0.5000"), 0)
    assert (found[0].chance.low, found[0].chance.high) == (pytest.approx(0.025), pytest.approx(0.975))
