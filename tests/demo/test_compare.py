"""Comparing a screening with the truth: found, missed, false, left open, unplanned."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clew.demo.compare import Compared, compare, recall
from clew.demo.truth import Planted, truth_row, write_truth
from clew.ledgers import SCHEMA


def clue(con: duckdb.DuckDBPyConnection, rule: str, subject: str, episode: str = "", gone: bool = False) -> None:
    clue_id = f"{rule}-{subject}-{episode}"
    con.execute(
        """insert into clew.clue (clue_id, model, subject_type, subject, episode, score, band, route, shadow, state,
           first_screening, last_screening, first_as_of, last_as_of, gone, content_hash)
           values (?, 'm', 'person', ?, ?, 50, 'red', 'watch', true, 'new', 's', 's', '2026-06-30', '2026-06-30', ?,
           '')""",
        [clue_id, subject, episode, gone],
    )
    con.execute(
        """insert into clew.signal (clue_id, rule, rule_version, weight, strength, result, title, title_zh, message,
           message_zh, facts, position) values (?, ?, 1, 1, 1, 1, '', '', '', '', '{}', 0)""",
        [clue_id, rule],
    )


def undecided(con: duckdb.DuckDBPyConnection, rule: str, subject: str) -> None:
    con.execute(
        """insert into clew.undecided (screening_id, rule, outcome, subject, step, reason)
           values ('s', ?, 'INCONCLUSIVE', ?, 's1', 'no data')""",
        [rule, subject],
    )


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(SCHEMA)
    return connection


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth.csv"
    write_truth(
        path,
        [
            truth_row("m", "r.a", "P1", Planted.CLUE, "plain"),
            truth_row("m", "r.a", "P2", Planted.CLUE, "another"),
            truth_row("m", "r.a", "P3", Planted.NEAR_MISS, "lawful"),
            truth_row("m", "r.a", "P4", Planted.INCONCLUSIVE, "no data"),
            truth_row("m", "r.b", "P1", Planted.CLUE, "by case", "C-1"),
            truth_row("m", "r.b", "P1", Planted.NEAR_MISS, "by case", "C-2"),
        ],
    )
    return path


def rule(table: list[Compared], name: str) -> Compared:
    return next(row for row in table if row.rule == name)


def test_all_as_planted(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    clue(con, "r.a", "P1")
    clue(con, "r.a", "P2")
    clue(con, "r.b", "P1", "C-1")
    undecided(con, "r.a", "P4")
    table = compare(con, truth, "s")
    assert [row.rule for row in table] == ["r.a", "r.b"]
    assert all(row.as_planted for row in table)
    assert recall(table) == 1.0
    assert (rule(table, "r.a").found, rule(table, "r.a").near_misses, rule(table, "r.a").left_open) == (2, 1, 1)


def test_every_way_to_be_wrong_is_named(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    clue(con, "r.a", "P1")
    clue(con, "r.a", "P3")  # a near-miss accused
    clue(con, "r.a", "P4")  # accused on missing data
    clue(con, "r.a", "P9")  # nobody planted this
    clue(con, "r.b", "P1", "C-2")  # the wrong case of the right person
    table = compare(con, truth, "s")
    first, second = rule(table, "r.a"), rule(table, "r.b")
    assert [row.subject for row in first.missed] == ["P2"]
    assert [row.subject for row in first.false] == ["P3", "P4"]
    assert [row.subject for row in first.not_left_open] == ["P4"]
    assert first.unplanned == (("P9", ""),)
    assert [row.episode for row in second.missed] == ["C-1"]
    assert [row.episode for row in second.false] == ["C-2"]
    assert not first.as_planted
    assert recall(table) == pytest.approx(1 / 3)


def test_clues_of_other_screenings_and_gone_ones_do_not_count(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    clue(con, "r.a", "P1", gone=True)
    assert rule(compare(con, truth, "s"), "r.a").found == 0
    clue(con, "r.a", "P2")
    assert rule(compare(con, truth, "other"), "r.a").found == 0
    assert rule(compare(con, truth, "s"), "r.a").found == 1


def test_a_rule_nobody_planted_for_is_listed(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    clue(con, "r.c", "P7")
    assert rule(compare(con, truth, "s"), "r.c").unplanned == (("P7", ""),)


def test_a_file_that_is_no_truth_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="header of a truth file"):
        compare(con, path, "s")
