"""Citations hold only while their article is in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clew.problems import Place, Problems, Severity
from clew.rules.laws import Laws
from clew.rules.model import LegalBasis
from clew.rules.parse_laws import read_laws

ROOT = Path(__file__).parents[2]
LAW = """law: prc.an_act
title: An Act
title_zh: 某法
url: https://example.org/
checked: false
last_checked: 2026-01-31
articles:
  "5": {effective_from: 2011-07-01}
  "6":
    - {effective_from: 2011-07-01, effective_to: 2018-12-29}
    - {effective_from: 2018-12-29}
  "7": {effective_from: 2011-07-01, effective_to: 2020-01-01}
  "8":
    - {effective_from: 2011-07-01, effective_to: 2018-12-29}
    - {effective_from: 2020-01-01}
"""


@pytest.fixture
def laws(tmp_path: Path) -> Laws:
    (tmp_path / "an_act.yml").write_text(LAW, encoding="utf-8")
    (tmp_path / "broken.yml").write_text("law: [", encoding="utf-8")
    problems = Problems()
    found = read_laws(tmp_path, problems)
    assert [problem.code for problem in problems] == ["E001"]
    return found


def check(
    laws: Laws, law: str, article: str, start: date | None, end: date | None = None, on: date | None = None
) -> list[str]:
    problems = Problems()
    laws.check([LegalBasis(law, article, start, end, Place("r.yml", 3, 5))], problems, on)
    return [f"{problem.code} {problem.message}" for problem in problems]


def test_citations_that_hold(laws: Laws) -> None:
    assert check(laws, "prc.an_act", "5", date(2011, 7, 1)) == []
    assert check(laws, "prc.an_act", "5(4)", None) == []
    assert check(laws, "prc.an_act", "6", date(2015, 1, 1)) == []
    assert check(laws, "prc.an_act", "7", date(2015, 1, 1), date(2020, 1, 1)) == []
    assert check(laws, "prc.an_act", "8", date(2021, 1, 1)) == []


def test_citations_that_do_not(laws: Laws) -> None:
    assert check(laws, "prc.an_akt", "5", None) == ["E701 no legal instrument is named 'prc.an_akt'"]
    assert check(laws, "prc.an_act", "55", None) == ["E701 'prc.an_act' has no article '55'"]
    assert check(laws, "prc.an_act", "5", date(2011, 6, 30)) == [
        "E702 article 5 of 'prc.an_act' was not in force on 2011-06-30"
    ]
    gone = "E702 article 7 of 'prc.an_act' is out of force from 2020-01-01"
    assert check(laws, "prc.an_act", "7", None) == [gone]
    assert check(laws, "prc.an_act", "7", date(2015, 1, 1), date(2020, 1, 2)) == [gone]
    assert check(laws, "prc.an_act", "8", date(2015, 1, 1)) == [
        "E702 article 8 of 'prc.an_act' is out of force from 2018-12-29"
    ]
    assert check(laws, "prc.an_act", "8", date(2019, 1, 1)) == [
        "E702 article 8 of 'prc.an_act' was not in force on 2019-01-01"
    ]


def test_a_file_with_a_fault_is_not_reported_again_by_its_citations(laws: Laws) -> None:
    assert check(laws, "prc.broken", "1", None) == []


def test_the_age_of_a_check_is_judged_on_the_given_day(laws: Laws) -> None:
    assert check(laws, "prc.an_act", "5", None, on=date(2027, 1, 31)) == []
    problems = Problems()
    laws.check([LegalBasis("prc.an_act", "5", None, None, Place("r.yml"))], problems, date(2027, 2, 1))
    (problem,) = problems
    assert (problem.code, problem.severity) == ("E703", Severity.WARNING)


@pytest.mark.parametrize(("before", "after", "code"), [
    ("law: prc.an_act", "law: prc.other", "E108"),
    ('"5": {effective_from: 2011-07-01}', '"5": {effective_form: 2011-07-01}', "E101"),
    ("2018-12-29}\n    - {effective_from: 2018", "2019-12-29}\n    - {effective_from: 2018", "E107"),
    ("effective_to: 2020-01-01", "effective_to: 2001-01-01", "E107"),
    ("checked: false", "checked: perhaps", "E103"),
    ("url: https://example.org/\n", "", "E102"),
])  # fmt: skip
def test_faults_of_a_law_file(tmp_path: Path, before: str, after: str, code: str) -> None:
    assert before in LAW
    (tmp_path / "an_act.yml").write_text(LAW.replace(before, after, 1), encoding="utf-8")
    problems = Problems()
    assert read_laws(tmp_path, problems).laws == {}
    assert [problem.code for problem in problems] == [code]


def test_shipped_laws_are_read() -> None:
    problems = Problems()
    found = read_laws(ROOT / "rules" / "laws", problems)
    assert found.laws and not len(problems)
