"""What a new version of a contract breaks, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.contracts.diff import Direction, changes
from clew.contracts.read import read_document
from clew.problems import Problems
from tests.contracts.conftest import SAMPLE

T, L, C, W = Direction.TIGHTENS, Direction.LOOSENS, Direction.CHANGES, Direction.WORDS


def compared(tmp_path: Path, before: str, after: str) -> list[tuple[str, str, Direction]]:
    found = []
    for text in (before, after):
        path, problems = tmp_path / "payment.odcs.yaml", Problems()
        path.write_text(text, encoding="utf-8")
        contracts = read_document(path, problems, open_reading=True)
        assert contracts is not None, [str(problem) for problem in problems]
        found.append(contracts)
    return [(one.column, one.what, one.direction) for one in changes(*found)]


@pytest.mark.parametrize(("before", "after", "expected"), [
    ("        required: true\n        classification: personal", "        classification: personal",
     [("person_id", "required", L)]),
    ("{name: drunk, businessName: 醉驾,", "{name: drunk, required: true, businessName: 醉驾,",
     [("drunk", "required", T)]),
    ("        unique: true\n", "", [("scheme", "unique", L)]),
    ("logicalType: boolean", "logicalType: string", [("drunk", "type", C)]),
    ("logicalType: integer\n        enum: [{value: 1}, {value: 2, label: 二级}]", "logicalType: number",
     [("grade", "type", L)]),
    ("DECIMAL(12, 3)", "DECIMAL(14, 3)", [("amount", "digits", L)]),
    ("DECIMAL(12, 3)", "DECIMAL(12, 4)", [("amount", "digits", T)]),
    ("{value: 1}, ", "", [("grade", "enum", T)]),
    ("{value: 1}, ", "{value: 1}, {value: 3}, ", [("grade", "enum", L)]),
    ("maximum: 1000.5", "maximum: 2000", [("amount", "maximum", L)]),
    ("minimum: 0,", "minimum: 1,", [("amount", "minimum", T)]),
    ("minimum: 0,", "exclusiveMinimum: 0,", [("amount", "minimum", T)]),
    ("minimum: 0, ", "", [("amount", "minimum", L)]),
    ("maxLength: 8", "maxLength: 4", [("scheme", "maxLength", T)]),
    ("'^[0-9]{6}$'", "'^[0-9]{4}$'", [("region", "pattern", C)]),
    (", logicalTypeOptions: {pattern: '^[0-9]{6}$'}", "", [("region", "pattern", L)]),
    ("physicalName: 流水号", "physicalName: 编号", [("payment_id", "physicalName", C)]),
    ("      - name: payment_id\n        physicalName", "      - name: serial_no\n        physicalName",
     [("payment_id", "name", C)]),
    ("      - {name: drunk, businessName: 醉驾, logicalType: boolean}\n", "", [("drunk", "column", C)]),
    ("      - {name: drunk,", "      - {name: more, logicalType: string}\n      - {name: drunk,",
     [("more", "column", T)]),
    ("classification: personal", "classification: sensitive", [("person_id", "classification", W)]),
    ("businessName: 金额", "businessName: 数额", [("amount", "title_zh", W)]),
    ("value: 0.05}", "value: 0.01}", [("", "quarantineTolerance", T)]),
    ("value: 35,", "value: 40,", [("", "freshness", W)]),
    ("encoding: GB18030", "encoding: UTF-8", [("", "server drop", C)]),
    ("mustBeLessOrEqualTo: 20", "mustBeLessOrEqualTo: 10",
     [("", "check person_id_paid_on.duplicateValues", T)]),
    ("mustBeLessOrEqualTo: 20", "mustBeLessOrEqualTo: 30",
     [("", "check person_id_paid_on.duplicateValues", L)]),
    ("returned_on < paid_on", "returned_on <= paid_on", [("", "check returned_after_paid", C)]),
    ("purpose: 发放明细", "purpose: 明细", []),
])  # fmt: skip
def test_the_direction_of_each_change(
    tmp_path: Path, before: str, after: str, expected: list[tuple[str, str, Direction]]
) -> None:
    assert before in SAMPLE
    assert compared(tmp_path, SAMPLE, SAMPLE.replace(before, after, 1)) == expected


def test_nothing_changed_and_the_reverse_turns_the_direction(tmp_path: Path) -> None:
    assert compared(tmp_path, SAMPLE, SAMPLE) == []
    narrower = SAMPLE.replace("maximum: 1000.5", "maximum: 10")
    assert compared(tmp_path, SAMPLE, narrower)[0][2] is T
    assert compared(tmp_path, narrower, SAMPLE)[0][2] is L


def test_only_what_was_right_and_is_not_any_more_is_breaking() -> None:
    from clew.contracts.diff import Change

    assert [Change("d", "c", "w", direction, "").breaking for direction in Direction] == [True, False, True, False]
