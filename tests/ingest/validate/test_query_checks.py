"""Quality rules in SQL and of Great Expectations on deliveries: rows set aside, deliveries stopped or warned of."""

from __future__ import annotations

import pytest

from clew.ingest.report.data_docs import write_validation_docs
from clew.ingest.report.report import FileReport, IngestReport
from tests.ingest.house import House

STAY = """
  - {name: stay_id, physicalName: 编号, logicalType: string, primaryKey: true}
  - {name: person_id, physicalName: 身份证号, logicalType: string, classification: sensitive}
  - {name: paid_on, physicalName: 入住, logicalType: date}
  - {name: left_on, physicalName: 离开, logicalType: date}
  - {name: beds, physicalName: 床位, logicalType: integer}
  - {name: extra, physicalName: 附加, logicalType: array, items: {logicalType: integer}}
"""
STAYS = (
    "编号,身份证号,入住,离开,床位,附加\n"
    "1,A,2026-01-01,2026-02-01,4,\"[1,2]\"\n"
    "2,A,2026-01-15,2026-03-01,6,[]\n"
    "3,A,2026-03-01,2026-04-01,8,\n"
    "4,B,2026-01-01,2026-02-01,9,[3]\n"
)  # fmt: skip
OVERLAP = """
type: sql
name: no_overlap
description: 同一人的入住期间不得重叠
query: |
  SELECT a._row FROM {object} a JOIN {object} b
    ON a.person_id = b.person_id AND a.stay_id <> b.stay_id
   AND a.paid_on < b.left_on AND b.paid_on < a.left_on
mustBe: 0
"""
MONOTONE = """
type: sql
name: beds_grow
query: |
  WITH s AS (SELECT beds, lag(beds) OVER (PARTITION BY person_id ORDER BY stay_id) AS before FROM {object})
  SELECT COUNT(*) FROM s WHERE beds < before
mustBe: 0
"""


def quality(*rules: str) -> str:
    """Rules under the table, each a YAML mapping."""
    found = "    quality:\n" if rules else ""
    for rule in rules:
        first, *rest = rule.strip("\n").splitlines()
        found += f"      - {first}\n" + "".join(f"        {line}\n" for line in rest)
    return found


def taken(house: House, *rules: str, content: str = STAYS) -> tuple[IngestReport, FileReport]:
    house.contract("stay", STAY, quality=quality(*rules))
    house.drop("stay", "a.csv", content)
    report = house.ingest()
    return report, report.files[0]


def test_rows_that_disagree_with_other_rows_are_set_aside(house: House) -> None:
    _, file = taken(house, OVERLAP, MONOTONE)
    assert (file.status, file.rows_read, file.rows_loaded, file.rows_quarantined) == ("loaded", 4, 2, 2)
    assert house.rows("select row, reasons from clew.quarantine order by row") == [
        (1, ["no_overlap: 同一人的入住期间不得重叠"]),
        (2, ["no_overlap: 同一人的入住期间不得重叠"]),
    ]


@pytest.mark.parametrize(("rule", "status"), [
    (MONOTONE, "loaded"),
    (MONOTONE.replace("beds < before", "beds > before"), "refused"),
    (MONOTONE.replace("beds < before", "beds > before") + "severity: warning\n", "loaded"),
    ("type: sql\nquery: SELECT sum(beds) FROM {object}\nmustBeBetween: [27, 30]", "loaded"),
    ("type: sql\nquery: SELECT sum(beds) FROM {object}\nmustBeGreaterThan: 27", "refused"),
    ("type: sql\nquery: SELECT avg(beds) FROM {object}\nmustBe: 6.75", "loaded"),
    ("type: sql\nquery: SELECT max(beds) FROM {object} WHERE beds > 100\nmustBeLessThan: 5", "refused"),
    ("type: sql\nquery: SELECT person_id FROM {object} GROUP BY person_id HAVING count(*) > 2\nmustBeLessThan: 2",
     "loaded"),
    ("type: sql\nquery: SELECT COUNT(*) FROM {object} WHERE beds > 5\nmustBeLessOrEqualTo: 3", "loaded"),
    ("type: sql\nquery: SELECT COUNT(*) FROM {object} WHERE beds > 5\nmustBeLessThan: 3\nunit: rows", "refused"),
    ("type: sql\nquery: SELECT COUNT(*) FROM {object} WHERE beds > 5\nmustBeBetween: [75, 80]\nunit: percent",
     "loaded"),
    ("metric: rowCount\nmustNotBeBetween: [1, 3]", "loaded"),
    ("metric: rowCount\nmustNotBe: 4", "refused"),
    ("metric: nullValues\narguments: {properties: [extra]}\nmustBe: 1", "loaded"),
    ("metric: nullValues\narguments: {properties: [extra]}\nmustBeGreaterThan: 1", "refused"),
    ("metric: missingValues\narguments: {properties: [person_id], missingValues: [B, null]}\nmustBeLessThan: 2",
     "loaded"),
    ("metric: missingValues\narguments: {properties: [person_id], missingValues: [A]}\nmustBeLessThan: 50\n"
     "unit: percent", "refused"),
    ("metric: invalidValues\narguments: {properties: [person_id], validValues: [A]}\nmustNotBe: 0", "loaded"),
    ("metric: duplicateValues\narguments: {properties: [person_id]}\nmustBe: 3", "loaded"),
])  # fmt: skip
def test_a_number_is_compared_as_the_rule_says(house: House, rule: str, status: str) -> None:
    report, file = taken(house, rule)
    assert file.status == status, file.problem
    if "severity: warning" in rule:
        assert [problem.code for problem in report.problems if problem.code == "I020"] == ["I020"]


def gx(kind: str, kwargs: str) -> str:
    return f"type: custom\nengine: greatExpectations\nimplementation: {{type: {kind}, kwargs: {kwargs}}}"


@pytest.mark.parametrize(("rule", "status", "aside"), [
    (gx("expect_column_values_to_be_between", "{column: beds, min_value: 5, max_value: 9, strict_max: true}"),
     "loaded", [1, 4]),
    (gx("expect_column_values_to_be_between", "{column: beds, min_value: 5, mostly: 0.8}"), "refused", []),
    (gx("expect_column_values_to_be_between", "{column: beds, min_value: 5, mostly: 0.75}"), "loaded", []),
    (gx("expect_column_pair_values_a_to_be_greater_than_b", "{column_A: left_on, column_B: paid_on}"), "loaded", []),
    (gx("expect_column_values_to_be_null", "{column: extra, mostly: 0.25}"), "loaded", []),
    (gx("expect_column_max_to_be_between", "{column: beds, maxValue: 9}"), "loaded", []),
    (gx("expect_column_values_to_be_increasing", "{column: beds, strictly: true}"), "loaded", []),
    (gx("expect_column_values_to_be_decreasing", "{column: beds}"), "refused", []),
    (gx("expect_column_values_to_match_regex_list", "{column: stay_id, regex_list: ['^[12]$', '^[3-9]$']}"),
     "loaded", []),
    (gx("expect_column_distinct_values_to_equal_set", "{column: person_id, value_set: [A]}"), "refused", []),
    (gx("expect_column_value_z_scores_to_be_less_than", "{column: person_id, threshold: 3, double_sided: true}"),
     "refused", []),
])  # fmt: skip
def test_expectations_judge_a_delivery(house: House, rule: str, status: str, aside: list[int]) -> None:
    report, file = taken(house, rule)
    assert file.status == status, file.problem
    assert [row for (row,) in house.rows("select row from clew.quarantine order by row")] == aside
    said = " ".join(str(problem) for problem in report.problems)
    assert "could not be worked out" in said or "z_scores" not in rule


def test_a_rule_that_fails_while_it_runs_stops_the_delivery_without_showing_a_value(house: House) -> None:
    rule = """
type: sql
query: SELECT _row FROM {object} WHERE beds * beds * 1000000000 * 1000000000 > beds AND person_id = 'A'
mustBe: 0
"""
    report, file = taken(house, rule)
    assert file.status == "refused"
    assert "could not be worked out (OutOfRangeException)" in str(file.problem)
    assert "1000000000" not in " ".join(str(problem) for problem in report.problems)
    assert house.rows("select count(*) from data.stay") == [(0,)]


def test_nested_values_are_checked_for_their_shape(house: House) -> None:
    _, file = taken(house, content=STAYS.replace("[3]", "[x]").replace('"[1,2]"', '"[1,""a""]"'))
    assert (file.rows_loaded, file.rows_quarantined) == (2, 2), file.problem
    assert {reasons[0].split(":")[0] for (reasons,) in house.rows("select reasons from clew.quarantine")} == {
        "extra.shape"
    }


def test_verdicts_of_such_checks_stand_in_the_data_docs(house: House) -> None:
    _, file = taken(
        house, OVERLAP, MONOTONE, gx("expect_column_values_to_be_increasing", "{column: beds}"),
        gx("expect_column_min_to_be_between", "{column: beds, min_value: 1}"),
    )  # fmt: skip
    assert file.status == "loaded"
    index = write_validation_docs(house.con, house.settings, house.catalogue)
    assert index is not None
    page = next(path for path in index.parent.rglob("*.html") if "validations" in path.parts).read_text("utf-8")
    assert "no_overlap" in page or "同一人的入住期间不得重叠" in page
