"""A file without keys that comes a second time in other bytes adds its rows again: that is said, and can be mended."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.house import PERSON, House, lines, payment

NO_KEY = PERSON.replace(", primaryKey: true, primaryKeyPosition: 1", "")
ROWS = [payment(str(number), paid_on=f"2026-0{1 + number % 3}-05", amount=f"{number}.10") for number in range(9)]
COUNTED = """select count(*) from data.pay p join clew.delivery d on d.batch = p._batch
    where d.status = 'loaded' and d.superseded_on is null"""


def said(house: House) -> list[str]:
    return [f"{one.code} {one.message}" for one in house.ingest().problems if one.code in ("I059", "I064")]


def other_bytes(rows: list[str], how: str) -> bytes:
    if how == "order":
        return lines(*reversed(rows)).encode()
    if how == "line ends":
        return lines(*rows).replace("\n", "\r\n").encode()
    return lines(*rows).replace(".10", ".1").encode("gb18030")


@pytest.mark.parametrize("how", ["order", "line ends", "encoding"])
def test_the_same_rows_in_other_bytes_are_said_and_replaces_mends_it(house: House, how: str) -> None:
    house.contract("pay", NO_KEY, encoding="auto")
    paper = "received_on: 2026-04-02\ncomplete: true\nperiod: {from: 2026-01-01, to: 2026-04-01}\n"
    house.drop("pay", "a.csv", lines(*ROWS), paper)
    assert said(house) == []
    house.drop("pay", "b.csv", other_bytes(ROWS, how), paper)
    assert said(house) == ["I064 its rows (9) are those of 'a.csv' (delivery 1), and the rows of both count"]
    assert house.rows(COUNTED) == [(18,)]
    house.drop("pay", "b.csv", other_bytes(ROWS, how), paper + "replaces: a.csv\n")
    assert said(house) == []
    assert house.rows(COUNTED) == [(9,)]


def test_rows_of_another_count_or_value_or_that_do_not_count_any_more_are_not_said(house: House) -> None:
    house.contract("pay", NO_KEY)
    house.drop("pay", "a.csv", lines(*ROWS))
    house.drop("pay", "less.csv", lines(*ROWS[:-1]))
    house.drop("pay", "other.csv", lines(*ROWS[:-1], ROWS[-1].replace("8.10", "8.11")))
    house.drop("pay", "twice.csv", lines(*ROWS[:-1], ROWS[-4]))
    assert said(house) == []
    house.drop("pay", "a2.csv", lines(*reversed(ROWS)), "replaces: [a.csv]\n")
    assert said(house) == []


def test_where_there_is_a_key_the_rows_are_set_aside_and_replaces_gives_the_certificate_back(house: House) -> None:
    house.contract("pay", encoding="auto")
    paper = "received_on: 2026-04-02\ncomplete: true\nperiod: {from: 2026-01-01, to: 2026-04-01}\n"
    bad = payment("bad", amount="x")
    house.drop("pay", "a.csv", lines(*ROWS, bad), paper)
    assert said(house) == []
    house.drop("pay", "b.csv", other_bytes([*ROWS, bad], "encoding"), paper)
    assert said(house) == ["I064 its rows (9) have the keys of those of 'a.csv' (delivery 1), so they are set aside"]
    assert house.rows(COUNTED) == [(9,)]
    house.drop("pay", "b.csv", other_bytes([*ROWS, bad], "encoding"), paper + "replaces: a.csv\n")
    assert said(house) == []
    assert house.rows(COUNTED) == [(9,)]
    counting = "select batch from clew.delivery where superseded_on is null and status = 'loaded'"
    assert house.rows(f"select batch from clew.coverage where batch in ({counting})") == [(3,)]


def test_rows_of_several_deliveries_are_not_those_of_one(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(*ROWS[:6]))
    house.drop("pay", "b.csv", lines(*ROWS[6:]))
    house.drop("pay", "c.csv", lines(*ROWS[3:]))
    house.drop("pay", "d.csv", lines(*ROWS[2:8]))
    assert said(house) == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(st.integers(0, 3), min_size=1, max_size=6), data=st.data(), changed=st.booleans())
def test_said_exactly_where_the_rows_are_the_same_however_often_each_stands(
    house: House, numbers: list[int], data: st.DataObject, changed: bool
) -> None:
    dataset = f"pay{len(house.rows('select 1 from clew.delivery'))}"
    house.contract(dataset, NO_KEY)
    rows = [payment("1", amount=f"{number}.00") for number in numbers]
    again = data.draw(st.permutations(rows))
    if changed:
        again[0] = payment("1", amount=f"{(numbers[0] + 1) % 4}.00")
    house.drop(dataset, "a.csv", lines(*rows))
    house.drop(dataset, "b.csv", lines(*again).replace("\n", "\r\n"))
    assert bool(said(house)) == (sorted(rows) == sorted(again))
