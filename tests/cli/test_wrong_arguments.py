"""Wrong arguments of the commands about data: a sentence and code 2, never silence that reads as good news."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Clew

ID = "340102195003072712"


@pytest.mark.parametrize(
    "arguments",
    [
        "deliveries --dataset paiment", "deliveries --status lost", "deliveries --limit 99999999999999999999",
        "quarantine --dataset paiment", "quarantine show payment/99", "quarantine show other/1",
        "quarantine export payment/99 --purpose case", "quarantine discard other/1 1 --reason r --by b",
        "quarantine show payment/１", "coverage --as-of 9999-12-31", "coverage --from 0001-01 --to 9999-12",
        "coverage --from 2026-06 --to 2026-01", "coverage --region xx", "catalogue --as-of 9999-12-31",
        "run --as-of 9999-12-31", "contract infer a.csv --encoding nonsense",
        "run --as-of 2199-01-01", "ingest --as-of 2199-01-01", "fetch --as-of 2199-01-01",
        "quarantine discard payment/1 1 --reason r --by b --as-of 2199-01-01",
        "quarantine discard payment/1 ² --reason r --by b",
        "land a.csv -d payment --letter 1 --sender s --received-by r --received-on 2199-01-01",
        "coverage accept -d payment --reason r --by b --on 2199-01-01",
    ],
)  # fmt: skip
def test_it_is_said_and_the_code_is_2(
    clew: Clew, office: Path, monkeypatch: pytest.MonkeyPatch, arguments: str
) -> None:
    monkeypatch.chdir(office)
    (office / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ended = clew(*arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.strip() and "line " not in ended.err


def test_a_draft_never_takes_the_place_of_a_contract(clew: Clew, office: Path) -> None:
    (office / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    contract = office / "data_contracts" / "payment.odcs.yaml"
    before = contract.read_bytes()
    assert clew("contract", "infer", office / "a.csv", "-o", contract).code == 2
    assert contract.read_bytes() == before


@pytest.mark.parametrize("content", [f"P1,{ID},李四\nP2,{ID},王五\n".encode(), bytes(range(256)) * 9, bytes(99)])
def test_records_and_bytes_are_no_headings_of_a_draft(clew: Clew, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    ended = clew("contract", "infer", tmp_path / "a.csv")
    assert ended.code == 3 and "I013" in ended.err
    assert "李四" not in ended.err + ended.out and ID not in ended.err + ended.out


@pytest.mark.parametrize("command", [("lint",), ("diff", "delivered.csv")])
def test_a_delivery_named_for_a_contract_is_not_quoted(
    clew: Clew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "delivered.csv").write_text(f"编号,身份证号,姓名\nP1,{ID},李四\n", encoding="utf-8")
    ended = clew("contract", *command, "delivered.csv")
    assert ended.code == 1 and "C001" in ended.err
    assert "李四" not in ended.err + ended.out and ID not in ended.err + ended.out


def test_a_returned_workbook_that_is_not_there(clew: Clew, office: Path) -> None:
    ended = clew("dispose", office / "nowhere.xlsx", "--by", "x", "-C", office)
    assert ended.code != 70 and "there is no such file" in ended.err


def test_a_row_inside_an_archive_is_listed_by_the_number_that_a_decision_takes(clew: Clew, office: Path) -> None:
    import zipfile

    head, good, bad = (office / "var" / "drop" / "payment" / "payments.csv").read_text("utf-8").splitlines()[0], [], []
    for number in range(1, 4):
        good.append(f"Z{number},{ID},李四,2026-05-01,2026-05-10,1.00,340102")
        bad.append(f"Y{number},{ID},李四,2026-05-01,2026-05-10,{-number}.00,340102")
    with zipfile.ZipFile(office / "var" / "drop" / "payment" / "z.zip", "w") as archive:
        archive.writestr("a.csv", "\n".join([head, *good]))
        archive.writestr("b.csv", "\n".join([head, *bad]))
    assert clew("ingest", "-C", office).code == 0
    listed = clew("quarantine", "show", "payment/2", "-C", office).out
    assert "row 5 (b.csv, row 2)" in listed
    released = clew("quarantine", "release", "payment/2", "5", "--reason", "r", "--by", "b", "-C", office)
    assert released.code == 0, released.err
    assert "row 5 (b.csv, row 2)" not in clew("quarantine", "show", "payment/2", "-C", office).out
