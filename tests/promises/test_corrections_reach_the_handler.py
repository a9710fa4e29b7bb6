"""Who was sent a clue is told when what it rested on is corrected: once, naming the clue; nothing is rewritten."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

from clew.warehouse import open_warehouse
from tests.promises.office import IDS, NAMES, Night, Office, entitled, make_office, payment, usual

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def notices(night: Night) -> list[dict[str, object]]:
    """What the night's batches tell."""
    found: list[dict[str, object]] = []
    for batch in night.batches:
        path = batch.path / "notices.parquet"
        found += pq.read_table(path).to_pylist() if path.is_file() else []
    return found


def delivered_clue(office: Office) -> tuple[Night, str]:
    """The usual night's clue about person 2, who lives in a shelter and is paid."""
    usual(office)
    night = office.night()
    [(clue,)] = night.rows("select clue_id from clew.clue join clew.signal using (clue_id) where rule = 'care.much'")
    return night, str(clue)


def test_a_deleted_row_withdraws_the_clue_in_the_next_batch(office: Office) -> None:
    first, clue = delivered_clue(office)
    sealed = {path: path.read_bytes() for batch in first.batches for path in batch.path.iterdir()}
    office.drop(
        "payment", "撤销.csv", ["P4", "P5"], "received_on: 2026-07-10\nmode: deletion\ncomplete: -\nperiod: -\n",
        header="流水号",
    )  # fmt: skip
    night = office.night(JULY)
    [notice] = notices(night)
    assert (notice["clue_id"], notice["verdict"], notice["corrected_on"]) == (clue, "withdrawn", date(2026, 7, 10))
    assert notice["sent_in"] == f"{first.screening.screening_id}/watch"
    assert notice["rows"] == "二季度.csv 第 2 行：已不存在\n二季度.csv 第 3 行：已不存在"
    assert night.rows("select gone from clew.clue where clue_id = ?", clue) == [(True,)]
    kinds = [row[0] for row in night.rows("select kind from clew.event where clue_id = ? order by position", clue)]
    assert kinds == ["found", "source_corrected", "gone"]
    assert {path: path.read_bytes() for path in sealed} == sealed
    assert office.night(JULY).batches == night.batches
    assert notices(office.night(AUGUST)) == [], "it is said once"


def test_the_sheet_names_the_clue_and_masks_the_person(office: Office) -> None:
    _, clue = delivered_clue(office)
    office.drop(
        "payment",
        "更正.csv",
        [payment(2, "2026-05-03", "P4", "88.00")],
        "received_on: 2026-07-10\nmode: correction\ncomplete: -\n",
    )
    [batch] = office.night(JULY).batches
    book = openpyxl.load_workbook(batch.workbook)
    cells = [str(cell.value) for row in book["更正通知"].iter_rows() for cell in row if cell.value is not None]
    assert clue in cells
    assert any(cell.startswith("更正：来源更正后重新判断") for cell in cells)
    assert "二季度.csv 第 2 行：已更改（金额）" in cells
    assert not any(IDS[2] in cell or NAMES[2] in cell for cell in cells)
    assert "更正通知" in str(book["线索清单"]["A3"].value)


def test_a_correction_before_the_clue_was_sent_is_no_news_to_anybody(office: Office) -> None:
    usual(office)
    project = office.project
    from clew.screening.run import screen

    office.ingest()
    with closing(open_warehouse(office.settings)) as con:
        screen(con, office.settings, project.catalogue, project.library, project.models, as_of=date(2026, 6, 30))
    office.drop(
        "payment",
        "更正.csv",
        [payment(2, "2026-05-03", "P4", "88.00")],
        "received_on: 2026-07-10\nmode: correction\ncomplete: -\n",
    )
    night = office.night(JULY)
    assert night.rows("select count(*) from clew.event where kind = 'source_corrected'") == [(1,)]
    assert notices(night) == [] and notices(office.night(AUGUST)) == []


def test_a_new_list_without_the_person_is_told_and_one_with_him_is_not(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    usual(office)
    first = office.night()
    [(clue,)] = first.rows(
        "select clue_id from clew.clue join clew.signal using (clue_id) where rule = 'care.unpaid' and subject = ?",
        IDS[0],
    )
    office.drop("entitled", "七月名册.csv", entitled(0, 1, 2, 3), "received_on: 2026-07-10")
    assert notices(office.night(date(2026, 7, 15))) == []
    office.drop("entitled", "八月名册.csv", entitled(1, 2), "received_on: 2026-07-20")
    told = {notice["clue_id"]: notice["verdict"] for notice in notices(office.night(JULY))}
    assert told[clue] == "withdrawn"


def test_killed_between_the_seal_and_the_ledger_the_notice_is_neither_lost_nor_said_twice(office: Office) -> None:
    _, clue = delivered_clue(office)
    office.drop(
        "payment",
        "撤销.csv",
        ["P4", "P5"],
        "received_on: 2026-07-10\nmode: deletion\ncomplete: -\nperiod: -\n",
        header="流水号",
    )
    night = office.night(JULY)
    with closing(open_warehouse(office.settings)) as con:
        for table in ("clue_batch", "dispatched", "notice"):
            con.execute(f"delete from clew.{table} where batch_id like '{night.screening.screening_id}/%'")
    again = office.night(JULY)
    assert again.batches == night.batches
    assert [notice["clue_id"] for notice in notices(again)] == [clue]
    assert notices(office.night(AUGUST)) == []
