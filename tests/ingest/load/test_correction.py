"""Corrections and deletions: the last word about a key counts, from its day on, and nothing is overwritten."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from clew.delivery.rejected import Rejected, write_rejected
from clew.engines.sources import warehouse_sources
from clew.ingest.release.held import held_deliveries, held_rows
from tests.ingest.house import House

PAID = """
  - {name: payment_id, physicalName: 流水号, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
  - {name: amount, physicalName: 金额, logicalType: number, logicalTypeOptions: {minimum: 0}}
"""
DATED = PAID + "  - {name: paid_on, physicalName: 日期, logicalType: date}\n"


def seen(house: House, dataset: str, as_of: str) -> dict[str, int]:
    """What a screening as of a day would read: key and amount."""
    source = warehouse_sources(house.con, date.fromisoformat(as_of)).datasets[dataset]
    batches = "true" if source.batches is None else f"_batch in ({', '.join(map(str, source.batches)) or '-1'})"
    rows = house.rows(
        f"select payment_id, amount::int from {source.table} where {batches} and {source.condition or 'true'}"
    )
    assert len(rows) == len(dict(rows)), "no key is seen twice on one day"
    return dict(rows)


@pytest.fixture
def lists(house: House) -> House:
    house.contract("roll", PAID, kind="register")
    return house


def send(
    house: House, file: str, rows: dict[str, int] | list[str], day: str, more: str = "", dataset: str = "roll"
) -> None:
    """A file of keys and amounts, or of keys alone."""
    head = "流水号\n" if isinstance(rows, list) else "流水号,金额\n"
    body = rows if isinstance(rows, list) else [f"{key},{amount}" for key, amount in rows.items()]
    house.drop(dataset, file, head + "".join(f"{line}\n" for line in body), f"received_on: {day}\n{more}")


def test_a_correction_counts_from_its_day_and_the_old_row_before_it(lists: House) -> None:
    send(lists, "a.csv", {"A": 1, "B": 2}, "2026-01-10")
    send(lists, "c.csv", {"B": 20}, "2026-02-10", "mode: correction\n")
    report = lists.ingest()
    assert [file.status for file in report.files] == ["loaded", "loaded"]
    assert seen(lists, "roll", "2026-02-09") == {"A": 1, "B": 2}
    assert seen(lists, "roll", "2026-02-10") == {"A": 1, "B": 20}
    before = lists.rows("select * from clew.withdrawn"), lists.rows("select * from clew.correction")
    assert {file.status for file in lists.ingest().files} == {"unchanged"}
    assert (lists.rows("select * from clew.withdrawn"), lists.rows("select * from clew.correction")) == before


def test_a_deletion_is_a_file_of_keys_and_the_key_may_come_again(lists: House) -> None:
    send(lists, "a.csv", {"A": 1, "B": 2}, "2026-01-10")
    send(lists, "d.csv", ["B"], "2026-02-10", "mode: deletion\n")
    send(lists, "e.csv", {"B": 3}, "2026-03-10", "mode: append\n")
    report = lists.ingest()
    assert [file.rows_quarantined for file in report.files] == [0, 0, 0]
    assert seen(lists, "roll", "2026-01-31") == {"A": 1, "B": 2}
    assert seen(lists, "roll", "2026-02-28") == {"A": 1}
    assert seen(lists, "roll", "2026-03-10") == {"A": 1, "B": 3}


def open_rows(house: House) -> dict[str, int]:
    """Rows of each file that are still set aside."""
    return {one.file: one.open for one in held_deliveries(house.con)}


def test_a_row_set_aside_of_a_correction_is_closed_by_another_file_with_its_key(lists: House) -> None:
    send(lists, "a.csv", {"A": 1, "B": 2, "C": 3}, "2026-01-10")
    send(lists, "c.csv", {"B": -20, "C": -30}, "2026-02-10", "mode: correction\n")
    send(lists, "again.csv", {"B": 20}, "2026-02-20", "mode: correction\n")
    lists.ingest()
    assert open_rows(lists) == {"c.csv": 1}
    [fate] = lists.rows("select row, fate, by_row from clew.decided")
    assert fate == (1, "resubmitted", 1)
    send(lists, "gone.csv", ["C"], "2026-03-01", "mode: deletion\n")
    lists.ingest()
    assert open_rows(lists) == {"c.csv": 0}
    assert seen(lists, "roll", "2026-03-01") == {"A": 1, "B": 20}
    send(lists, "again.csv", {"A": 10}, "2026-03-02", "mode: correction\n")
    lists.ingest()
    assert open_rows(lists) == {"c.csv": 1}, "what no longer stands closes nothing"


def test_the_workbook_of_a_correction_comes_back_as_its_guide_says(lists: House, tmp_path: Path) -> None:
    """A key that nothing has is mended in the workbook: the row is known by its reference, since its key is another."""
    send(lists, "a.csv", {"A": 1, "B": 2}, "2026-01-10")
    send(lists, "c.csv", {"BB": 20, "A": -1}, "2026-02-10", "mode: correction\n")
    lists.ingest()
    [of] = held_deliveries(lists.con)
    path = tmp_path / "back.xlsx"
    write_rejected(Rejected(lists.catalogue.contracts["roll"], of, held_rows(lists.con, of.batch), False), path)
    book = openpyxl.load_workbook(path)
    guide = " ".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row)
    assert "sidecar：mode: correction" in guide and "resubmits" not in guide
    cells = {str(cell.value): cell for row in book["退回明细"].iter_rows() for cell in row}
    cells["BB"].value, cells["-1"].value = "B", "10"
    book.save(path)
    lists.drop("roll", "back.xlsx", path.read_bytes(), "received_on: 2026-02-20\nmode: correction\n")
    report = lists.ingest()
    assert [str(one) for one in report.problems if one.place.path.endswith("back.xlsx")] == []
    assert open_rows(lists) == {"c.csv": 0}
    assert seen(lists, "roll", "2026-02-20") == {"A": 10, "B": 20}


def test_the_next_whole_list_replaces_what_was_corrected_and_deleted_in_the_last(lists: House) -> None:
    send(lists, "a.csv", {"A": 1, "B": 2, "C": 3}, "2026-01-10", "region: '3401'\n")
    send(lists, "c.csv", {"A": 10}, "2026-02-10", "mode: correction\n")
    send(lists, "d.csv", ["B"], "2026-02-10", "mode: deletion\n")
    send(lists, "n.csv", {"B": 200, "D": 4}, "2026-03-10", "region: '3401'\n")
    report = lists.ingest()
    assert sum(file.rows_quarantined for file in report.files) == 0
    assert seen(lists, "roll", "2026-02-10") == {"A": 10, "C": 3}
    assert seen(lists, "roll", "2026-03-10") == {"B": 200, "D": 4}


def test_keys_that_are_not_there_are_said_and_set_aside(lists: House) -> None:
    send(lists, "a.csv", {"A": 1}, "2026-01-10")
    send(lists, "c.csv", {"A": 2, "X": 9}, "2026-02-10", "mode: correction\n")
    send(lists, "d.csv", ["A", "Y"], "2026-03-10", "mode: deletion\n")
    send(lists, "e.csv", {"A": 7}, "2026-04-10", "mode: correction\n")
    report = lists.ingest()
    said = [problem for problem in report.problems if problem.code == "I073"]
    assert [problem.place.path for problem in said] == ["drop/roll/c.csv", "drop/roll/d.csv", "drop/roll/e.csv"]
    assert [(file.rows_read, file.rows_loaded, file.rows_quarantined) for file in report.files] == [
        (1, 1, 0), (2, 1, 1), (2, 1, 1), (1, 0, 1),
    ]  # fmt: skip
    assert "X" not in str(said) and "Y" not in str(said)
    assert seen(lists, "roll", "2026-04-10") == {}


def test_without_a_primary_key_a_change_is_refused_where_it_says_so(house: House) -> None:
    house.contract("bare", "  - {name: amount, physicalName: 金额, logicalType: number}\n", kind="register")
    house.drop("bare", "a.csv", "金额\n1\n", "received_on: 2026-02-01\nmode: deletion\n")
    report = house.ingest()
    [problem] = report.problems
    assert str(problem).startswith("drop/bare/a.csv.yml:2:1: I070 a deletion finds its rows by the primary key")
    assert [file.status for file in report.files] == ["refused"]


def test_a_word_that_is_no_mode_is_refused(lists: House) -> None:
    send(lists, "a.csv", {"A": 1}, "2026-01-10", "mode: corection\n")
    problems = lists.ingest().problems
    assert ("I003", 2, "did you mean 'correction'?") in [(one.code, one.place.line, one.help) for one in problems]


def test_a_corrected_correction_takes_back_the_first(lists: House) -> None:
    send(lists, "a.csv", {"A": 1, "B": 2}, "2026-01-10")
    send(lists, "c.csv", {"A": 10, "B": 20}, "2026-02-10", "mode: correction\n")
    lists.ingest()
    send(lists, "c.csv", {"A": 11}, "2026-03-10", "mode: correction\n")
    lists.ingest()
    assert seen(lists, "roll", "2026-02-10") == {"A": 10, "B": 20}
    assert seen(lists, "roll", "2026-03-10") == {"A": 11, "B": 2}


def test_a_correction_first_taken_for_a_whole_list_is_mended_by_its_sidecar(lists: House) -> None:
    send(lists, "a.csv", {"A": 1, "B": 2}, "2026-01-10")
    send(lists, "c.csv", {"B": 20}, "2026-02-10")
    lists.ingest()
    assert seen(lists, "roll", "2026-02-10") == {"B": 20}
    send(lists, "c.csv", {"B": 20}, "2026-02-10", "mode: correction\n")
    assert [file.status for file in lists.ingest().files] == ["unchanged", "loaded"]
    assert seen(lists, "roll", "2026-02-09") == {"A": 1, "B": 2}
    assert seen(lists, "roll", "2026-02-10") == {"A": 1, "B": 20}
    assert {file.status for file in lists.ingest().files} == {"unchanged"}


def test_a_changed_delivery_has_no_page_of_its_own_in_the_data_docs(lists: House) -> None:
    send(lists, "a.csv", {"A": 1}, "2026-01-10")
    send(lists, "d.csv", ["A"], "2026-02-10", "mode: deletion\n")
    lists.ingest()
    assert lists.rows("select batch from clew.validation") == [(1,)]


def test_events_may_be_delivered_as_the_whole_of_a_period(house: House) -> None:
    house.contract("paid", DATED, kind="event")
    head, day = "流水号,金额,日期\n", "received_on: 2026-0{0}-01\nperiod: {{from: 2026-0{1}-01, to: 2026-0{2}-01}}\n"
    house.drop("paid", "1.csv", f"{head}A,1,2026-01-05\n", day.format(2, 1, 2))
    house.drop("paid", "2.csv", f"{head}B,1,2026-02-05\n", day.format(3, 2, 3))
    house.drop("paid", "1n.csv", f"{head}A,5,2026-01-05\n", day.format(4, 1, 2) + "mode: snapshot\n")
    house.ingest()
    assert seen(house, "paid", "2026-03-31") == {"A": 1, "B": 1}
    assert seen(house, "paid", "2026-04-01") == {"A": 5, "B": 1}


def test_a_deleted_key_is_no_longer_referred_to(house: House) -> None:
    house.contract("roll", PAID, kind="register")
    house.contract(
        "child",
        "  - {name: of, physicalName: 流水号, logicalType: string, relationships: [{to: roll.payment_id,"
        " customProperties: [{property: action, value: quarantine}]}]}\n",
        kind="register",
    )
    send(house, "a.csv", {"A": 1, "B": 2}, "2026-01-10")
    send(house, "d.csv", ["B"], "2026-02-10", "mode: deletion\n")
    house.drop("child", "k.csv", "流水号\nA\nB\n", "received_on: 2026-03-01\n")
    child = next(file for file in house.ingest().files if file.dataset == "child")
    assert (child.rows_loaded, child.rows_quarantined) == (1, 1)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_arrival_the_last_word_counts(lists: House, seed: int) -> None:
    """Random corrections and deletions over one list, loaded in the order of their days or another one."""
    chance = random.Random(seed)  # noqa: S311 - test data
    keys = "ABCDEF"
    send(lists, "0.csv", dict.fromkeys(keys, 0), "2026-01-01")
    lists.ingest()
    days = [date(2026, 1, 2) + timedelta(days=number) for number in range(8)]
    state, history = dict.fromkeys(keys, 0), dict[str, dict[str, int]]()
    changes: list[tuple[str, list[str] | dict[str, int], str, str]] = []
    for number, day in enumerate(days, start=1):
        chosen = chance.sample(sorted(state), k=min(len(state), chance.randint(1, 3)))
        if chance.random() < 0.3 and len(state) > 3:
            changes.append((f"{number}.csv", chosen[:1], str(day), "mode: deletion\n"))
            state = {key: value for key, value in state.items() if key not in chosen[:1]}
        else:
            changes.append((f"{number}.csv", dict.fromkeys(chosen, number), str(day), "mode: correction\n"))
            state = state | dict.fromkeys(chosen, number)
        history[str(day)] = state
    if seed % 2:  # arrive late and mixed up: a correction of a key deleted later still finds it on its own day
        chance.shuffle(changes)
    for change in changes:
        send(lists, *change)
        assert lists.ingest().rows_quarantined == 0
    for on, expected in history.items():
        assert seen(lists, "roll", on) == expected, on
    assert seen(lists, "roll", "2026-01-01") == dict.fromkeys(keys, 0)
