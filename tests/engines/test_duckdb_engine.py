"""The DuckDB engine on a warehouse: what is visible when, records set aside, samples, and nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from clew.contracts.catalogue import Catalogue
from clew.demo.identity import id18
from clew.demo.mess import mistype
from clew.engine import PlanError, TrialData
from clew.engines.duckdb import DuckDBEngine, for_trial, for_warehouse
from clew.engines.macros import Macros
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.screening.ledger import outcomes
from clew.settings import Settings
from clew.warehouse import lock_down, open_warehouse
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

RULE = """
datasets: {p: people, r: roll}
steps:
  - from: p
    where: p.amount >= 10
  - not_exists: r
    on: r.id = p.id
    reason: stands on the roll
clue:
  subject: {type: person, id: p.id, name: p.name}
  happened_on: p.day
  amount: p.amount
  strength: [{otherwise: 0.5}]
  message: "{p.name}"
  message_zh: "{p.name}"
  evidence: [{rows: p, title_zh: 人}]
tests:
  - {name: t, as_of: 2026-06-30, given: {p: "id, day\\nA, 2026-01-01"}, expect: none}
"""


def plan(as_of: date, datasets: Catalogue = VERBS) -> Plan:
    problems = Problems()
    made = compile_rule(rule_of(RULE), datasets, problems, as_of=as_of)
    assert made is not None, list(problems)
    return made


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two deliveries of people, the second supersedes the first on 1 May; one roll with a record set aside."""
    connection = open_warehouse(Settings(project=tmp_path))
    connection.execute("""
        create table data.people (id varchar, name varchar, day date, until date, amount decimal(18, 2), grade bigint,
                                  flag boolean, region varchar, _batch integer, _file varchar, _row bigint);
        insert into data.people (id, name, day, amount, region, _batch, _file, _row) values
            ('A', 'Old', '2026-01-01', 10, '340102', 1, 'one.csv', 1),
            ('A', 'New', '2026-01-01', 10, '340102', 2, 'two.csv', 1),
            ('B', 'Bo',  '2026-01-01', 99, '340102', 2, 'two.csv', 2),
            ('C', 'Ci',  '2026-01-01', 9,  '340102', 2, 'two.csv', 3),
            ('D', 'Di',  '2026-01-01', 20, '350102', 2, 'two.csv', 4),
            ('E', 'En',  '2026-01-01', 20, '340102', 2, 'two.csv', 5),
            ('F', 'Fu',  '2026-01-01', null, '340102', 2, 'two.csv', 6);
        create table data.roll (id varchar, name varchar, status varchar, amount decimal(18, 2), region varchar,
                                _batch integer, _file varchar, _row bigint);
        insert into data.roll (id, region, _batch, _file, _row) values ('E', '340102', 3, 'roll.csv', 1);
        insert into clew.quarantine (batch, dataset, row, reasons, record) values
            (3, 'roll', 2, ['status.enum'], '{"id": "B", "status": "??"}');
        insert into clew.coverage values ('roll', '34', '2020-01-01', '2027-01-01', 3);
    """)
    for batch, dataset, received, superseded in (
        (1, "people", "2026-03-01", "2026-05-01"),
        (2, "people", "2026-05-01", None),
        (3, "roll", "2026-03-01", None),
    ):
        connection.execute(
            "insert into clew.delivery (batch, dataset, file, sha256, bytes, received_on, status, superseded_on) "
            "values (?, ?, 'f', 's', 1, ?, 'loaded', ?)",
            [batch, dataset, received, superseded],
        )
    yield connection
    connection.close()


def names(engine: DuckDBEngine, made: Plan) -> list[str]:
    return [row["subject_name"] for row in engine.run(made).clues.to_pylist()]


def test_only_deliveries_visible_on_the_day_are_read(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert names(for_warehouse(warehouse, date(2026, 2, 1)), plan(date(2026, 2, 1))) == []
    assert names(for_warehouse(warehouse, date(2026, 4, 30)), plan(date(2026, 4, 30))) == ["Old"]
    assert names(for_warehouse(warehouse, date(2026, 5, 1)), plan(date(2026, 5, 1))) == ["New"]


def test_a_record_set_aside_and_another_region_leave_subjects_undecided(warehouse: duckdb.DuckDBPyConnection) -> None:
    day = date(2026, 6, 30)
    found = for_warehouse(warehouse, day).run(plan(day))
    assert [(row["subject"], row["reason"].split()[1]) for row in found.inconclusive.to_pylist()] == [
        ("B", "record"),
        ("D", "data"),
    ]
    assert found.evaluated == 4
    step = found.funnel[-2]
    assert (step.number, step.rows, step.inconclusive) == ("s2_not_exists", 1, 2)
    assert (found.funnel[1].rows, found.funnel[1].unknown) == (4, 1)


def test_a_blank_is_nobody_a_rule_was_put_to(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update data.people set id = '  ' where id = 'D'")
    day = date(2026, 6, 30)
    found = for_warehouse(warehouse, day).run(plan(day))
    counts = outcomes(warehouse, found)
    assert (found.evaluated, sum(counts.values())) == (3, 3)


def test_a_number_set_aside_for_one_slip_protects_whoever_it_may_belong_to(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    roll = VERBS.contracts["roll"]
    numbers = tuple(replace(one, identity="id18") if one.name == "id" else one for one in roll.columns)
    datasets = Catalogue({**VERBS.contracts, "roll": replace(roll, columns=numbers)})
    right, slipped = "340103196001010068", "340103196001100068"
    warehouse.execute("update data.people set id = ? where id = 'A'", [right])
    day = date(2026, 6, 30)
    engine = for_warehouse(warehouse, day)
    assert names(engine, plan(day, datasets)) == ["New"]
    warehouse.execute("update clew.quarantine set record = json_object('id', ?)", [slipped])
    assert names(engine, plan(day, datasets)) == ["Bo"]
    assert right in engine.run(plan(day, datasets)).inconclusive.column("subject").to_pylist()


@pytest.mark.parametrize(
    ("on", "record", "guarded"),
    [
        ("r.name = p.name and r.id = p.id", {"id": "A"}, True),  # the first part could not be read
        ("r.name = p.name and r.id = p.id", {"name": "New", "id": "Z"}, False),
        ("r.name = p.name and r.id = p.id", {"status": "??"}, False),
        ("r.id = p.id and r.amount = p.amount", {"id": "A", "amount": "10.0"}, True),  # 10.00 as it was delivered
        ("r.id = p.id and r.amount = p.amount", {"id": "A", "amount": "ten"}, True),
        ("r.id = p.id and r.amount = p.amount", {"id": "A", "amount": "11"}, False),
        ("norm_name(r.name) = norm_name(p.name)", {"name": "N ew"}, True),
    ],
)
def test_a_record_set_aside_guards_whomever_it_may_be_about(
    warehouse: duckdb.DuckDBPyConnection, on: str, record: dict[str, str], guarded: bool
) -> None:
    warehouse.execute("update clew.quarantine set record = ?", [json.dumps(record)])
    day, problems = date(2026, 6, 30), Problems()
    made = compile_rule(rule_of(RULE.replace("r.id = p.id", on)), VERBS, problems, as_of=day)
    assert made is not None, list(problems)
    found = for_warehouse(warehouse, day).run(made).inconclusive.to_pylist()
    assert ("A" in {row["subject"] for row in found}) is guarded


def test_whom_a_rule_was_put_to_are_all_groups_and_not_those_that_are_left(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    grouped = "- aggregate: {by: [p.id, p.name], total: sum(p.amount), having: total >= 20}"
    text = RULE.replace("  - not_exists: r\n    on: r.id = p.id\n    reason: stands on the roll", f"  {grouped}")
    text = text.replace("datasets: {p: people, r: roll}", "datasets: {p: people}").replace("where: p.amount >= 10", "")
    text = text.replace("by: [p.id, p.name]", "by: [p.id]").replace(", name: p.name", "")
    text = text.replace("happened_on: p.day\n  amount: p.amount", "amount: total").replace("{p.name}", "{total}")
    problems, day = Problems(), date(2026, 6, 30)
    made = compile_rule(rule_of(text), VERBS, problems, as_of=day)
    assert made is not None, list(problems)
    found = for_warehouse(warehouse, day).run(made)
    assert (found.evaluated, found.clues.num_rows) == (6, 3)


@pytest.fixture(scope="module")
def meaning() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that knows what numbers one may have been meant for."""
    with duckdb.connect() as connection:
        Macros(connection).define(["clew_ids_meant(x)"])
        yield connection


@given(st.integers(1, 999), st.floats(0.1, 0.999), st.floats(0, 0.999))
def test_a_number_typed_wrong_may_have_been_meant_for_its_owner(
    meaning: duckdb.DuckDBPyConnection, sequence: int, kind: float, place: float
) -> None:
    right = id18(np.array([340102]), np.array([19650417]), np.array([sequence]))[0]
    slipped = mistype(right, kind, place)
    asked = "select clew_ids_meant(x) from unnest([?, ?]) as asked(x)"
    (meant,), (of_right,) = meaning.execute(asked, [slipped, right]).fetchall()
    assert of_right == [right]
    assert right in meant
    assert all(ric.calc_check_digit(number) == number[-1] for number in meant if number != slipped)


def test_rows_of_evidence_come_by_identity(warehouse: duckdb.DuckDBPyConnection) -> None:
    day = date(2026, 6, 30)
    made = plan(day)
    engine = for_warehouse(warehouse, day)
    clue = engine.run(made).clues.to_pylist()[0]
    rows = engine.rows(made.inputs[0], clue["p##"]).to_pylist()
    assert [(row["p.id"], row["p.name"], row["p#"]) for row in rows] == [("A", "New", (2 << 36) | 1)]


def test_samples_of_hits_and_near_misses(warehouse: duckdb.DuckDBPyConnection) -> None:
    day = date(2026, 6, 30)
    engine, made = for_warehouse(warehouse, day), plan(day)
    lost = engine.preview(made).near_misses
    assert [row["p.id"] for row in engine.sample(made, "s1_from", 2).to_pylist()] == ["A", "B"]
    assert [row["p.id"] for row in lost["s1_from"].to_pylist()] == ["C", "F"]
    assert [row["p.id"] for row in lost["s2_not_exists"].to_pylist()] == ["B", "D", "E"]
    with pytest.raises(KeyError):
        engine.sample(made, "s9_where")


def test_nothing_is_left_behind_and_a_run_can_be_repeated(warehouse: duckdb.DuckDBPyConnection) -> None:
    day = date(2026, 6, 30)
    engine, made = for_warehouse(warehouse, day), plan(day)
    first, second = engine.run(made), engine.run(made)
    assert first.clues.equals(second.clues)
    assert first.funnel == second.funnel
    left = warehouse.execute(
        "select name from (select table_name as name, temporary from duckdb_tables() union all "
        "select view_name, temporary from duckdb_views() where not internal) where temporary"
    ).fetchall()
    assert left == []


def test_a_rule_runs_where_the_engine_is_locked_down(warehouse: duckdb.DuckDBPyConnection) -> None:
    lock_down(warehouse)
    day = date(2026, 6, 30)
    assert names(for_warehouse(warehouse, day), plan(day)) == ["New"]
    with pytest.raises(duckdb.Error):
        warehouse.execute("select * from read_text('/etc/hostname')")
    with pytest.raises(duckdb.Error):
        warehouse.execute("set enable_external_access = true")


def test_an_engine_for_a_trial_is_locked_down() -> None:
    engine = for_trial(TrialData({}), VERBS)
    for statement in (
        "select * from read_text('/etc/hostname')",
        "copy (select 1) to '/tmp/out.csv'",
        "install httpfs",
        "attach '/tmp/other.duckdb'",
    ):
        with pytest.raises(duckdb.Error):
            engine.connection.execute(statement)


def test_a_dataset_that_was_never_received_is_empty(tmp_path: Path) -> None:
    connection = open_warehouse(Settings(project=tmp_path))
    found = for_warehouse(connection, date(2026, 6, 30)).run(plan(date(2026, 6, 30)))
    assert found.clues.num_rows == 0
    assert [step.rows for step in found.funnel] == [0, 0, 0, 0]
    connection.close()


def test_an_engine_limit_is_a_plan_error(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("alter table data.people alter amount type varchar")
    with pytest.raises(PlanError, match=r"test\.rule s2_not_exists.* a column .* of another type \(BinderException\)"):
        for_warehouse(warehouse, date(2026, 6, 30)).run(plan(date(2026, 6, 30)))
    left = warehouse.execute("select count(*) from duckdb_tables() where temporary").fetchall()
    assert left == [(0,)]


def test_an_engines_message_that_quotes_a_value_is_not_passed_on(warehouse: duckdb.DuckDBPyConnection) -> None:
    """As when a column holds text where its contract says number: the engine would name the text."""
    warehouse.execute("alter table data.people rename to people_; create view data.people as"
                      " select * replace ("
                      "cast(name || '340102195003072712' as bigint) as amount) from data.people_")  # fmt: skip
    with pytest.raises(PlanError) as caught:
        for_warehouse(warehouse, date(2026, 6, 30)).run(plan(date(2026, 6, 30)))
    assert "3401" not in str(caught.value) and "does not fit the type" in caught.value.message


def test_a_rule_that_never_ends_is_stopped_and_the_warehouse_goes_on(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A join of everybody with everybody, on a key that all share."""
    warehouse.execute("insert into data.people (id, day, amount, region, _batch, _file, _row)"
                      " select 'X', '2026-01-01', i, '3401', 2, 'two.csv', i + 10 from range(60000) t(i)")  # fmt: skip
    text = RULE.replace("r: roll", "r: people").replace("not_exists: r", "join: r")
    text = text.replace("reason: stands on the roll", "where: r.amount * p.amount < 0")
    problems, day = Problems(), date(2026, 6, 30)
    made = compile_rule(rule_of(text), VERBS, problems, as_of=day)
    assert made is not None, list(problems)
    with pytest.raises(PlanError, match=r"ran longer than 0\.3 seconds"):
        for_warehouse(warehouse, day, 0.3).run(made)
    assert "New" in names(for_warehouse(warehouse, day), plan(day))
