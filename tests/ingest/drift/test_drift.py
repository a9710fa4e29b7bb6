"""Schema drift: what a delivery's form left, explained, kept, with the contract change that accepts it."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from ingest.house import HEADER, ID, PERSON, House, lines, payment

GOOD = [payment(str(number)) for number in range(20)]


def drifts(house: House) -> list[tuple[str, str | None, str | None, bool]]:
    return house.rows("select kind, column_name, heading, breaking from clew.drift order by batch, position")


def changed(house: House, kind: str) -> object:
    (text,) = next(iter(house.rows("select change from clew.drift where kind = ? order by batch desc", kind)))
    return YAML(typ="safe").load(text)


def renamed(heading: str, new: str) -> str:
    return lines(*GOOD).replace(heading, new, 1)


def test_a_delivery_as_agreed_does_not_drift(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(*GOOD))
    assert house.ingest().files[0].drift == ()
    assert drifts(house) == []
    assert [name for (name,) in house.rows("select heading from clew.heading order by position")] == HEADER.split(",")


def test_a_renamed_column_is_refused_with_the_alias_that_accepts_it(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", renamed("身份证号", "身份证号码"))
    report = house.ingest()
    assert report.files[0].status == "refused"
    (said,) = [problem for problem in report.problems if problem.code == "I090"]
    assert "'身份证号码'" in said.message and "100%" in said.message and "aliases" in said.help
    assert drifts(house) == [("renamed", "person_id", "身份证号码", False)]
    assert changed(house, "renamed") == [
        {"name": "person_id", "customProperties": [{"property": "aliases", "value": ["身份证号码"]}]}
    ]
    house.contract(
        "payment",
        PERSON.replace("{property: identity", "{property: aliases, value: [身份证号码]}, {property: identity"),
    )
    assert house.ingest().files[0].rows_loaded == 20, "the change that was printed accepts the delivery"


def test_a_name_that_says_nothing_is_known_by_its_values(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", renamed("身份证号", "column7"))
    house.ingest()
    assert drifts(house) == [("renamed", "person_id", "column7", False)]


def test_a_like_name_with_other_values_is_no_rename(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", renamed("身份证号", "身份证号码").replace(ID, "无"))
    house.ingest()
    assert [kind for kind, *_ in drifts(house)] == ["removed", "added"]
    assert drifts(house)[0] == ("removed", "person_id", None, True)


@pytest.mark.parametrize("heading", ["备注", "Remark"])
def test_an_added_column_is_not_loaded_and_its_lines_are_printed(house: House, heading: str) -> None:
    house.contract("payment")
    rows = "\n".join(f"{row},2026-01-0{1 + index % 9}" for index, row in enumerate(GOOD))
    house.drop("payment", "a.csv", f"{HEADER},{heading}\n{rows}\n")
    (report,) = house.ingest().files
    assert report.status == "loaded"
    assert [one.kind for one in report.drift] == ["added"]
    assert json.loads(json.dumps(changed(house, "added"))) == [
        {
            "name": "remark" if heading == "Remark" else "column_7", "physicalName": heading, "logicalType": "date",
            "classification": "sensitive",
        }
    ]  # fmt: skip


def test_new_codes_longer_texts_and_decimals_widen(house: House) -> None:
    extra = """
  - {name: months, physicalName: 月数, logicalType: integer}
  - {name: note, physicalName: 说明, logicalType: string, logicalTypeOptions: {maxLength: 4}}
  - {name: who, physicalName: 经办, logicalType: string, classification: personal, enum: [{value: 甲}]}
"""
    house.contract("payment", PERSON + extra)
    good = [f"{row},1,短,甲" for row in GOOD] * 1
    new = [payment(f"x{number}", kind="抚恤金") + ",1.5,一段更长的说明,王小明" for number in range(12)]
    house.drop("payment", "a.csv", "\n".join([HEADER + ",月数,说明,经办", *good, *new]) + "\n")
    (report,) = house.ingest().files
    assert report.rows_quarantined == 12
    assert [(one.kind, one.column, one.breaking) for one in report.drift] == [
        ("widened", "kind", True), ("widened", "months", True), ("widened", "note", False), ("widened", "who", True),
    ]  # fmt: skip
    said = house.rows("select string_agg(says_zh || says_en || change, '') from clew.drift")[0][0]
    assert "抚恤金" in said and "maxLength: 7" in said and "DECIMAL(18,1)" in said
    assert "王小明" not in said, "values of personal columns are named nowhere"


def test_a_rare_mistake_is_no_drift(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(*GOOD, payment("x", kind="抚恤金")))
    assert house.ingest().files[0].drift == ()


def test_order_and_emptiness_are_seen_against_the_delivery_before(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(*GOOD))
    house.ingest()
    titles = HEADER.split(",")
    titles[0], titles[1] = titles[1], titles[0]
    rows = []
    for number in range(20):
        cells = payment(f"b{number}", amount="").split(",")
        cells[0], cells[1] = cells[1], cells[0]
        rows.append(",".join(cells))
    house.drop("payment", "b.csv", "\n".join([",".join(titles), *rows]) + "\n")
    (report,) = [file for file in house.ingest().files if file.status == "loaded"]
    assert [(one.kind, one.column) for one in report.drift] == [("narrowed", "amount"), ("reordered", "")]


def test_the_first_record_of_a_file_without_headings_is_kept_nowhere(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", "\n".join(GOOD) + "\n")
    assert house.ingest().files[0].status == "refused"
    kept = house.rows("select string_agg(heading, '') from clew.heading")[0][0] or ""
    assert ID not in kept and "张三" not in kept
    assert drifts(house) == []
