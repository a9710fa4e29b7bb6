"""quarantine by commands alone: looked at, exported, filled in, sent back, released, discarded."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import AS_OF, PAYMENTS, Clew

BAD = """\
P5,11010519491231002X,=HYPERLINK("x"),2026-05-01,2026-05-10,-1,340102
P6,340102195003072719,李四,2026-05-01,2026-05-10,500.00,340102
P7,340102195003072712,李四,2026-05-01,五月十日,500.00,340102
P1,340102195003072712,李四,2026-05-01,2026-05-10,500.00,340102
"""
HEAD = PAYMENTS.splitlines()[0]
LETTER = "received_on: 2026-06-12\nsender: 示例发放单位\nperiod: {from: 2026-05-01, to: 2026-06-01}\ncomplete: true\n"


@pytest.fixture
def held(clew: Clew, office: Path) -> Path:
    """A second delivery, all four rows of it set aside."""
    drop = office / "var" / "drop" / "payment"
    (drop / "bad.csv").write_text(f"{HEAD}\n{BAD}", encoding="utf-8")
    (drop / "bad.csv.yml").write_text(LETTER, encoding="utf-8")
    assert clew("ingest", "-C", office).code == 0
    return office


def drop_back(office: Path, workbook: Path, day: str = "2026-06-20") -> None:
    drop = office / "var" / "drop" / "payment"
    (drop / workbook.name).write_bytes(workbook.read_bytes())
    (drop / f"{workbook.name}.yml").write_text(f"received_on: {day}\nresubmits: 2\n", encoding="utf-8")


def exported(clew: Clew, office: Path, purpose: str = "case") -> Path:
    done = clew("quarantine", "export", "payment/2", "-C", office, "--purpose", purpose, "--json")
    assert done.code == 0, done.err
    [written] = json.loads(done.out)
    return Path(written["workbook"])


def cells(path: Path) -> tuple[openpyxl.Workbook, dict[str, int], int]:
    """The workbook, its headings' columns, and the heading's row."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row = next(row for row in range(1, 11) if sheet.cell(row, 1).value == "退回编号")
    return book, {str(cell.value): cell.column for cell in sheet[row]}, row


def test_the_summary_counts_by_delivery_and_reason_and_shows_nobody(clew: Clew, held: Path) -> None:
    said = clew("quarantine", "-C", held)
    assert "payment/2" in said.out and "4 rows are open in 1 deliveries." in said.out
    assert "李四" not in said.out and "340102195003072719" not in said.out
    [one] = json.loads(clew("quarantine", "-C", held, "--json").out)
    assert (one["set_aside"], one["open"], one["sender"]) == (4, 4, "示例发放单位")


def test_show_masks_unless_the_purpose_is_a_case(clew: Clew, held: Path) -> None:
    said = clew("quarantine", "show", "payment/2", "-C", held)
    assert "row 2" in said.out and "李*" in said.out and "李四" not in said.out
    assert "340102195003072719" in clew("quarantine", "show", "payment/2", "-C", held, "--purpose", "case").out
    assert clew("quarantine", "show", "payment/x", "-C", held).code == 2


def test_the_workbook_comes_back_mended_and_its_rows_join_their_delivery(clew: Clew, held: Path) -> None:
    path = exported(clew, held)
    first = path.read_bytes()
    assert exported(clew, held).read_bytes() == first, "the same rows, the same bytes"
    book, columns, heading = cells(path)
    sheet = book.worksheets[0]
    assert list(columns)[5:] == HEAD.split(",")
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=heading + 1) for cell in row if cell.value is not None}
    assert "f" not in kinds
    first_row = heading + 1
    assert sheet.cell(first_row, columns["姓名"]).value == '=HYPERLINK("x")'
    amount = sheet.cell(first_row, columns["金额"])
    assert amount.number_format == "@" and amount.fill.fgColor.rgb == "FFFBD5D5"
    assert sheet.cell(first_row, columns["支付编号"]).fill.fgColor.rgb != "FFFBD5D5"
    assert " / " in str(sheet.cell(first_row, columns["退回原因"]).value)
    by_id = {sheet.cell(row, columns["支付编号"]).value: row for row in range(first_row, first_row + 4)}
    sheet.cell(by_id["P5"], columns["金额"]).value = "1"
    sheet.cell(by_id["P5"], columns["姓名"]).value = "张建国"
    sheet.cell(by_id["P6"], columns["身份证号"]).value = "340102195003072712"
    sheet.cell(by_id["P7"], columns["发放日期"]).value = "2026-05-10"
    sheet.delete_rows(by_id["P1"])
    book.save(path)
    drop_back(held, path)
    done = clew("ingest", "-C", held, "--json")
    report = json.loads(done.out)
    [file] = [one for one in report["files"] if one["file"] == path.name]
    assert (file["status"], file["rows_loaded"], file["rows_quarantined"]) == ("loaded", 3, 0), done.err
    assert "I011" not in {problem["code"] for problem in report["problems"]}
    assert json.loads(clew("drift", "-C", held, "--json").out) == [], "the workbook's own columns are no news"
    [one] = json.loads(clew("quarantine", "-C", held, "--json").out)
    assert (one["open"], one["fates"]["resubmitted"]) == (1, 3)


def test_a_masked_workbook_shows_nobody_and_is_not_taken_back(clew: Clew, held: Path) -> None:
    path = exported(clew, held, "list")
    book, _, _ = cells(path)
    shown = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not any("李四" in text or "340102195003072719" in text for text in shown)
    drop_back(held, path)
    done = clew("ingest", "-C", held)
    assert done.code == 3 and "I074 this is a masked workbook" in done.err


def test_release_and_discard_are_recorded_and_said_in_why(clew: Clew, held: Path) -> None:
    who = ("--reason", "已与发放单位核实", "--by", "李科长", "--as-of", "2026-06-20", "-C", held)
    refused = clew("quarantine", "release", "payment/2", "1,3-4", *who)
    assert refused.code == 3 and refused.err.count("I078") >= 2 and "李四" not in refused.err
    assert "2 rows released" in clew("quarantine", "release", "payment/2", "1,2", *who).out
    assert "nothing changed" in clew("quarantine", "release", "payment/2", "1,2", *who).out
    assert "1 rows discarded" in clew("quarantine", "discard", "payment/2", "4", *who).out
    assert clew("verify", "-C", held).code == 0, "the decisions themselves are landed and hashed"
    assert clew("quarantine", "release", "payment/2", "9", *who).code == 3
    assert clew("quarantine", "release", "payment/2", "9-1", *who).code == 2
    drop = held / "var" / "drop" / "payment"
    (drop / "late.csv").write_text(f"{HEAD}\nP9,11010519491231002X,张建国,2026-05-01,2026-05-12,-1,340102\n", "utf-8")
    (drop / "late.csv.yml").write_text("received_on: 2026-06-13\n", "utf-8")
    clew("ingest", "-C", held)
    [last, *_] = [one["batch"] for one in json.loads(clew("quarantine", "-C", held, "--json").out)][::-1]
    assert "1 rows released" in clew("quarantine", "release", f"payment/{last}", "1", *who).out
    assert clew("run", "-C", held, "--as-of", AS_OF).code == 0
    clues = json.loads(clew("clues", "-C", held, "--json").out)["clues"]
    said = [clew("why", clue["clue_id"], "-C", held, "--lang", "en").out for clue in clues]
    assert any("released on 2026-06-20 by 李科长: 已与发放单位核实" in one for one in said), said
