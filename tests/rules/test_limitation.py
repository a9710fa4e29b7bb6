"""Until when a fact may be pursued: the version of the article in force when it happened gives the term."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.problems import Problems
from clew.rules.laws import Laws
from clew.rules.limitation import limitations, parse_limitation
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.parse_laws import parse_law, read_laws
from clew.yaml_file import parse_yaml

LAW = """law: prc.an_act
title: An Act
title_zh: 某法
url: https://example.org/
checked: false
last_checked: 2026-01-31
articles:
  "29":
    - {effective_from: 2010-01-01, effective_to: 2021-07-15, limitation: {value: 2, unit: year, rounding: down}}
    - effective_from: 2021-07-15
      limitation: {value: 24, unit: month, rounding: down}
  "36":
    effective_from: 2021-07-15
    limitation:
      general: {value: 2, unit: year, rounding: down}
      safety: {value: 5, unit: year, rounding: down}
  "40": {effective_from: 2021-07-15, limitation: {value: 30, unit: day, counting: working}}
"""


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Laws:
    folder, problems = tmp_path_factory.mktemp("laws"), Problems()
    (folder / "an_act.yml").write_text(LAW, encoding="utf-8")
    found = read_laws(folder, problems)
    assert not len(problems), [str(problem) for problem in problems]
    return found


def rule(text: str) -> Rule:
    problems = Problems()
    read = read_rule(Path(__file__).parents[1] / "problems" / "E702.yml", problems)
    node = parse_yaml(text, "x.yml", problems)
    assert read is not None and node is not None and not len(problems)
    return replace(read, limitation=parse_limitation(node, problems))


def ends(laws: Laws, text: str, happened_on: date | None, **facts: Any) -> list[date]:
    return [one.ends_on for one in limitations(rule(text), happened_on, facts, laws)]


def test_the_day_it_happened_picks_the_version(laws: Laws) -> None:
    cited = "[{law: prc.an_act, article: '29'}]"
    assert ends(laws, cited, date(2020, 2, 29)) == [date(2022, 2, 28)]
    assert ends(laws, cited, date(2021, 7, 14)) == [date(2023, 7, 14)]
    assert ends(laws, cited, date(2021, 7, 15)) == [date(2023, 7, 15)]
    assert ends(laws, cited, date(2009, 12, 31)) == []  # no version was in force
    assert ends(laws, cited, None) == []


def test_a_paragraph_is_found_under_its_article_and_a_term_under_its_name(laws: Laws) -> None:
    assert ends(laws, "[{law: prc.an_act, article: '36(1)', term: safety}]", date(2022, 1, 31)) == [date(2027, 1, 31)]
    both = "[{law: prc.an_act, article: '36', term: general}, {law: prc.an_act, article: '40'}]"
    assert ends(laws, both, date(2026, 6, 30)) == [date(2028, 6, 30), date(2026, 8, 11)]


def test_it_counts_from_the_date_named(laws: Laws) -> None:
    cited = "[{law: prc.an_act, article: '29', since: last_paid}]"
    assert ends(laws, cited, date(2022, 1, 1), last_paid=date(2024, 5, 1)) == [date(2026, 5, 1)]
    assert ends(laws, cited, date(2022, 1, 1), last_paid=None) == []


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_it_never_ends_before_it_begins_and_each_day_has_one_version_at_most(day: date) -> None:
    problems = Problems()
    node = parse_yaml(LAW, "an_act.yml", problems)
    assert node is not None

    law = parse_law(node, "an_act", problems)
    assert law is not None
    for article, periods in law.articles.items():
        inside = [one for one in periods if one.start <= day and (one.end is None or day < one.end)]
        assert len(inside) <= 1 and law.version(article, day) == (inside[0] if inside else None)
        assert all(term.after(day) > day for one in inside for term in one.limitation.values())


@pytest.mark.parametrize(("term", "code"), [
    ("{value: 2, unit: year}", "E106"),
    ("{value: 2, unit: CNY}", "E104"),
    ("{value: 2.5, unit: year, rounding: down}", "E103"),
    ("{general: {value: 2, unit: yaer, rounding: down}}", "E104"),
])  # fmt: skip
def test_a_faulty_term_is_told(term: str, code: str, tmp_path: Path) -> None:
    problems = Problems()
    text = LAW.replace("{value: 30, unit: day, counting: working}", term)
    (tmp_path / "an_act.yml").write_text(text, encoding="utf-8")
    read_laws(tmp_path, problems)
    assert [problem.code for problem in problems] == [code]
