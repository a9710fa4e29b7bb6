"""``match`` against the definition: every pair one by one, and the likeness of two names computed in Python."""

from __future__ import annotations

from functools import cache
from itertools import product

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engine import TrialData
from clew.engines.duckdb import for_trial
from clew.engines.macros import Macros
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from tests.oracle.match import jaro_winkler
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

RULE = """
datasets: {p: people, r: roll}
titles_zh: {place: 地区相同}
steps:
  - from: p
  - match: r
    left: p.name
    right: r.name
    block: [r.region = p.region, r.amount = p.amount]
    on: {place: r.region = p.region}
    bands:
      A: match_score >= 0.9 and place
      B: match_score >= 0.9
      C: match_score >= 0.6
  - where: match_band = 'A' or r.id <> p.id
clue:
  subject: {type: person, id: p.id}
  episode: r.id
  strength: [{when: match_band = 'A', is: 1}, {otherwise: 0.3}]
  message: "{match_band} {match_score}"
  message_zh: "{match_band} {match_score}"
  evidence: [{show: match_agree, title_zh: 相符}]
tests:
  - {name: t, as_of: 2026-06-30, given: {p: "id\\nA"}, expect: none}
"""
Row = tuple[str | None, str | None, int | None]
rows = st.lists(
    st.tuples(
        st.one_of(st.none(), st.text(alphabet="王小明朋大 ", max_size=4)),
        st.sampled_from(["34", "35", "", None]),
        st.one_of(st.none(), st.integers(1, 2)),
    ),
    min_size=14,
    max_size=18,
)


@cache
def plan() -> Plan:
    """The rule, compiled once."""
    rule, problems = rule_of(RULE), Problems()
    made = compile_rule(rule, VERBS, problems, as_of=rule.trials[0].as_of)
    assert made is not None, list(map(str, problems))
    return made


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect()
    Macros(opened).define(["clew_name_likeness( clew_person_form( clew_company_form("])
    return opened


def table(found: list[Row], prefix: str) -> pa.Table:
    columns = list(zip(*found, strict=True))
    identities = [f"{prefix}{at}" for at in range(len(found))]
    return pa.table({"id": identities, "name": columns[0], "region": columns[1], "amount": columns[2]})


@settings(max_examples=2, deadline=None)
@given(rows, rows)
def test_every_pair_of_a_block_and_no_other(left: list[Row], right: list[Row]) -> None:
    expected = {}
    for (at, (name, region, amount)), (to, (other, place, sum_)) in product(enumerate(left), enumerate(right)):
        a, b = (name or "").replace(" ", ""), (other or "").replace(" ", "")
        near = bool(region and region.strip()) and region == place
        if not a or not b or not (near or (amount is not None and amount == sum_)):
            continue
        score = round(jaro_winkler(a, b), 6)
        known = region is not None and place is not None
        if score >= 0.6:
            same = known and region == place
            expected[f"P{at}", f"R{to}"] = ("A" if score >= 0.9 and same else "B" if score >= 0.9 else "C", score)
    data = TrialData({"people": table(left, "P"), "roll": table(right, "R")}, ())
    clues = for_trial(data, VERBS).run(plan()).clues.to_pylist()
    found = {(row["subject"], row["episode"]): (row["match_band"], float(row["match_score"])) for row in clues}
    assert set(found) == set(expected)
    for pair, (band, score) in expected.items():
        assert found[pair][0] == band
        assert found[pair][1] == pytest.approx(score, abs=2e-6)


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="王小明朋大李ab😀", min_size=1, max_size=7),
    st.text(alphabet="王小明朋大李ab😀", min_size=1, max_size=7),
)
def test_likeness_is_of_characters_and_the_same_both_ways(
    connection: duckdb.DuckDBPyConnection, a: str, b: str
) -> None:
    ((one, other),) = connection.execute(
        "select clew_name_likeness($a, $b), clew_name_likeness($b, $a)", {"a": a, "b": b}
    ).fetchall()
    assert float(one) == pytest.approx(jaro_winkler(a, b), abs=2e-6)
    assert one == other


@pytest.mark.parametrize(("name", "form"), [
    ("張三豐", "张三丰"), ("阿卜杜拉•买买提", "阿卜杜拉买买提"), ("王　小 明", "王小明"), ("ｌｅｅ", "LEE"),
    (" ", None), ("", None),
])  # fmt: skip
def test_the_form_of_a_person(connection: duckdb.DuckDBPyConnection, name: str, form: str | None) -> None:
    assert connection.execute("select clew_person_form(?)", [name]).fetchall() == [(form,)]


@pytest.mark.parametrize(("name", "form"), [
    ("安徽省合肥市甲乙科技有限公司", "甲乙科技"), ("合肥市甲乙科技股份有限公司", "甲乙科技"),
    ("甲乙科技（上海）有限责任公司", "甲乙科技"), ("上海浦东新区丙丁貿易有限公司", "丙丁贸易"),
    ("北京有限公司", "北京"), ("有限公司", "有限公司"), ("", None),
    ("甲乙企业管理中心（有限合伙）", "甲乙企业管理中心"),
])  # fmt: skip
def test_the_form_of_a_company(connection: duckdb.DuckDBPyConnection, name: str, form: str | None) -> None:
    assert connection.execute("select clew_company_form(?)", [name]).fetchall() == [(form,)]
