"""Rows set aside are judged over everything that arrived for a month and a county, not per delivery alone."""

from __future__ import annotations

from datetime import date

from clew.completeness.certified import certified
from clew.completeness.doubt import Doubt
from clew.ingest.coverage.certified import certificates
from tests.ingest.house import House
from tests.ingest.province import LAST, LIST, PAY, REGIONED, Row, content, doubts, month, papers, payments

JULY = date(2026, 7, 31)


def strict(house: House, dataset: str, properties: str, **options: str) -> None:
    """A contract that lets one row in a hundred pass."""
    house.contract(dataset, properties, extra=REGIONED, **options)
    path = house.settings.project / "data_contracts" / f"{dataset}.odcs.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 0.25", "value: 0.01"), encoding="utf-8")


def spoiled(rows: list[Row], region: str, count: int) -> list[Row]:
    """The same with that many amounts of June in one county that are no numbers."""
    chosen = [row[0] for row in rows if row[4] == region and row[2] >= LAST][:count]
    return [(*row[:3], "?", row[4]) if row[0] in chosen else row for row in rows]


def test_small_deliveries_that_pass_one_by_one_are_judged_together(house: House) -> None:
    strict(house, "pay", PAY)
    year = [row for number in range(12) for row in payments(number)]
    for part in range(4):
        house.drop(
            "pay", f"part{part}.csv", content(spoiled(year[part::4], "340103", 2)),
            papers(month(0), month(12), "2026-07-05"),
        )  # fmt: skip
    assert all(file.certified and file.rows_quarantined == 2 for file in house.ingest().files)
    [found] = doubts(house)
    assert (found.region, found.on, found.kind) == ("340103", LAST, Doubt.ASIDE)
    assert (found.rows, found.usual, found.least) == (32, 40, 40)
    cells = {(one.region, one.month): one for one in certificates(house.con, house.catalogue, JULY)}
    cell = cells["340103", LAST]
    assert cell.state == "partial" and "of 40 rows received 8 are set aside" in cell.reason_en
    assert "收到40行，其中8行被隔离" in cell.reason_zh


def test_few_rows_and_chance_are_no_doubt_and_mended_rows_end_one(house: House) -> None:
    strict(house, "pay", PAY)
    year = spoiled(spoiled([row for number in range(12) for row in payments(number)], "340102", 2), "340104", 4)
    house.drop("pay", "year.csv", content(year), papers(month(0), month(12), "2026-07-05"))
    house.ingest()
    assert [(one.region, one.kind) for one in doubts(house)] == [("340104", Doubt.ASIDE)]
    wrong = [position for position, row in enumerate(year, 1) if row[3] == "?" and row[4] == "340104"]
    mended = [(*year[position - 1][:3], "10.00", "340104") for position in wrong]
    papers_of_it = f"received_on: 2026-07-20\nresubmits: {{batch: 1, rows: {wrong}}}\n"
    house.drop("pay", "mended.csv", content(mended), papers_of_it)
    assert [file.rows_loaded for file in house.ingest().files if file.status == "loaded"] == [4]
    assert doubts(house) == [] and len(doubts(house, date(2026, 7, 19))) == 1


def test_a_list_is_judged_by_county(house: House) -> None:
    strict(house, "listed", LIST.replace("person, logicalType: string", "person, logicalType: string, required: true"))
    rows = [f"P{number},340102" for number in range(700)] + [f"Q{number},340103" for number in range(94)]
    rows += [",340103"] * 6
    house.drop("listed", "list.csv", "\n".join(["person,region", *rows]), papers(month(0), month(12), "2026-07-05"))
    assert house.ingest().files[0].certified
    [found] = certified(house.con, JULY).doubts
    assert (found.dataset, found.region, found.kind) == ("listed", "340103", Doubt.ASIDE)
    assert (found.on, found.start, found.end) == (date(2026, 7, 5), month(0), month(12))
    assert (found.rows, found.usual) == (94, 100)
