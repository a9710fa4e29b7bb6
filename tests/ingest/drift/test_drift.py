"""Schema drift: what a delivery's form left, explained, kept, with the contract change that accepts it."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from tests.ingest.house import HEADER, ID, PERSON, House, lines, payment

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


def test_a_heading_too_long_to_be_kept_is_no_alias_cut_short(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", renamed("身份证号", f"身份证号{'（以户口簿登记为准）' * 5}"))
    house.ingest()
    (change,) = next(iter(house.rows("select change from clew.drift where kind = 'renamed'")))
    assert change.startswith("# ") and "person_id" in change


def of_kind(kind: str, renamed: str) -> bytes:
    """Twenty payments as JSON lines, a JSON document or XML; the identity number under another key."""
    records = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in GOOD]
    named = [{renamed if key == "身份证号" else key: value for key, value in one.items()} for one in records]
    for one in named[:10]:
        del one["类别"]  # no value: the key may be left out
    if kind == "xml":
        inner = ("".join(f"<{key}>{value}</{key}>" for key, value in one.items()) for one in named)
        return f"<rows>{''.join(f'<row>{one}</row>' for one in inner)}</rows>".encode()
    if kind == "json":
        return json.dumps(named, ensure_ascii=False, indent=1).encode()
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in named).encode()


@pytest.mark.parametrize("kind", ["json", "jsonl", "xml"])
def test_a_renamed_key_is_explained_and_its_alias_accepts_it(house: House, kind: str) -> None:
    house.contract("payment", format_=kind)
    house.drop("payment", f"a.{kind}", of_kind(kind, "身份证号"))
    assert house.ingest().files[0].drift == ()
    house.drop("payment", f"a.{kind}", of_kind(kind, "身份证号码"))
    report = house.ingest()
    assert report.files[0].rows_quarantined == 20
    assert [problem.code for problem in report.problems if problem.code == "I090"] == ["I090"]
    assert drifts(house) == [("renamed", "person_id", "身份证号码", False)]
    house.contract(
        "payment",
        PERSON.replace("{property: identity", "{property: aliases, value: [身份证号码]}, {property: identity"),
        format_=kind,
    )
    house.drop("payment", f"b.{kind}", of_kind(kind, "身份证号码").replace(b"100.00", b"200.00"))
    assert house.ingest().files[-1].rows_loaded == 20


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_added_and_missing_keys_are_drift(house: House, kind: str) -> None:
    house.contract("payment", format_=kind)
    content = of_kind(kind, "身份证号").decode()
    house.drop("payment", f"a.{kind}", content.replace("姓名", "xing").replace("类别", "leibie"))
    house.ingest()
    found = {(kind_, column or heading) for kind_, column, heading, _ in drifts(house)}
    assert found == {("added", "xing"), ("removed", "name"), ("renamed", "kind")}


def test_data_in_keys_is_told_once(house: House) -> None:
    house.contract("payment", format_="jsonl")
    rows = [json.dumps({f"第{number}号": number}, ensure_ascii=False) for number in range(120)]
    house.drop("payment", "a.jsonl", "\n".join(rows))
    house.drop("payment", "b.jsonl", "\n".join([*rows, json.dumps({"流水号": "P1"}, ensure_ascii=False)]))
    said = [problem for problem in house.ingest().problems if problem.code == "I011"]
    of_a, of_b = ([one.message for one in said if one.place.path.endswith(file)] for file in ("a.jsonl", "b.jsonl"))
    assert len(of_a) == 1 and "none of its keys" in of_a[0] and "号" not in of_a[0]
    assert len(of_b) == 101 and any("more than 100" in text for text in of_b)


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
