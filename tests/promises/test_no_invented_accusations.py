"""Absence counts only inside certified coverage; what is withheld may silence a clue, and never makes one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.promises.office import IDS, Night, Office, entitled, payment, sheltered, usual

FULL = {IDS[0], IDS[3]}
"""Entitled, in no shelter, and nothing paid in March, April and May."""


def test_with_all_the_data_those_unpaid_are_found(usual_night: Night) -> None:
    assert usual_night.clues() == FULL
    assert usual_night.undecided() == set()
    assert [str(one) for one in usual_night.screening.problems] == []


def withhold(*names: str) -> Callable[[Office], None]:
    def change(office: Office) -> None:
        for name in names:
            for path in office.settings.drop_dir.glob(f"*/{name}*"):
                path.unlink()

    return change


def papers(file: str, old: str, new: str) -> Callable[[Office], None]:
    def change(office: Office) -> None:
        [path] = office.settings.drop_dir.glob(f"*/{file}.yml")
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


def spoiled(file: str, *rows: str) -> Callable[[Office], None]:
    def change(office: Office) -> None:
        [path] = office.settings.drop_dir.glob(f"*/{file}")
        path.write_text(path.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")

    return change


BROKEN = [payment(1, "2026-13-99", f"X{number}") for number in range(3)]

WITHHELD: dict[str, tuple[Callable[[Office], None], set[str]]] = {
    # case: what is done to the delivery, and who stays accused
    "a month's file": (withhold("二季度.csv"), set()),
    "every payment": (withhold("一季度.csv", "二季度.csv"), set()),
    "the register of the excuse": (withhold("机构.csv"), set()),
    "the certificate": (papers("二季度.csv", "complete: true", "complete: false"), set()),
    "the letter": (withhold("二季度.csv.yml"), set()),
    "rows below the control total": (papers("二季度.csv", "complete: true", "complete: true\nrows: 5"), set()),
    "rows above the tolerance": (spoiled("二季度.csv", *BROKEN), set()),
    "one day in the middle": (papers("二季度.csv", "from: 2026-04-01", "from: 2026-04-02"), set()),
    "the last day": (papers("二季度.csv", "to: 2026-07-01", "to: 2026-05-31"), set()),
    "another region's list only": (papers("机构.csv", "complete", "region: 3402\ncomplete"), set()),
    "until after the day of the screening": (papers("二季度.csv", "2026-06-20", "2026-07-02"), set()),
    "the last day exactly reached": (papers("二季度.csv", "to: 2026-07-01", "to: 2026-06-01"), FULL),
    "the very control total": (papers("二季度.csv", "complete: true", "complete: true\nrows: 4"), FULL),
}


@pytest.mark.parametrize("case", list(WITHHELD))
def test_what_is_withheld_makes_no_clue(office: Office, case: str) -> None:
    usual(office)
    change, left = WITHHELD[case]
    change(office)
    night = office.night()
    assert night.clues() == left
    assert night.undecided() >= FULL - left, "who cannot be decided is said to be"


def test_a_key_in_quarantine_is_no_absence(office: Office) -> None:
    usual(office)
    many = [payment(1, "2026-04-05", f"G{number}") for number in range(20)]
    spoiled("二季度.csv", *many, payment(0, "2026-04-31", "P9"))(office)
    night = office.night()
    assert IDS[0] not in night.clues() and IDS[0] in night.undecided()
    assert IDS[3] in night.clues()


def test_a_quarantined_excuse_is_no_absence_of_excuse(office: Office) -> None:
    usual(office)
    [path] = office.settings.drop_dir.glob("shelter/机构.csv")
    good = [f"{IDS[2]},某,340103" for _ in range(9)]
    contract = office.settings.project / "data_contracts" / "shelter.odcs.yaml"
    text = contract.read_text("utf-8")
    contract.write_text(
        text.replace(
            "name: name, physicalName: 姓名, logicalType: string",
            "name: name, physicalName: 姓名, logicalType: string, required: true",
        ),
        "utf-8",
    )
    rule = office.settings.project / "rules" / "care" / "unpaid.yml"
    rule.write_text(rule.read_text("utf-8").replace("expect: n:1", "expect: n:m"), "utf-8")
    path.write_text("\n".join(["身份证号,姓名,区划", *good, f"{IDS[0]},,340103"]) + "\n", "utf-8")
    night = office.night()
    assert IDS[0] not in night.clues() and IDS[0] in night.undecided()


def test_a_shorter_correction_takes_its_rows_and_its_certificate_along(office: Office) -> None:
    """The corrected file lacks person 1's payment, and speaks for April only."""
    usual(office)
    office.ingest()
    office.drop(
        "payment",
        "二季度.csv",
        [payment(2, "2026-05-03", "P4")],
        "received_on: 2026-06-25\nperiod: {from: 2026-04-01, to: 2026-05-01}",
    )
    night = office.night()
    assert night.clues() == set() and night.undecided() >= FULL


def test_a_list_of_another_region_does_not_wipe_the_first(office: Office) -> None:
    usual(office)
    papers("机构.csv", "complete", "region: 3401\ncomplete")(office)
    office.ingest()
    office.drop("shelter", "外市机构.csv", sheltered(0, region="340202"), "region: 3402\nreceived_on: 2026-06-21")
    night = office.night()
    assert night.clues() == {IDS[3]}, "the second city's list excuses person 0, and the first city's person 2"
    assert night.clues("care.much") == {IDS[2]}


def test_the_same_delivery_under_another_name_counts_no_money_twice(office: Office) -> None:
    usual(office)
    office.drop(
        "payment",
        "二季度（重发）.csv",
        [
            payment(2, "2026-05-03", "P4"),
            payment(2, "2026-06-03", "P5", "99.50"),
            payment(2, "2026-06-04", "P6", "1"),
            payment(1, "2026-04-03", "P3"),
        ],
        "received_on: 2026-06-22\nperiod: {from: 2026-04-01, to: 2026-07-01}",
    )
    office.drop("shelter", "机构.csv", sheltered(2, 2, 2))
    rule = office.settings.project / "rules" / "care" / "unpaid.yml"
    rule.write_text(rule.read_text("utf-8").replace("expect: n:1", "expect: n:m"), "utf-8")
    night = office.night()
    assert night.rows("select amount from clew.clue where subject = ?", IDS[2]) == [(Decimal("200.00"),)]


def test_looking_back_gives_what_was_found_then(tmp_path: Path) -> None:
    """Corrections received later are invisible on the earlier day, and so are their certificates."""
    from tests.promises.office import make_office

    def told(night: Night) -> list[tuple[object, ...]]:
        return night.rows(
            "select clue_id, score, band, amount, due_on, content_hash, evidence_hash from clew.clue order by all"
        ) + night.rows("select subject, reason from clew.undecided order by all")

    then, now = make_office(tmp_path / "then"), make_office(tmp_path / "now")
    for office in (then, now):
        usual(office)
    now.ingest()
    now.drop("entitled", "名册.csv", entitled(1), "received_on: 2026-07-03")
    now.drop("shelter", "机构.csv", sheltered(0, 3), "received_on: 2026-07-04")
    now.drop(
        "payment",
        "二季度.csv",
        [payment(0, "2026-04-03", "P7")],
        "received_on: 2026-07-05\nperiod: {from: 2026-04-01, to: 2026-07-01}",
    )
    now.ingest()
    assert told(now.night()) == told(then.night())
    later = now.night(date(2026, 7, 31))
    assert later.clues() == set()
