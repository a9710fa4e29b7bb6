"""Planted truth: what a sender left out is in doubt, what is only small or seasonal is not, and rules abide by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from clew.completeness.acceptance import Acceptance, record_acceptances
from clew.completeness.certified import certified
from clew.completeness.doubt import Doubt
from clew.engine import Answers, Coverage
from clew.engines.duckdb import for_warehouse
from clew.ingest.coverage.certified import Certificate, certificates, read_coverage
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.parse import parse_rule
from clew.yaml_file import parse_yaml
from tests.ingest.house import House
from tests.ingest.province import (
    COUNTIES,
    LAST,
    LIST,
    PAY,
    REGIONED,
    ROWS,
    Row,
    content,
    doubts,
    month,
    papers,
    payments,
    year,
)

JULY = date(2026, 7, 31)
RULE = """
rule: example.unpaid
title: Unpaid
title_zh: 未发放
status: draft
owner: nobody
created: 2026-01-01
modified: 2026-01-01
tags: [pattern.example]
description: Nobody paid in June.
legal_basis: [{law: example_law, article: "1"}]
false_positives: [none]
datasets: {listed: listed, pay: pay}
steps:
  - from: listed
  - not_exists: pay
    on: pay.person = listed.person
    from: "'2026-06-01'"
    to: "'2026-06-30'"
clue:
  subject: {type: person, id: listed.person}
  strength: [{otherwise: 1.0}]
  message: unpaid
  message_zh: 未发放
  evidence: [{rows: listed, title: On the list, title_zh: 名单}]
tests:
  - {name: t, as_of: 2026-06-30, given: {}, expect: none}
"""


def without(*regions: str) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row for row in rows if not row[4].startswith(regions)]


def cell(house: House, region: str, as_of: date = JULY) -> Certificate:
    found = certificates(house.con, house.catalogue, as_of)
    return next(one for one in found if (one.dataset, one.region, one.month) == ("pay", region, LAST))


def test_a_whole_year_is_complete(house: House) -> None:
    year(house)
    assert doubts(house) == []
    found = certificates(house.con, house.catalogue, date(2026, 6, 30))
    assert {one.state for one in found if one.month < LAST} == {"complete"} and len(found) == 12
    assert read_coverage(house.con, JULY) == (Coverage("pay", "", month(0), month(12)),)


def test_a_withheld_county_is_in_doubt_and_nothing_else_is(house: House) -> None:
    year(house, last=without("340103"))
    [found] = doubts(house)
    assert (found.region, found.on, found.kind, found.rows, found.usual) == ("340103", LAST, Doubt.LOW, 0, ROWS)
    assert cell(house, "340103").state == "partial" and cell(house, "").state == "partial"
    assert "340103" in cell(house, "340103").reason_zh and cell(house, "340103").expected == (found.least, ROWS)
    assert read_coverage(house.con, JULY) == (Coverage("pay", "", month(0), month(11)),)


@pytest.mark.parametrize(
    ("kept", "regions"),
    [
        pytest.param(without("3401"), ["3401"], id="a city"),
        pytest.param(without("340102", "340203"), ["340102", "340203"], id="two counties of different cities"),
        pytest.param(without("34"), [""], id="everything"),
    ],
)
def test_what_is_missing_has_the_shortest_code(
    house: House, kept: Callable[[list[Row]], list[Row]], regions: list[str]
) -> None:
    year(house, last=kept)
    assert [one.region for one in doubts(house)] == regions


def test_a_month_cut_off_is_in_doubt_though_its_volume_is_not(house: House) -> None:
    year(house, last=lambda rows: [row for row in rows if row[2].day <= 22])
    [found] = doubts(house)
    assert (found.kind, found.region, found.edge_on) == (Doubt.CUT, "", date(2026, 6, 22))
    assert found.rows > found.least and "2026-06-22" in cell(house, "").reason_en


def test_a_month_whose_first_days_are_missing_is_in_doubt_too(house: House) -> None:
    year(house, last=lambda rows: [row for row in rows if row[2].day >= 9])
    [found] = doubts(house)
    assert (found.kind, found.region, found.edge_on) == (Doubt.LATE, "", date(2026, 6, 9))
    assert found.rows > found.least and "before 2026-06-09" in cell(house, "").reason_en


def test_a_holiday_may_empty_the_first_days_and_data_may_begin_on_any(house: House) -> None:
    house.contract("pay", PAY, extra=REGIONED)
    quiet = {0: 9, 3: 8}  # the first month of all, and October
    rows = [row for number in range(12) for row in payments(number) if row[2].day >= quiet.get(number, 1)]
    house.drop("pay", "all.csv", content(rows), papers(month(0), month(12), "2026-07-05"))
    house.ingest()
    assert doubts(house) == []


def test_a_thinned_month_is_in_doubt_everywhere(house: House) -> None:
    year(house, last=lambda rows: rows[::3])
    assert [(one.region, one.kind) for one in doubts(house)] == [("", Doubt.LOW)]


def test_a_small_county_may_be_empty_for_a_month(house: House) -> None:
    year(house, last=without("340103"), rows=3)
    assert doubts(house) == []


def test_a_small_county_that_stays_empty_is_in_doubt(house: House) -> None:
    house.contract("pay", PAY, extra=REGIONED)
    rows = [row for number in range(16) for row in payments(number, rows=7) if number < 11 or row[4] != "340103"]
    house.drop("pay", "all.csv", content(rows), papers(month(0), month(16), "2026-11-05"))
    house.ingest()
    assert {(one.region, one.on) for one in doubts(house, date(2026, 11, 30))} == {
        ("340103", month(number)) for number in range(11, 16)
    }


def test_with_few_months_there_is_no_expectation(house: House) -> None:
    house.contract("pay", PAY, extra=REGIONED)
    rows = [row for number in range(7, 11) for row in payments(number)] + without("34010")(payments(11))
    house.drop("pay", "few.csv", content(rows), papers(month(7), month(12), "2026-07-05"))
    house.ingest()
    assert doubts(house) == [] and cell(house, "").state == "complete"


def test_a_quiet_month_that_comes_back_each_year_is_the_season(house: House) -> None:
    house.contract("pay", PAY, extra=REGIONED)
    rows = [row for number in range(24) for row in payments(number, rows=4 if number % 12 == 7 else ROWS)]
    house.drop("pay", "two.csv", content(rows), papers(month(0), month(24), "2027-07-05"))
    house.ingest()
    assert doubts(house, date(2027, 7, 31)) == []


def test_a_county_withheld_for_more_than_a_year_does_not_become_usual(house: House) -> None:
    house.contract("pay", PAY, extra=REGIONED)
    rows = [row for number in range(26) for row in payments(number) if number < 8 or row[4] != "340103"]
    house.drop("pay", "long.csv", content(rows), papers(month(0), month(26), "2027-09-05"))
    house.ingest()
    assert {one.on for one in doubts(house, date(2027, 9, 30))} == {month(number) for number in range(8, 26)}


def test_sent_again_whole_it_counts_from_that_day_on(house: House) -> None:
    year(house, last=without("340103"))
    again = papers(month(11), month(12), "2026-07-20", "replaces: june.csv\n")
    house.drop("pay", "june_again.csv", content(payments(11)), again)
    house.ingest()
    assert doubts(house) == []
    assert [one.region for one in doubts(house, date(2026, 7, 19))] == ["340103"]


def test_a_shrunken_list_is_in_doubt(house: House) -> None:
    house.contract("listed", LIST, kind="register", extra=REGIONED)
    for number in range(4):
        rows = [f"{row[1]},{row[4]}" for row in payments(number) if number < 3 or row[4] != "340202"]
        day = f"2026-0{number + 1}-05"
        house.drop("listed", f"{number}.csv", "\n".join(["person,region", *rows]) + "\n",
                   papers(date(2020, 1, 1), month(7 + number), day))  # fmt: skip
        house.ingest()
    [found] = certified(house.con, JULY).doubts
    assert (found.region, found.kind, found.start) == ("340202", Doubt.SHRUNK, date(2020, 1, 1))
    assert certified(house.con, date(2026, 3, 31)).doubts == ()


def listed(house: House, number: int, *, broken: int = 0) -> None:
    """A list of everybody; of the first so many the region is too long for the contract."""
    limited = LIST.replace("region, logicalType: string", "region, logicalType: string, enum: [%s]") % ", ".join(
        f"{{value: '{county}'}}" for county in COUNTIES
    )
    house.contract("listed", limited, kind="register", extra=REGIONED)
    people = [(row[1], row[4]) for row in payments(number)]
    rows = [f"{person},{'x' if index < broken else region}" for index, (person, region) in enumerate(people)]
    house.drop("listed", f"{number}.csv", "\n".join(["person,region", *rows]) + "\n",
               papers(date(2020, 1, 1), month(7 + number), f"2026-0{number + 1}-05"))  # fmt: skip
    house.ingest()


def test_a_list_whose_rows_are_deleted_is_in_doubt_from_that_day_on(house: House) -> None:
    for number in range(4):
        listed(house, number)
    gone = [f"340202P{index}" for index in range(ROWS)]
    house.drop("listed", "gone.csv", "\n".join(["person", *gone]) + "\n", "received_on: 2026-06-20\nmode: deletion\n")
    house.ingest()
    [found] = certified(house.con, JULY).doubts
    assert (found.region, found.kind, found.rows) == ("340202", Doubt.SHRUNK, 0)
    assert certified(house.con, date(2026, 6, 19)).doubts == ()


def test_rows_that_come_back_belong_to_their_list(house: House) -> None:
    """Of the last list a county was set aside; what is sent again is no list of its own, and makes the first whole."""
    for number in range(4):
        listed(house, number, broken=ROWS if number == 3 else 0)
    assert [one.region for one in certified(house.con, JULY).doubts] == ["340102"]
    [(batch,)] = house.rows("select max(batch) from clew.delivery")
    back = "\n".join(["person,region", *(f"340102P{index},340102" for index in range(ROWS))]) + "\n"
    rows = [row for (row,) in house.rows("select row from clew.quarantine where batch = ? order by row", batch)]
    house.drop("listed", "back.csv", back, f"received_on: 2026-06-20\nresubmits: {{batch: {batch}, rows: {rows}}}\n")
    house.ingest()
    assert certified(house.con, JULY).doubts == ()
    assert [one.region for one in certified(house.con, date(2026, 6, 19)).doubts] == ["340102"]


# --- regions that the contract expects ------------------------------------------------------------------------------

EXPECTED = REGIONED + "  - {property: regions, value: ['3401', '3402', '340999', '3403']}\n"


def test_a_county_that_never_sent_anything_is_missed(house: House) -> None:
    year(house)
    assert doubts(house) == []
    house.contract("pay", PAY, extra=EXPECTED)
    house.drop("pay", "july.csv", content(payments(12)), papers(month(12), month(13), "2026-08-05"))
    house.ingest()
    found = doubts(house, date(2026, 8, 31))
    assert {(one.region, one.kind) for one in found} == {("340999", Doubt.ABSENT)}
    assert [one.start for one in found] == [month(number) for number in range(13)]
    assert doubts(house) == [], "as of a day before that delivery nothing was expected"
    told = {one.region: one for one in certificates(house.con, house.catalogue, date(2026, 8, 31)) if one.month == LAST}
    assert (told["340999"].state, told["3401"].state) == ("partial", "complete")
    assert "从未收到" in told["340999"].reason_zh and "ever received" in told["340999"].reason_en
    late = [(f"x{number}", "Q", month(number), "1.00", "340999") for number in range(13)]
    house.drop("pay", "late.csv", content(late), "received_on: 2026-08-20\n")
    house.ingest()
    assert doubts(house, date(2026, 8, 31)) == []


def test_a_list_without_an_expected_region_is_in_doubt(house: House) -> None:
    house.contract("listed", LIST, kind="register", extra=EXPECTED)
    rows = [f"{row[1]},{row[4]}" for row in payments(0)]
    whole = papers(date(2020, 1, 1), month(7), "2026-01-05")
    house.drop("listed", "a.csv", "\n".join(["person,region", *rows]) + "\n", whole)
    house.ingest()
    [found] = certified(house.con, JULY).doubts
    assert (found.region, found.kind, found.on) == ("340999", Doubt.ABSENT, date(2026, 1, 5))
    house.drop("listed", "a.csv", "\n".join(["person,region", *rows, "X,340999"]) + "\n", whole)
    house.ingest()
    assert certified(house.con, JULY).doubts == ()


# --- acceptance ----------------------------------------------------------------------------------------------------


def decide(house: House, *, accepted: bool, on: date, rows: int = 0) -> None:
    record_acceptances(house.con, [Acceptance("pay", "340103", LAST, rows, accepted, on, "王检察官", "已核实")])


def test_what_a_person_accepts_counts_from_that_day_until_it_is_taken_back(house: House) -> None:
    year(house, last=without("340103"))
    decide(house, accepted=True, on=date(2026, 7, 10))
    decide(house, accepted=False, on=date(2026, 7, 20))
    ends = {day: read_coverage(house.con, date(2026, 7, day))[-1].end for day in (9, 10, 19, 20)}
    assert ends == {9: month(11), 10: month(12), 19: month(12), 20: month(11)}
    assert "人工确认" in cell(house, "340103", date(2026, 7, 15)).reason_zh


def test_another_count_than_the_accepted_one_asks_again(house: House) -> None:
    year(house, last=without("340103"))
    decide(house, accepted=True, on=date(2026, 7, 10))
    few = [row for row in payments(11) if row[4] == "340103"][:5]
    house.drop("pay", "few.csv", content(few), "received_on: 2026-07-15\n")
    house.ingest()
    assert read_coverage(house.con, date(2026, 7, 14))[-1].end == month(12)
    assert read_coverage(house.con, date(2026, 7, 15))[-1].end == month(11)


# --- end to end: a rule that looks for an absence ------------------------------------------------------------------


def screened(house: House, as_of: date = date(2026, 7, 31)) -> Answers:
    people = [("a", "340103"), ("b", "340104"), ("c", "3401"), ("d", "3402"), ("e", "34"), ("f", "340203")]
    house.contract("listed", LIST, kind="register", extra=REGIONED)
    rows = [f"{person},{region}" for person, region in people]
    house.drop("listed", "list.csv", "\n".join(["person,region", *rows]) + "\n", "received_on: 2026-06-01\n")
    house.ingest()
    problems = Problems()
    node = parse_yaml(RULE, "rule.yml", problems)
    assert node is not None
    rule = parse_rule(node, "rule.yml", problems)
    assert rule is not None, [str(one) for one in problems]
    plan = compile_rule(rule, house.catalogue, problems, as_of=as_of)
    assert plan is not None, [str(one) for one in problems]
    return for_warehouse(house.con, as_of).run(plan)


def subjects(answers: Answers) -> tuple[set[str], set[str]]:
    return (
        {row["subject"] for row in answers.clues.to_pylist()},
        {row["subject"] for row in answers.inconclusive.to_pylist()},
    )


def test_nobody_of_a_withheld_county_is_named(house: House) -> None:
    """Of the county, of its city and of the province as a whole nothing can be said; of its neighbours it can."""
    year(house, last=without("340103"))
    assert subjects(screened(house)) == ({"b", "d", "f"}, {"a", "c", "e"})


def test_with_everything_there_all_are_decided(house: House) -> None:
    year(house)
    assert subjects(screened(house)) == ({"a", "b", "c", "d", "e", "f"}, set())


def test_nobody_is_named_where_the_month_is_cut_off(house: House) -> None:
    year(house, last=lambda rows: [row for row in rows if row[2].day <= 22])
    assert subjects(screened(house)) == (set(), {"a", "b", "c", "d", "e", "f"})


def test_an_acceptance_lets_the_rule_decide(house: House) -> None:
    year(house, last=without("340103"))
    decide(house, accepted=True, on=date(2026, 7, 10))
    assert subjects(screened(house)) == ({"a", "b", "c", "d", "e", "f"}, set())


def test_a_wrong_total_names_nobody(house: House) -> None:
    year(house)
    wrong = papers(month(11), month(12), "2026-07-06", "totals: {amount: 2400.01}\n")
    house.drop("pay", "june.csv", content(payments(11)), wrong)
    house.ingest()
    assert subjects(screened(house)) == (set(), {"a", "b", "c", "d", "e", "f"})
    assert "-0.01" in cell(house, "").reason_en and cell(house, "").state == "partial"


def test_a_month_whose_rows_are_deleted_is_in_doubt_from_that_day_on(house: House) -> None:
    year(house)
    assert doubts(house) == []
    gone = [f"11-{county}-{index}" for county in COUNTIES for index in range(ROWS)]
    house.drop("pay", "gone.csv", "\n".join(["payment_id", *gone]) + "\n", "received_on: 2026-07-20\nmode: deletion\n")
    house.ingest()
    assert [(one.region, one.start, one.rows) for one in doubts(house)] == [("", LAST, 0)]
    assert doubts(house, date(2026, 7, 19)) == []


def test_corrected_rows_are_counted_where_they_are_now(house: House) -> None:
    year(house)
    moved = [(key, person, month(10), paid, region) for key, person, _, paid, region in payments(11)]
    papers_ = "received_on: 2026-07-20\nmode: correction\n"
    house.drop("pay", "moved.csv", content(moved), papers_)
    house.ingest()
    assert [(one.region, one.start, one.rows) for one in doubts(house)] == [("", LAST, 0)]
    same = [(key, person, day, "11.00", region) for key, person, day, _, region in payments(11)]
    house.drop("pay", "moved.csv", content(same), papers_)
    house.ingest()
    assert doubts(house) == []
