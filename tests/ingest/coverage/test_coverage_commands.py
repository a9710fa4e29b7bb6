"""clew coverage: the calendar, the rules that wait, acceptances, and the letters that ask for what is missing."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.ingest.coverage.test_coverage import RULE, without
from tests.ingest.house import House, clew
from tests.ingest.province import LIST, REGIONED, content, month, papers, payments, year

LAW = """
law: example_law
title: Example law
title_zh: 示例法
url: https://example.invalid/
checked: false
last_checked: 2026-06-01
articles:
  "1": {effective_from: 2020-01-01}
"""
MODEL = """
model: unpaid
title: Unpaid
title_zh: 应发未发
status: shadow
owner: office
line: public_interest
supervised_body: 社保中心
goal: Pay.
legal_basis: [{law: example_law, article: "1", effective_from: 2020-01-01}]
rules:
  - {use: example.unpaid, points: 60}
merge: subject
scoring: {method: points, bands: {red: 50}}
routing:
  - otherwise: watch
dispositions: [substantiated, data_error]
"""
AS_OF = ["--as-of", "2026-07-15"]


@pytest.fixture
def office(house: House) -> House:
    """A year of payments without one county's June, a list of people, one model in shadow; screened."""
    root = house.settings.project
    for folder in ("rules/laws", "rules/example", "models/unpaid"):
        (root / folder).mkdir(parents=True)
    (root / "rules/laws/example_law.yml").write_text(LAW, encoding="utf-8")
    (root / "rules/example/unpaid.yml").write_text(RULE, encoding="utf-8")
    (root / "models/unpaid/model.yml").write_text(MODEL, encoding="utf-8")
    house.contract("listed", LIST, kind="register", extra=REGIONED)
    people = "person,region\n340103P1,340103\n340103P2,340103\nnobody,340104\n"
    house.drop("listed", "list.csv", people, "received_on: 2026-06-01\n")
    year(house, last=without("340103"))
    house.con.close()
    return house


def coverage(house: House, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Options of the calendar stand before a subcommand, those of a subcommand after it."""
    return clew(house, capsys, "coverage", *arguments)


def test_the_night_and_the_calendar_say_who_waits(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = clew(office, capsys, "run", *AS_OF)
    assert code == 0, err
    assert "waits for data: example.unpaid, 2 subjects undecided: pay 340103" in out
    assert "clew coverage request" in out
    code, out, _ = coverage(office, capsys, *AS_OF, "--from", "2026-04", "--to", "2026-06")
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.startswith(("pay", "listed"))}
    assert code == 0 and lines["pay"] == ["●", "●", "◐"] and lines["listed"] == ["·", "·", "◐"]
    assert "pay 340103: 2026-06; 2 subjects undecided" in out and "blocks: example.unpaid" in out
    _, out, _ = coverage(office, capsys, *AS_OF, "--from", "2026-05", "--to", "2026-06", "-d", "pay", "--json")
    cells = {(one["region"], one["month"]): one["state"] for one in json.loads(out)["certificates"]}
    assert cells[("340103", "2026-06-01")] == "partial" and cells[("340103", "2026-05-01")] == "complete"


def test_the_request_names_months_rules_and_subjects_and_no_person(
    office: House, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    clew(office, capsys, "run", *AS_OF)
    book, text = tmp_path / "需求.xlsx", tmp_path / "需求.md"
    code, out, _ = coverage(office, capsys, "request", "--out", str(book), "--out", str(text), *AS_OF)
    assert code == 0 and "1 lines to 1 offices" in out
    written = text.read_text(encoding="utf-8")
    assert "| 社保中心 |" in written and "| 340103 | 2026年6月 |" in written and "| example.unpaid | 2 |" in written
    assert "现有2人次未能判定" in written and "340103P1" not in written
    with zipfile.ZipFile(book) as parts:
        strings = parts.read("xl/sharedStrings.xml").decode()
    assert "关于商请提供（补充）数据的函" in strings and "2026年6月" in strings and "340103P1" not in strings
    again = tmp_path / "again.xlsx"
    coverage(office, capsys, "request", "--out", str(again), *AS_OF)
    assert again.read_bytes() == book.read_bytes()
    code, _, err = coverage(office, capsys, "request", "--out", "request.pdf")
    assert code == 2 and "neither .xlsx nor .md" in err


def test_an_acceptance_unblocks_and_taking_it_back_blocks_again(
    office: House, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["-d", "pay", "--reason", "已核实", "--by", "王检察官", "--on", "2026-07-15"]
    clew(office, capsys, "ingest")
    code, out, _ = coverage(office, capsys, "accept", "--region", "3402", *given)
    assert code == 0 and "Nothing is in doubt there" in out
    code, out, _ = coverage(office, capsys, "accept", "--month", "2026-06", "--region", "3401", *given)
    assert code == 0 and "340103" in out and "Accepted as complete" in out
    _, out, _ = coverage(office, capsys, "accept", *given)
    assert "Nothing is in doubt there" in out
    _, out, _ = clew(office, capsys, "run", *AS_OF, "--json")
    [rule] = json.loads(out)["screening"]["rules"]
    assert rule["outcomes"].get("INCONCLUSIVE", 0) == 0 and rule["outcomes"]["CLUE"] == 3
    _, out, _ = coverage(office, capsys, "accept", "--take-back", *given)
    assert "Doubted again" in out
    _, out, _ = clew(office, capsys, "run", *AS_OF, "--json")
    [rule] = json.loads(out)["screening"]["rules"]
    assert (rule["outcomes"]["INCONCLUSIVE"], rule["outcomes"]["CLUE"]) == (2, 1)


def test_what_nobody_certified_is_asked_for(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    office.drop("pay", "june.csv", content(payments(11)), papers(month(11), month(12), "2026-07-05", "rows: 1\n"))
    clew(office, capsys, "run", *AS_OF)
    _, out, _ = coverage(office, capsys, *AS_OF, "--json", "--from", "2026-06", "--to", "2026-06")
    [gap] = [one for one in json.loads(out)["gaps"] if one["subjects"]]
    assert (gap["region"], gap["subjects"]) == ("", 1) and gap["months"] == [str(date(2026, 6, 1))]
    assert "来函称1行" in gap["reason"]["zh"]


def test_a_dataset_or_day_that_is_none_is_a_wrong_argument(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage(office, capsys, "-d", "pai")[0] == 2
    code, _, err = coverage(office, capsys, "--from", "June")
    assert code == 2 and "write 2026-03-31, 2026-03 or 2026" in err
    assert coverage(office, capsys, "accept", "-d", "pay", "--reason", " ", "--by", "x")[0] == 2
