"""What could be a person's name is never repeated as a heading; headings are."""

from __future__ import annotations

import numpy as np
import pytest

from clew.contracts.catalogue import read_catalogue
from clew.demo.names import names
from clew.ingest.read.personal_name import looks_like_a_name
from clew.problems import Problems
from tests.ingest.house import HEADER, House, lines, payment
from tests.test_house import ROOT


def test_names_are_known() -> None:
    rng = np.random.default_rng(20260630)
    made = names(rng, rng.random(5000) < 0.5, rng.integers(1930, 2015, 5000)).to_list()
    missed = [name for name in made if not looks_like_a_name(name)]
    assert len(missed) < len(made) / 200, missed[:20]
    assert looks_like_a_name("欧阳娜娜") and looks_like_a_name("张 三") and looks_like_a_name("司马光")


def test_the_headings_of_the_contracts_are_no_names() -> None:
    problems = Problems()
    contracts = read_catalogue(ROOT / "data_contracts", problems).contracts.values()
    titles = {text for one in contracts for column in one.columns for text in (column.header, column.title)}
    assert len(titles) > 100
    assert [title for title in titles if looks_like_a_name(title)] == []


@pytest.mark.parametrize(
    "heading", ["备注", "单位", "金额", "余额", "户籍", "高度", "电话", "merge", "张", "安徽省合肥市"]
)
def test_a_heading_is_none(heading: str) -> None:
    assert not looks_like_a_name(heading)


def test_a_bare_name_among_true_headings_is_not_shown(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(payment("P1")).replace(HEADER, f"{HEADER},王小鸟", 1))
    house.drop("payment", "b.csv", lines(payment("P2")).replace("姓名", "诸葛小鸟", 1))
    report = house.ingest()
    told = f"{report} {house.rows('select * from clew.heading')} {house.rows('select * from clew.drift')}"
    assert "小鸟" not in told
    assert any("column 7" in str(one) or ":1:7" in str(one) for one in report.problems if one.code == "I011")
