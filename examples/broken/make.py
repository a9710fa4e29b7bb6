"""Twenty deliveries, each broken in another way, into ``var/drop`` beside this file. The same bytes every time.

The people are invented: their numbers carry a right check digit and an area code, and belong to nobody.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter

HEADINGS = ("身份证号", "姓名", "发放日期", "金额", "流水号")
NAMES = ("张三", "李四", "王五", "赵六", "孙七", "周八", "吴九", "郑十")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Record = tuple[str, str, str, str, str]


def people(file: str, count: int = 8) -> list[Record]:
    """Good records; payment numbers begin with the file's own."""
    records = []
    for number in range(count):
        born = date(1950, 1, 1) + timedelta(days=397 * number)
        digits = f"340102{born:%Y%m%d}{number:03d}"
        total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
        person = digits + "10X98765432"[total % 11]
        records.append(
            (person, NAMES[number % len(NAMES)], f"2026-05-{number + 1:02d}", "1200.50", f"{file}-{number:03d}")
        )
    return records


def lines(records: list[Record], end: str = "\n") -> list[str]:
    """A CSV file, line by line."""
    return [",".join(record) + end for record in (HEADINGS, *records)]


def text_files() -> Iterator[tuple[str, bytes]]:
    """CSV, and what was packed or sent in its place."""
    mixed = [line.encode() for line in lines(people("01"))]
    mixed[3] = mixed[3].decode().encode("gb18030")
    yield "01-two-encodings.csv", b"".join(mixed)
    ragged = lines(people("02"))
    ragged[2], ragged[4] = ragged[2].replace(",1200.50", ""), ragged[4].replace("\n", ",x,y\n")
    ragged[6] = ragged[6].replace("1200.50", "12\0.50")
    yield "02-ragged-and-nul.csv", "".join(ragged).encode()
    quotes = lines(people("03"))
    quotes[3] = quotes[3].replace("王五", '"王五')
    yield "03-open-quote.csv", "".join(quotes).encode()
    yield "04-headings-twice.csv", "".join(lines(people("04"))).replace("姓名", "金额").encode()
    total = ["某县养老金发放明细表,,,,\n", "\n", *lines(people("05")), "合计,,,9604.00,\n"]
    yield "05-title-and-total.csv", "".join(total).encode("gb18030")
    giant = lines(people("06"))
    giant[5] = giant[5].replace("孙七", "长" * (10 * 1024 * 1024 // 3))
    yield "06-cell-of-ten-megabytes.csv", "".join(giant).encode()
    mangled = lines(people("07"))
    mangled[1] = "3.40102E+17" + mangled[1][18:]
    mangled[2] = "340102195102020000" + mangled[2][18:]
    yield "07-numbers-rounded.csv", "".join(mangled).encode()
    yield "08-empty.csv", b""
    yield "09-utf16-old-line-ends.csv", "".join(lines(people("09"), "\r")).encode("utf-16")
    whole = gzip.compress("".join(lines(people("10", 500))).encode(), mtime=0)
    yield "10-cut-short.csv.gz", whole[: len(whole) // 2]
    locked = bytearray(zipped(("明细.csv", "".join(lines(people("11"))).encode())))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + offset] |= 1
    yield "11-locked.zip", bytes(locked)
    yield "12-bomb.zip", zipped(("明细.csv", b"0" * (65 * 1024 * 1024)))


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip without the time of its making."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return made.getvalue()


def books() -> Iterator[tuple[str, bytes]]:
    """Workbooks, and what is called one."""
    yield "13-web-page.xls", "<html><body><table><tr><td>身份证号</td></tr></table></body></html>".encode()

    def two_sheets(book: xlsxwriter.Workbook) -> None:
        for month, records in (("四月", people("14a", 3)), ("五月", people("14b", 4))):
            sheet = headed(book, month)
            for row, record in enumerate(records, start=4):
                sheet.write_row(row, 0, record)
            sheet.write_row(4 + len(records), 0, ("合计", "", "", "4802.00"))

    yield "14-titles-and-two-sheets.xlsx", workbook(two_sheets)

    def formula(book: xlsxwriter.Workbook) -> None:
        sheet = headed(book, "五月")
        for row, record in enumerate(people("15"), start=4):
            sheet.write_row(row, 0, record)
        sheet.write_formula(6, 3, "=D5*2", None, "")

    yield "15-formula-never-computed.xlsx", workbook(formula)

    def mishandled(book: xlsxwriter.Workbook) -> None:
        sheet = headed(book, "五月")
        for row, (person, name, day, amount, payment) in enumerate(people("16"), start=4):
            sheet.write_row(row, 0, (person, name, (date.fromisoformat(day) - date(1904, 1, 1)).days, amount, payment))
        sheet.write_number(5, 0, 340102195102020017)
        sheet.merge_range(7, 3, 8, 3, "2401.00")
        sheet.write_formula(10, 3, "=1/0", None, "#DIV/0!")
        sheet.set_row(11, None, None, {"hidden": True})

    yield "16-days-of-1904-and-merged-cells.xlsx", workbook(mishandled, date_1904=True)
    text = "".join(lines(people("17")))
    yield "17-text-called-xlsx.xlsx", text.replace("发放日期", "发放/日期").replace("金额", "发放/金额").encode()


def headed(book: xlsxwriter.Workbook, name: str) -> xlsxwriter.worksheet.Worksheet:
    """A sheet with a title and headings over two rows, as departments like them."""
    sheet = book.add_worksheet(name)
    sheet.merge_range("A1:E1", "某县养老金发放明细表")
    for cells, title in (("A3:A4", "身份证号"), ("B3:B4", "姓名"), ("C3:D3", "发放"), ("E3:E4", "流水号")):
        sheet.merge_range(cells, title)
    sheet.write_row(3, 2, ("日期", "金额"))
    return sheet


def workbook(fill: Callable[[xlsxwriter.Workbook], None], *, date_1904: bool = False) -> bytes:
    """A workbook without the time of its making."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "date_1904": date_1904}) as book:
        book.set_properties({"created": datetime(2026, 5, 1)})
        fill(book)
    return made.getvalue()


def records() -> Iterator[tuple[str, str, bytes]]:
    """Fixed width, XML and JSON: dataset, name and bytes."""
    rows = []
    for number, (person, name, day, amount, payment) in enumerate(people("18")):
        cells = (person, name, day.replace("-", ""), amount, payment)
        row = b"".join(
            cell.encode("gb18030").ljust(width) for cell, width in zip(cells, (18, 10, 8, 10, 6), strict=True)
        )
        rows.append(row[:-3] if number == 2 else row[:18] + b" \xd5" + row[20:] if number == 5 else row)
    yield "payment_fixed", "18-columns-shifted.txt", b"\r\n".join(rows) + b"\r\n"
    persons = [
        f'<人员 证件号="{person}"><姓名>{name}</姓名><发放><日期>{day}</日期><金额>{amount}</金额></发放>'
        f"<流水号>{payment}</流水号></人员>\n"
        for person, name, day, amount, payment in people("19")
    ]
    tree = f'<?xml version="1.0" encoding="GB2312"?>\n<数据><明细>\n{"".join(persons)}</明细></数据>\n'.encode("gb2312")
    yield "payment_xml", "19-cut-short.xml", tree[: len(tree) * 2 // 3]
    objects: list[object] = [dict(zip(HEADINGS, record, strict=True)) for record in people("20")]
    objects[2] = "see the next one"
    objects[4] = {**dict(zip(HEADINGS, people("20")[4], strict=True)), "金额": float("nan")}
    yield "payment_json", "20-not-all-objects.json", json.dumps(objects, ensure_ascii=False, indent=1).encode()


def deliveries() -> Iterator[tuple[str, str, bytes]]:
    """Dataset, file name and bytes of all twenty."""
    yield from (("payment_text", name, content) for name, content in text_files())
    yield from (("payment_book", name, content) for name, content in books())
    yield from records()


def main(drop: Path) -> None:
    """Write every file."""
    for dataset, name, content in deliveries():
        (drop / dataset).mkdir(parents=True, exist_ok=True)
        (drop / dataset / name).write_bytes(content)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the twenty broken deliveries.")
    parser.add_argument("drop", type=Path, nargs="?", default=Path(__file__).parent / "var" / "drop")
    main(parser.parse_args().drop)
