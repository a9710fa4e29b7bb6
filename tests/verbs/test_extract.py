"""``extract`` against what was written into the text: values, and spans that give back the very letters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.contracts.pattern import PatternError
from clew.engine import TrialData
from clew.engines.duckdb import for_trial
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.logic_hash import logic_hash
from clew.rules.text_pattern import three_groups
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

LABELLED = Path(__file__).parents[2].parent / "shared" / "data" / "money-text" / "money_parser.json"
RULE = """
datasets: {{p: people}}
titles_zh: {{x: 所取之值, x_start: 起, name_hash: 文书哈希}}
steps:
  - from: p
  - extract: {{of: p.name, patterns: {{x: {pattern}}}}}
clue:
  subject: {{type: person, id: p.id}}
  strength: [{{otherwise: 1.0}}]
  message: "{{x}} at {{x_start}} to {{x_end}}"
  message_zh: "{{x}}"
  evidence: [{{show: name_hash, title_zh: 文书哈希}}]
tests:
  - {{name: t, as_of: 2026-06-30, given: {{p: "id\\nA"}}, expect: none}}
"""


@cache
def compiled(pattern: str) -> Plan:
    """The rule with a pattern, compiled once."""
    rule = rule_of(RULE.format(pattern=pattern))
    problems = Problems()
    plan = compile_rule(rule, VERBS, problems, as_of=rule.trials[0].as_of)
    assert plan is not None, list(map(str, problems))
    return plan


def found(texts: Sequence[str], pattern: str) -> tuple[dict[int, Mapping[str, Any]], dict[int, str]]:
    """Per text: what was found in it; and the reasons of those that decide nothing."""
    plan = compiled(pattern)
    rows = pa.table({"id": [str(at) for at in range(len(texts))], "name": list(texts)})
    answers = for_trial(TrialData({"people": rows}, ()), VERBS).run(plan)
    clues = {int(row["subject"]): row for row in answers.clues.to_pylist()}
    undecided = {int(row["subject"]): row["reason"] for row in answers.inconclusive.to_pylist()}
    assert set(clues) | set(undecided) == set(range(len(texts)))
    return clues, undecided


letters = st.text(alphabet="判处的😀𠮷é，。；、（）《》 \nab", max_size=12)
sums = st.integers(1, 9_999_999).map(lambda fen: Decimal(fen) / 100)
days = st.dates(date(1950, 1, 1), date(2049, 12, 31))
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
WIDE = str.maketrans("0123456789-.", "０１２３４５６７８９－．")


def numeral(n: int) -> str:
    """1 to 31 as Chinese writes them."""
    ten, one = divmod(n, 10)
    return f"{'' if ten < 2 else '〇一二三'[ten]}{'十' if ten else ''}{'' if one == 0 else str(one).translate(DIGITS)}"


DAYS = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}年{day.month:02}月{day.day:02}日".translate(WIDE),
    lambda day: f"{str(day.year).translate(DIGITS)}年{numeral(day.month)}月{numeral(day.day)}日",
    lambda day: f"{day.year}-{day.month}-{day.day}",
    lambda day: f"{day.isoformat()}".translate(WIDE),
)


@settings(max_examples=3, deadline=None)
@given(st.lists(st.tuples(letters, days, st.sampled_from(DAYS), letters), min_size=25, max_size=40))
def test_a_date_is_read_where_it_stands(parts: list[Any]) -> None:
    written = [(f"{before}，", form(day), f"，{after}") for before, day, form, after in parts]
    clues, undecided = found(["".join(one) for one in written], "{kind: date}")
    assert undecided == {}
    for at, ((before, passage, after), (_, day, _, _)) in enumerate(zip(written, parts, strict=True)):
        clue, text = clues[at], before + passage + after
        assert clue["x"] == day
        assert text[clue["x_start"] - 1 : clue["x_end"]] == passage
        assert clue["name_hash"] == sha256(text.encode()).hexdigest()


@settings(max_examples=3, deadline=None)
@given(st.lists(st.tuples(letters, sums, st.booleans(), letters), min_size=25, max_size=40))
def test_a_sum_is_read_where_it_stands(parts: list[Any]) -> None:
    written = [
        (f"{before}：", f"{value:,.2f}元".translate(WIDE) if wide else f"{value:.2f}元", f"；{after}")
        for before, value, wide, after in parts
    ]
    clues, undecided = found(["".join(one) for one in written], "{kind: money}")
    assert undecided == {}
    for at, ((before, passage, after), (_, value, _, _)) in enumerate(zip(written, parts, strict=True)):
        assert clues[at]["x"] == value
        assert (before + passage + after)[clues[at]["x_start"] - 1 : clues[at]["x_end"]] == passage


@settings(max_examples=3, deadline=None)
@given(st.lists(st.lists(st.integers(1, 3), max_size=4), min_size=25, max_size=40), st.sampled_from(["one", "last"]))
def test_one_value_or_none_or_undecided(values: list[list[int]], take: str) -> None:
    texts = ["案".join(f"号{value}，" for value in row) for row in values]
    clues, undecided = found(texts, f"{{pattern: '号([0-9])', unit: count, take: {take}}}")
    for at, row in enumerate(values):
        if take == "one" and len(set(row)) > 1:
            assert "different values" in undecided[at]
            assert "所取之值" in undecided[at]
        else:
            assert clues[at]["x"] == (row[-1] if row else None)


@settings(max_examples=2, deadline=None)
@given(
    st.lists(
        st.text(alphabet="第条款项零一二十百万元年月日0159约至-、：，（原告张三\ue000😀", max_size=30), min_size=40
    )
)
def test_no_text_stops_the_rule(texts: list[str]) -> None:
    for kind in ("{kind: money}", "{kind: date}", "{kind: article}", "{kind: party, after: 原告}"):
        clues, _ = found(texts, kind)
        for at, clue in clues.items():
            assert (clue["x_start"] is None) == (clue["x"] is None)
            assert clue["x"] is None or 1 <= clue["x_start"] <= clue["x_end"] <= len(texts[at])


def test_labelled_sums_are_read_as_labelled_or_not_at_all() -> None:
    if not LABELLED.exists():
        pytest.skip(f"NOT RUN: the labelled texts are not at {LABELLED}")
    labelled = json.loads(LABELLED.read_text(encoding="utf-8"))
    clues, undecided = found([f"共计：{text}。" for text, _ in labelled], "{kind: money}")
    read = 0
    for at, (text, label) in enumerate(labelled):
        value = clues[at]["x"] if at in clues else None
        certain = label["definition"] == "accurate" and label["case"] == "元"
        assert value is None or (certain and f"{value:.2f}" == label["num"]), text
        assert not (certain and at in undecided), text
        read += value is not None
    assert read == 11  # 三百万 and 肆佰叁拾萬 name no yuan


@pytest.mark.parametrize(("pattern", "groups"), [
    ("案号：([^，]+)", "(案号：)([^，]+)()"), ("(?:甲|乙)(.)丙?", "((?:甲|乙))(.)(丙?)"),
    (r"\((\d+)\)", r"(\()(\d+)(\))"), ("[(](a[)]b)", "([(])(a[)]b)()"), (r"(\u4e00)", r"()(\x{4e00})()"),
])  # fmt: skip
def test_a_pattern_becomes_three_groups(pattern: str, groups: str) -> None:
    assert three_groups(pattern) == groups


@pytest.mark.parametrize(("pattern", "words"), [
    ("(?!a)(b)", "lookahead"), (r"(a)\1", "back-reference"), ("a", "captures nothing"), ("(a)(b)", "two values"),
    ("(?:(a))", "inside another group"), ("(a)+", "repeated"), ("(a)|b", "bare '|'"), ("(?P<n>a)", "'(?'"),
    ("(", "missing"), ("a" * 501, "501 characters"), (r"\Q(\E(a)", "Q"),
])  # fmt: skip
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=words.replace("(", r"\(").replace("?", r"\?").replace("|", r"\|")):
        three_groups(pattern)


def test_a_pattern_is_hashed_as_written() -> None:
    one, other = (logic_hash(rule_of(RULE.format(pattern=f"{{pattern: '{text}'}}"))) for text in ("a (b)", "a  (b)"))
    assert one != other
