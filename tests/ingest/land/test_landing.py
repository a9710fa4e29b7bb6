"""clew land, clew deliveries, clew coverage: what a person types, and what becomes of it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from clew.ingest.land.period import read_period, shown_period
from clew.ingest.land.placing import sidecar_text
from clew.ingest.land.sidecar import Sidecar, read_sidecar
from clew.problems import Problems
from tests.ingest.house import House, clew
from tests.ingest.province import PAY, REGIONED, content, payments

JUNE = ["--letter", "〔2026〕12号", "--sender", "社保中心", "--received-by", "王五", "--received-on", "2026-07-05"]


@pytest.fixture
def office(house: House) -> House:
    """A project that commands take for one; the warehouse is theirs."""
    house.contract("pay", PAY, extra=REGIONED)
    for folder in ("rules", "models"):
        (house.settings.project / folder).mkdir()
    house.con.close()
    return house


def file(house: House, name: str = "june.csv", amount: str | None = None) -> str:
    path = house.settings.project / "in" / name
    path.parent.mkdir(exist_ok=True)
    text = content(payments(11))
    path.write_text(text.replace(",10.00,", f",{amount},", 1) if amount else text, encoding="utf-8")
    return str(path)


def rows(house: House, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(house.settings.warehouse_path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_a_file_lands_with_its_papers_and_is_taken_in(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--period", "2026-06", "--region", "34", "--rows", "240", "--total", "amount=2400.00", "--complete"]
    code, out, _ = clew(office, capsys, "land", file(office), "-d", "pay", *JUNE, *given)
    assert code == 0 and "240 loaded" in out and "certified complete" in out
    record = "sender, letter, received_by, received_on, region, period_from, period_to, expected_rows, totals, complete"
    assert rows(office, f"select {record} from clew.delivery") == [
        ("社保中心", "〔2026〕12号", "王五", date(2026, 7, 5), "34", date(2026, 6, 1), date(2026, 7, 1), 240,
         '{"amount": "2400.00"}', True)
    ]  # fmt: skip
    assert rows(office, "select region, period_from from clew.coverage") == [("34", date(2026, 6, 1))]
    before = sorted(path.name for path in (office.settings.drop_dir / "pay").iterdir())
    code, out, _ = clew(office, capsys, "land", file(office), "-d", "pay", *JUNE, *given)
    assert code == 0 and "nothing changed" in out and before == ["june.csv", "june.csv.yml"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(["--total", "amount=2400.01"], "amount is 2400.01, the file's is 2400 (-0.01)", id="a cent"),
        pytest.param(["--rows", "241"], "is 241 rows, the file holds 240 (-1)", id="a row"),
        pytest.param(["--rows", "239", "--total", "amount=1"], "(+2399)", id="both"),
    ],
)
def test_a_wrong_control_total_certifies_nothing(
    office: House, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    code, out, err = clew(
        office, capsys, "land", file(office), "-d", "pay", *JUNE, "--period", "2026-06", "--complete", *given
    )
    assert code == 0 and "I021" in err and said in err and "No coverage is certified" in out
    assert rows(office, "select count(*) from clew.coverage") == [(0,)]
    assert rows(office, "select rows_loaded from clew.delivery") == [(240,)]


def test_a_difference_is_said_though_nobody_asked_for_a_certificate(
    office: House, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = clew(office, capsys, "land", file(office), "-d", "pay", *JUNE, "--total", "amount=5")
    assert code == 0 and "I051" in err and "+2395" in err


def test_rows_set_aside_count_in_a_total_and_unreadable_ones_are_told(
    office: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sender added every row up: one that breaks another check counts, one that is no number cannot."""
    path = Path(file(office))
    text = path.read_text("utf-8")
    path.write_text(text + 'X,p,2026-13-99,"1,000.50",340103\n', encoding="utf-8")
    given = [*JUNE, "--period", "2026-06", "--complete", "--rows", "241", "--total", "amount=3400.50"]
    code, out, _ = clew(office, capsys, "land", str(path), "-d", "pay", *given)
    assert code == 0 and "1 set aside" in out and "certified complete" in out
    other = Path(file(office, "other.csv"))
    other.write_text(text.replace("11-", "12-") + "Y,p,2026-06-30,many,340103\n", encoding="utf-8")
    _, _, err = clew(office, capsys, "land", str(other), "-d", "pay", *given)
    assert "(-1000.50), and 1 rows set aside hold no readable number" in err


def test_nothing_in_the_drop_folder_is_overwritten(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    clew(office, capsys, "land", file(office), "-d", "pay", *JUNE, "--later")
    placed = office.settings.drop_dir / "pay" / "june.csv"
    whole = placed.read_bytes()
    code, _, err = clew(office, capsys, "land", file(office, amount="11.00"), "-d", "pay", *JUNE)
    assert code == 3 and "I052" in err and placed.read_bytes() == whole
    file(office)
    code, _, err = clew(office, capsys, "land", file(office), "-d", "pay", *JUNE, "--rows", "240")
    assert code == 3 and "june.csv.yml" in err
    assert rows(office, "select count(*) from clew.delivery") == [(0,)]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        pytest.param(["-d", "pai", *JUNE], 2, "did you mean 'pay'?", id="no such dataset"),
        pytest.param(["-d", "pay", *JUNE, "--total", "amnt=1"], 3, "did you mean 'amount'?", id="no such column"),
        pytest.param(["-d", "pay", *JUNE, "--region", "合肥"], 2, "no division code", id="no region"),
        pytest.param(["-d", "pay", *JUNE, "--region", "340"], 2, "34 or 340000 is a province", id="a digit lost"),
        pytest.param(["-d", "pay", *JUNE, "--period", "2026-13"], 2, "no day of the calendar", id="no month"),
        pytest.param(["-d", "pay", *JUNE, "--period", "2026-03..2026-01"], 2, "ends before", id="backwards"),
        pytest.param(["-d", "pay", *JUNE, "--total", "amount"], 2, "column=sum", id="no sum"),
        pytest.param(["-d", "pay", *JUNE, "--mode", "snap"], 3, "snapshot", id="no mode"),
    ],
)
def test_papers_that_cannot_be_right_put_nothing_down(
    office: House, capsys: pytest.CaptureFixture[str], given: list[str], code: int, said: str
) -> None:
    ended, _, err = clew(office, capsys, "land", file(office), *given)
    assert ended == code and said in err
    folder = office.settings.drop_dir / "pay"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_busy_warehouse_keeps_the_file_waiting(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    import subprocess
    import sys

    path = str(office.settings.warehouse_path)
    hold = f"import duckdb, sys; c = duckdb.connect({path!r}); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline()
        code, _, err = clew(office, capsys, "land", file(office), "-d", "pay", *JUNE)
        other.communicate(b"")
    assert code == 4 and "in the drop folder and waits" in err
    code, out, _ = clew(office, capsys, "ingest")
    assert code == 0 and "1 files loaded" in out


def test_the_papers_read_back_as_they_were_given() -> None:
    given = Sidecar(
        received_on=date(2026, 7, 5), sender='a "b": #c', letter="[1]", received_by="- x",
        period=(date(2026, 1, 1), date(2026, 2, 1)), region="34", rows=0, complete=True,
        replaces=("a: b.csv", "二.csv"), totals=(("amount", Decimal("12345.670")), ("金额", Decimal(3))),
    )  # fmt: skip
    problems = Problems()
    assert read_sidecar(sidecar_text(given).encode(), date(2026, 7, 5), problems, "x.yml") == given
    assert list(problems) == []


def test_periods_are_read_with_both_ends() -> None:
    found = {text: read_period(text) for text in ("2026", "2026-02", "2026-01..2026-03", "2026-01-05..2026-02-10")}
    assert [f"{start} {end}" for start, end in found.values()] == [
        "2026-01-01 2027-01-01", "2026-02-01 2026-03-01", "2026-01-01 2026-04-01", "2026-01-05 2026-02-11"
    ]  # fmt: skip
    assert [shown_period(*span) for span in found.values()] == [
        "2026-01..2026-12", "2026-02", "2026-01..2026-03", "2026-01-05..2026-02-10"
    ]  # fmt: skip


def test_deliveries_tell_the_acquisition_record(office: House, capsys: pytest.CaptureFixture[str]) -> None:
    clew(office, capsys, "land", file(office), "-d", "pay", *JUNE, "--period", "2026-06", "--complete", "--rows", "1")
    _, out, _ = clew(office, capsys, "deliveries", "--letter", "〔2026〕12号")
    assert all(word in out for word in ("社保中心", "june.csv", "2026-06", "240"))
    _, out, _ = clew(office, capsys, "deliveries", "1")
    assert "来函称1行" in out and "sha256" in out and "2026-06" in out
    assert "340103P" not in out
    _, out, _ = clew(office, capsys, "deliveries", "1", "--json")
    assert json.loads(out)["received_by"] == "王五" and json.loads(out)["months"] == [["2026-06-01", 240]]
    code, _, err = clew(office, capsys, "deliveries", "9")
    assert code == 2 and "there is no delivery 9" in err
