"""Repairs that a contract allows: exact, counted, repeatable, and what was delivered stays."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from clew.contracts.divisions import moved_codes, named_codes, spells, valid_codes
from clew.contracts.identity import identity_violated
from clew.contracts.model import Column, RepairOptions
from clew.contracts.units import factor
from clew.ingest.land.landed import landed_path
from clew.ingest.repair.originals import delivered
from clew.ingest.repair.repairs import ORDER, repairs_of
from clew.ingest.repair.units import PLACES
from clew.plan import Type
from clew.problems import Place, ProblemError
from tests.ingest.house import House

ROOT = Path(__file__).parents[3]
CON = duckdb.connect()
PLACE = Place("made.yaml")


def column(type_: Type = Type.TEXT, *repairs: str, **options: Any) -> Column:
    values = options.pop("values", {})
    scale = options.pop("scale", 2)
    return Column("c", type_, "c", "c", "c", PLACE, repairs=repairs, values=values, precision=(18, scale),
                  options=RepairOptions(**options))  # fmt: skip


def repaired(one: Column, texts: Sequence[str]) -> list[str]:
    """Texts after the repairs of a column."""
    repairs = repairs_of(_Contract((one,)))  # type: ignore[arg-type]  # all that repairs need of a contract
    query = 'select i, t as "c~0" from (select unnest(range(len($texts))) as i, unnest($texts::varchar[]) as t)'
    for layer in repairs.layers:
        query = f"select *, {', '.join(layer)} from ({query})"
    return [
        text
        for (text,) in CON.execute(
            f"select {repairs.finals['c']} from ({query}) order by i", {"texts": list(texts)}
        ).fetchall()
    ]


class _Contract:
    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns


MONEY = column(Type.DECIMAL, "units", "number", unit="元", units={"万元": Fraction(10000), "角": Fraction(1, 10)})
LAND = column(Type.DECIMAL, "units", unit="m2", units={name: factor(name, "m2") for name in ("亩", "公顷")})
DAY = column(Type.DATE, "trim", "halfwidth", "date")
CODE = column(Type.TEXT, "trim", "division6", "division_name", "division")


@pytest.mark.parametrize(
    ("text", "one", "wanted"),
    [
        ("12.5万元", MONEY, "125000"), ("1,234.56 万元", MONEY, "12345600"), ("-3角", MONEY, "-0.3"),
        ("100元", MONEY, "100"), ("100", MONEY, "100"), ("12美元", MONEY, "12美元"), ("约3万元", MONEY, "约3万元"),
        ("1.123456789万元", MONEY, "1.123456789万元"), ("3亩", LAND, "2000"), ("1亩", LAND, "666.67"),
        ("-1亩", LAND, "-666.67"), ("2.5公顷", LAND, "25000"), ("12m2", LAND, "12"),
        ("２０２６年１月２日", DAY, "2026-01-02"), ("二〇二六年一月二日", DAY, "2026-01-02"),
        ("二零二五年十一月二十三日", DAY, "2025-11-23"), ("20260102 00:00:00", DAY, "2026-01-02"),
        ("2026/1/2 8:30", DAY, "2026-01-02"), ("46024", DAY, "2026-01-02"),
        ("26-01-02", DAY, "26-01-02"), ("26/1/2", DAY, "26/1/2"), ("01/02/2026", DAY, "01/02/2026"),
        ("2026年1月", DAY, "2026年1月"), ("202601", DAY, "202601"), ("民国115年1月2日", DAY, "民国115年1月2日"),
        ("01/02/2026", column(Type.DATE, "date", date_order="dmy"), "2026-02-01"),
        ("01/02/2026", column(Type.DATE, "date", date_order="mdy"), "2026-01-02"),
        ("2026年2月", column(Type.DATE, "date", date_month="last"), "2026-02-28"),
        ("202602", column(Type.DATE, "date", date_month="first"), "2026-02-01"),
        ("202613", column(Type.DATE, "date", date_month="first"), "202613"),
        ("340225", CODE, "340281"), ("341422", CODE, "340281"), ("341402", CODE, "340181"), ("341400", CODE, "341400"),
        ("340104", CODE, "340104"), ("340104001002", CODE, "340104"), ("340225101", CODE, "340281"),
        ("合肥市", CODE, "340100"), ("安徽省合肥市蜀山区", CODE, "340104"), ("无为县", CODE, "340281"),
        ("朝阳区", CODE, "朝阳区"), ("北京市朝阳区", CODE, "110105"), ("鼓楼区", CODE, "鼓楼区"),
        ("999999", CODE, "999999"),
        ("340281", column(Type.TEXT, "division", divisions_on=date(2012, 12, 31)), "340225"),
        ("340705", column(Type.TEXT, "division", divisions_on=date(2012, 12, 31)), "340705"),
    ],
)  # fmt: skip
def test_one_form_at_a_time(text: str, one: Column, wanted: str) -> None:
    assert repaired(one, [text]) == [wanted]


ANY = st.text(alphabet="0123456789.,-/年月日 　１２元万亿亩市合肥区Xx二〇十男", max_size=14) | st.dates().map(
    lambda day: day.strftime("%Y/%m/%d")
)
ALL = {
    Type.TEXT: column(Type.TEXT, *(r for r in ORDER if r not in ("units", "number", "date")), values={"男": "M"}),
    Type.DECIMAL: column(Type.DECIMAL, "halfwidth", "trim", "spaces", "units", "number", unit="元",
                         units={"万元": Fraction(10000), "亩": Fraction(2000, 3)}),
    Type.DATE: column(Type.DATE, "halfwidth", "trim", "date", date_order="dmy", date_month="first"),
}  # fmt: skip


MANY: dict[str, Any] = {"max_examples": 8, "deadline": None, "phases": (Phase.explicit, Phase.generate)}


@settings(**MANY)
@given(texts=st.lists(ANY, min_size=60, max_size=120))
def test_a_second_repair_changes_nothing(texts: list[str]) -> None:
    for one in ALL.values():
        once = repaired(one, texts)
        assert repaired(one, once) == once


@settings(**MANY)
@given(
    days=st.lists(st.dates(date(1900, 1, 1)), min_size=50),
    numbers=st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=50),
)
def test_a_canonical_value_is_never_changed(days: list[date], numbers: list[Any]) -> None:
    canonical = {Type.DATE: [day.isoformat() for day in days], Type.DECIMAL: [str(number) for number in numbers]}
    for type_, texts in (canonical | {Type.TEXT: sorted(valid_codes())}).items():
        assert repaired(ALL[type_], texts) == texts


@settings(**MANY)
@given(numbers=st.lists(st.decimals(-(10**9), 10**9, places=4), min_size=50))
def test_units_convert_exactly(numbers: list[Any]) -> None:
    for unit in ("万元", "亿元", "千元", "角", "分", "元"):
        each = factor(unit, "元")
        assert each is not None
        money = column(Type.DECIMAL, "units", scale=8, unit="元", units={unit: each})
        found = repaired(money, [f"{number}{unit}" for number in numbers])
        assert [Fraction(text) for text in found] == [Fraction(str(number)) * each for number in numbers]


@settings(**MANY)
@given(numbers=st.lists(st.decimals(-(10**9), 10**9, places=3), min_size=50), scale=st.integers(0, PLACES))
def test_mu_are_rounded_half_up_to_the_column(numbers: list[Any], scale: int) -> None:
    land = column(Type.DECIMAL, "units", scale=scale, unit="m2", units={"亩": Fraction(2000, 3)})
    for number, found in zip(numbers, repaired(land, [f"{number}亩" for number in numbers]), strict=True):
        exact = Fraction(str(number)) * 2000 / 3 * 10**scale
        nearest = (abs(exact) + Fraction(1, 2)).__floor__()
        assert Fraction(found) * 10**scale == (nearest if exact >= 0 else -nearest)


@settings(**MANY)
@given(births=st.lists(st.dates(date(1900, 1, 1), date(1999, 12, 31)), min_size=50), order=st.integers(0, 999))
def test_id18_agrees_with_stdnum(births: list[date], order: int) -> None:
    codes = sorted({spell.code for spell in spells()})
    pairs = [(codes[index * 67 % len(codes)], born) for index, born in enumerate(births)]
    found = repaired(column(Type.TEXT, "id18"), [f"{code}{born:%y%m%d}{order:03}" for code, born in pairs])
    bodies = [f"{code}{born:%Y%m%d}{order:03}" for code, born in pairs]
    assert found == [body + ric.calc_check_digit(body + "0") for body in bodies]


def test_no_identity_number_is_refused_for_its_division() -> None:
    bodies = [f"{code}19900101123" for code in sorted({spell.code for spell in spells()})]
    numbers = [body + ric.calc_check_digit(body + "0") for body in bodies]
    query = f"select count(*) from (select unnest(?) as n) where {identity_violated('id18', 'n')}"
    assert CON.execute(query, [numbers]).fetchall() == [(0,)]


def test_every_map_of_divisions_ends_in_the_list_it_is_for() -> None:
    for on in (None, date(2005, 12, 31), date(2012, 12, 31)):
        assert not moved_codes(on).keys() & valid_codes(on)
        assert {*moved_codes(on).values(), *named_codes(on).values()} <= valid_codes(on)
    assert {code for code in moved_codes() if code.startswith("34")} >= {"341421", "341423", "340222", "340823"}


def test_the_divisions_are_what_their_sources_give(tmp_path: Path) -> None:
    """The file is made anew from the lists it names, and says of each successor what it rests on."""
    lists = ROOT.parent / "shared" / "data" / "cn-divisions"
    shipped = (ROOT / "src" / "clew" / "contracts" / "divisions.csv").read_text("utf-8")
    rows = list(csv.DictReader(shipped.splitlines()))
    assert {row["basis"] for row in rows if row["successor"]} == {"name", "list", "decision"}
    assert sum(row["basis"] == "decision" for row in rows) == 43
    if not (lists / "gb2260_revisions.csv").is_file():
        pytest.skip(f"the official lists are not in {lists}: whether the file follows from them was not looked at")
    made = tmp_path / "divisions.csv"
    subprocess.run([sys.executable, ROOT / "tools" / "build_divisions.py", lists, made], check=True)
    assert made.read_text("utf-8") == shipped


PROPERTIES = """
  - {name: payment_id, physicalName: 流水号, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
  - {name: person_id, physicalName: 身份证号, logicalType: string, classification: sensitive, customProperties: [{property: repairs, value: [trim, halfwidth, upper, id18]}, {property: identity, value: id18}]}
  - {name: kind, physicalName: 类别, logicalType: string, enum: [{value: pension}, {value: grant}], customProperties: [{property: repairs, value: [trim, values]}, {property: values, value: {养老金: pension, 丧葬费: grant, 丧葬补助: grant}}]}
  - {name: paid_on, physicalName: 发放日期, logicalType: date, customProperties: [{property: repairs, value: [trim, date]}]}
  - {name: amount, physicalName: 金额, logicalType: number, customProperties: [{property: repairs, value: [trim, units, number]}, {property: unit, value: 元}, {property: units, value: [万元]}, {property: aliases, value: [发放金额]}]}
  - {name: region, physicalName: 行政区划, logicalType: string, customProperties: [{property: repairs, value: [trim, division_name, division]}]}
"""  # noqa: E501 - one column a line

FILE = """流水号,身份证号,类别,发放日期,金额（万元）,行政区划
1,110101900101123,养老金,2026/1/5,0.01,合肥市
2,11010119900101123７,丧葬费,2026-01-05,100元,340104
3,110101199001011237,丧葬补助,二〇二六年一月六日,"1,000元",341422
4,110101199001011237, 养老金,20260107,1.5,朝阳区
5,110101199001011237,pension,2026-01-08,2万元,340100
"""


def test_what_was_delivered_stays_beside_what_it_became(house: House) -> None:
    house.contract("payment", PROPERTIES)
    house.drop("payment", "p.csv", FILE)
    (report,) = house.ingest().files
    assert (report.rows_loaded, report.rows_quarantined) == (4, 1), report
    assert report.repairs == {
        "amount.units": 5, "kind.trim": 1, "kind.values": 4, "paid_on.date": 3, "person_id.halfwidth": 1,
        "person_id.id18": 1, "region.division": 1, "region.division_name": 1,
    }  # fmt: skip
    loaded = house.rows(
        "select _row, person_id, kind, paid_on::varchar, amount::varchar, region from data.payment order by 1"
    )
    assert loaded == [
        (1, "110101199001011237", "pension", "2026-01-05", "100.00", "340100"),
        (2, "110101199001011237", "grant", "2026-01-05", "100.00", "340104"),
        (3, "110101199001011237", "grant", "2026-01-06", "1000.00", "340281"),
        (5, "110101199001011237", "pension", "2026-01-08", "20000.00", "340100"),
    ]
    landed = landed_path(house.settings.landing_dir, *house.rows("select sha256, file from clew.delivery")[0])
    titles = {
        "流水号": "payment_id",
        "身份证号": "person_id",
        "类别": "kind",
        "发放日期": "paid_on",
        "金额（万元）": "amount",
        "行政区划": "region",
    }
    for number, record in enumerate(csv.DictReader(StringIO(landed.read_text("utf-8"))), start=1):
        if number == 4:
            continue
        text = {titles[title]: value for title, value in record.items()}
        values = next(row[1:] for row in loaded if row[0] == number)
        now = dict(zip(("person_id", "kind", "paid_on", "amount", "region"), values, strict=True))
        kept = delivered(house.con, "payment", 1, number)
        for name, value in kept.items():
            assert value == text[name] or (name == "amount" and value == text[name] + "万元")
        for name, value in now.items():
            assert name in kept or value == text[name], f"row {number}: {name} changed and nothing says from what"
    aside = house.rows("select reasons, original::varchar from clew.quarantine")
    assert aside[0][0][0].startswith("region.division: ")
    assert json.loads(aside[0][1]) == {"kind": " 养老金", "paid_on": "20260107", "amount": "1.5万元"}


def test_codes_of_a_department_are_kept_once_for_a_delivery(house: House) -> None:
    house.contract("payment", PROPERTIES)
    house.drop("payment", "p.csv", FILE.splitlines()[0] + "\n1,110101199001011237,养老金,2026-01-05,1元,340104\n")
    house.ingest()
    assert house.rows("select column_name, value, code from clew.delivered_code order by all") == [
        ("kind", "grant", "丧葬费"),
        ("kind", "pension", "养老金"),
    ]
    assert house.rows("select _original from data.payment") == [('{"amount":"1元"}',)]
    assert delivered(house.con, "payment", 1, 1) == {"kind": "养老金", "amount": "1元"}


@pytest.mark.parametrize(("columns", "repairs"), [(126, 1), (127, 1), (128, 2), (260, 1)])
def test_a_contract_of_any_width_is_repaired(house: House, columns: int, repairs: int) -> None:
    declared = ["trim", "date"][:repairs]
    names = [f"c{index}" for index in range(columns)]
    house.contract("wide", "\n".join(
        f"  - {{name: {name}, logicalType: date,"
        f" customProperties: [{{property: repairs, value: [{', '.join(declared)}]}}]}}" for name in names
    ))  # fmt: skip
    day = " 2026-01-05" if repairs == 1 else " 2026/1/5"
    house.drop("wide", "w.csv", f"{','.join(names)}\n{','.join([day] * columns)}\n{','.join(['x'] * columns)}\n")
    (file,) = house.ingest().files
    assert (file.rows_loaded, file.rows_quarantined) == (1, 1), file.problem
    assert delivered(house.con, "wide", 1, 1) == dict.fromkeys(names, day)
    counted = house.rows("select column_name, rows from clew.repair")
    assert {name for columns_, _ in counted for name in columns_.split("+")} == set(names)
    assert {rows for _, rows in counted} == {1}


@pytest.mark.parametrize(
    "heading", ["金额", "金额(元)", "金额（单位：万元）", "金额 (万元)", "发放金额", "发放金额（万元）", "amount"]
)
def test_a_column_may_be_headed_in_several_ways(house: House, heading: str) -> None:
    house.contract("payment", PROPERTIES)
    house.drop(
        "payment", "p.csv", FILE.splitlines()[0].replace("金额（万元）", heading) + "\n1,,养老金,2026-01-05,3,340104\n"
    )
    (report,) = house.ingest().files
    assert report.status == "loaded", report
    assert house.rows("select amount from data.payment") == [(30000 if "万元" in heading else 3,)]


def test_a_unit_in_a_workbook_heading(house: House) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    house.contract("payment", PROPERTIES)
    book = openpyxl.Workbook()
    for row in csv.reader(StringIO(FILE)):
        book.active.append(row)
    book.active["E2"] = 0.5
    path = house.drop("payment", "p.xlsx", b"")
    book.save(path)
    (report,) = house.ingest().files
    assert (report.rows_loaded, report.rows_quarantined) == (4, 1), report
    assert house.rows("select amount from data.payment where payment_id = '1'") == [(5000,)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("[{property: units, value: [万元]}]", "C040", "own unit"),
        ("[{property: unit, value: 元}, {property: units, value: [公顷]}]", "C040", "'公顷'"),
        ("[{property: unit, value: 元}, {property: units, value: {箱: '0'}}]", "C040", "'箱'"),
        ("[{property: unit, value: 元}, {property: units, value: {箱: many}}]", "C040", "'箱'"),
        ("[{property: divisionsOn, value: '1990-01-01'}]", "C041", "1990-01-01"),
        ("[{property: divisionsOn, value: soon}]", "C041", "soon"),
        ("[{property: dateOrder, value: ymd}]", "C004", "ymd"),
        ("[{property: repairs, value: [units]}]", "C004", "units"),
        ("[{property: repairs, value: [division]}]", "C009", "division"),
    ],
)
def test_words_that_mean_nothing_are_refused(house: House, words: str, code: str, said: str) -> None:
    house.contract("payment", f"  - {{name: amount, logicalType: number, customProperties: {words}}}")
    with pytest.raises(ProblemError) as error:
        _ = house.catalogue
    assert any(problem.code == code and said in problem.message for problem in error.value.problems), error.value
