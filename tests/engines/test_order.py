"""Answers depend neither on the order of rows nor on the number of threads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.engine import Answers, Coverage
from clew.engines.duckdb import DuckDBEngine
from clew.engines.sources import Source, Sources
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

DAY = date(2026, 6, 30)
RULE = """
datasets: {p: people, v: visits, r: roll, w: visits}
steps:
  - from: p
    where: p.grade > 0
  - latest: {by: p.id, order_by: p.day, prefer: p.flag}
  - join: v
    on: v.id = p.id
    where: v.amount > 1
  - exclude: v.kind = 'x'
    reason: lawful
  - aggregate:
      by: [p.id, p.name, p.day, p.region]
      n: count(*)
      total: sum(v.amount)
      first: min(v.day)
      kinds: list(v.kind)
  - exists: w
    on: w.id = p.id
  - not_exists: r
    on: r.id = p.id
    where: r.status = 'on'
clue:
  subject: {type: person, id: p.id, name: p.name}
  happened_on: first
  amount: total
  strength: [{when: n > 1, is: 1.0}, {otherwise: 0.5}]
  message: "{kinds}"
  message_zh: "{kinds}"
  evidence: [{rows: v, title_zh: 次}]
tests:
  - {name: t, as_of: 2026-06-30, given: {p: "id, day\\nA, 2026-01-01"}, expect: none}
"""

ids = st.sampled_from(["A", "B", "C", "", None])
days = st.one_of(st.none(), st.integers(0, 5).map(lambda n: DAY - timedelta(days=n)))
money = st.one_of(st.none(), st.integers(0, 4))
people = st.lists(
    st.fixed_dictionaries(
        {
            "id": ids,
            "name": st.sampled_from(["N", "M"]),
            "day": days,
            "grade": money,
            "flag": st.sampled_from([True, False, None]),
            "region": st.sampled_from(["3401", "35", None]),
        }
    ),
    max_size=7,
)
visits = st.lists(
    st.fixed_dictionaries({"id": ids, "day": days, "amount": money, "kind": st.sampled_from(["x", "y", None])}),
    max_size=8,
)
roll = st.lists(st.fixed_dictionaries({"id": ids, "status": st.sampled_from(["on", "off", None])}), max_size=3)
TYPES = {
    "id": "varchar",
    "name": "varchar",
    "day": "date",
    "grade": "bigint",
    "flag": "boolean",
    "region": "varchar",
    "amount": "decimal(18, 2)",
    "kind": "varchar",
    "status": "varchar",
}


def _plan() -> Plan:
    problems = Problems()
    made = compile_rule(rule_of(RULE), VERBS, problems, as_of=DAY)
    assert made is not None, list(problems)
    return made


PLAN = _plan()


def _run(tables: dict[str, list[dict[str, Any]]], threads: int) -> Answers:
    connection = duckdb.connect(":memory:", config={"threads": threads})
    connection.execute("create schema data")
    sources = {}
    for name, rows in tables.items():
        columns = [column.name for column in VERBS.contracts[name].columns if column.name in TYPES]
        typed = ", ".join(f'"{column}" {TYPES[column]}' for column in columns)
        connection.execute(f"create table data.{name} ({typed}, _batch integer, _file varchar, _row bigint)")
        for row in rows:
            values = [row.get(column) for column in columns]
            connection.execute(
                f"insert into data.{name} values ({', '.join('?' * len(values))}, 1, 'f', ?)", [*values, row["_row"]]
            )
        sources[name] = Source(f"data.{name}", frozenset(columns))
    covered = (Coverage("roll", "34", date(2020, 1, 1), date(2027, 1, 1)),)
    answers = DuckDBEngine(connection, Sources(sources, covered)).run(PLAN)
    connection.close()
    return answers


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(people, visits, roll, st.randoms())
def test_order_and_threads_change_nothing(p: list[Any], v: list[Any], r: list[Any], random: Any) -> None:
    tables = {
        name: [row | {"_row": number} for number, row in enumerate(rows, start=1)]
        for name, rows in (("people", p), ("visits", v), ("roll", r))
    }
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}
    first, second = _run(tables, 1), _run(shuffled, 4)
    for one, other in (
        (first.clues, second.clues),
        (first.inconclusive, second.inconclusive),
        (first.errors, second.errors),
        (first.excluded, second.excluded),
    ):
        assert isinstance(one, pa.Table)
        assert one.equals(other)
    assert first.funnel == second.funnel
    assert first.evaluated == second.evaluated
