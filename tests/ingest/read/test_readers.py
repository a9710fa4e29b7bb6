"""Readers: every format gives the same rows; what cannot be read is refused or set aside with its place."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clew.ingest.read import csv_engine
from tests.ingest.house import HEADER, ID, House, lines, payment

TWO = "  - {name: a, logicalType: string}\n  - {name: b, logicalType: string}"


def read(house: House, content: bytes, file: str = "x.csv", **options: str) -> list[tuple[object, ...]]:
    """Rows loaded from one file of columns a and b."""
    house.contract("two", TWO, **options)
    house.drop("two", file, content)
    house.ingest()
    return house.rows("select _row, a, b from data.two order by _row")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16", "utf-32", "big5"])
def test_csv_in_any_encoding(house: House, encoding: str) -> None:
    text = 'a,b\r\n"中,文","x\ny ""q"""\r\n文,\r\n'
    assert read(house, text.encode(encoding), encoding=encoding) == [(1, "中,文", 'x\ny "q"'), (2, "文", None)]


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_byte_order_mark(house: House, order: str) -> None:
    agreed = order.removesuffix("-le").removesuffix("-be")
    assert read(house, "a,b\n中,文\n".encode(order), encoding=agreed) == [(1, "中", "文")]


@pytest.mark.parametrize("encoding", ["idna", "punycode", "base64"])
def test_a_codec_that_is_no_encoding_of_files_is_refused(house: House, encoding: str) -> None:
    house.contract("two", TWO, encoding=encoding)
    house.drop("two", "x.csv", b"a,b\n1,2\n")
    assert [problem.code for problem in house.ingest().problems] == ["I014"]


def test_four_byte_characters_of_gb18030(house: House) -> None:
    assert read(house, "a,b\n𠮷,㐀\n".encode("gb18030"), encoding="GB18030") == [(1, "𠮷", "㐀")]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,4",
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"a,b\r1,2\r3,4\r",
        b"a,b\n1,2\r\n3,4\n",
        b"a,b\n\n1,2\n\n\n3,4\n\n",
        b'a,b\n1,"2"\n"3",4',
        b"b,a\n2,1\n4,3\n",
        b"\na,b\n1,2\n3,4\n",
        b'a,b\n1, "2"\n3,4\n',
    ],
)
def test_csv_line_ends_blank_lines_and_column_order(house: House, content: bytes) -> None:
    assert read(house, content) == [(1, "1", "2"), (2, "3", "4")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,2\n3\n5,6\n", "columns"),
        (b"a,b\n1,2\n3,4,5\n5,6\n", "columns"),
        (b"a,b\n1,2\n3\x00,4\n5,6\n", "nul"),
        (b"a,b\n1,2\n3\xff,4\n5,6\n", "encoding"),
        (b'a,b\n1,2\n"3"x,4\n5,6\n', "quotes"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "quotes"),
        (b"a,b\n1,2\n\xed\xa0\x80,4\n5,6\n", "encoding"),
    ],
)
def test_an_irregular_record_is_set_aside_under_its_number_and_the_others_are_read(
    house: House, content: bytes, reason: str
) -> None:
    assert read(house, content) == [(1, "1", "2"), (3, "5", "6")]
    ((row, reasons),) = house.rows("select row, reasons from clew.quarantine")
    assert (row, [text.partition(":")[0] for text in reasons]) == (2, [reason])


def test_columns_the_contract_does_not_name_are_said_and_not_loaded(house: House) -> None:
    house.contract("two", TWO)
    house.drop("two", "x.csv", "a,secret,b\n1,2,3\n")
    report = house.ingest()
    assert [(problem.code, problem.place.column) for problem in report.problems] == [("I011", 2)]
    assert "secret" not in {
        name for (name,) in house.rows("select column_name from duckdb_columns() where table_name = 'two'")
    }


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"a\n1\n", "I010", "'b' (b) is missing"),
        (b"a,b,a\n1,2,3\n", "I012", "columns 1 and 3"),
        (b"", "I013", "no header"),
        (b"\n\n", "I013", "no header"),
        ("甲,乙\n1,2\n".encode(), "I010", "no column of the contract"),
        (b"a;b\n1;2\n", "I010", "separated by semicolons"),
        (b"a\tb\n1\t2\n", "I010", "separated by tabs"),
    ],
)
def test_a_file_with_wrong_headers_is_refused_with_its_place(
    house: House, content: bytes, code: str, says: str
) -> None:
    house.contract("two", TWO)
    house.drop("two", "bad.csv", content)
    house.drop("two", "good.csv", "a,b\n1,2\n")
    report = house.ingest()
    assert [(file.file, file.status) for file in report.files] == [("bad.csv", "refused"), ("good.csv", "loaded")]
    assert [
        problem
        for problem in report.problems
        if problem.code == code and says in problem.message and problem.place.path == "drop/two/bad.csv"
    ]


def test_headers_in_another_encoding_are_recognised(house: House) -> None:
    house.contract("pay", encoding="GB18030")
    house.drop("pay", "a.csv", lines(payment("P1")))
    report = house.ingest()
    assert [problem.code for problem in report.problems] == ["I014"]
    assert "encoding: utf-8" in report.problems[0].help
    house.drop("pay", "a.csv", lines(payment("P1")), "encoding: utf-8\n")
    assert house.ingest().rows_loaded == 1


@pytest.mark.parametrize("faulty", [False, True])
def test_a_large_file_is_read_in_parts_with_the_same_numbers(
    house: House, monkeypatch: pytest.MonkeyPatch, faulty: bool
) -> None:
    monkeypatch.setattr(csv_engine, "SMALLEST_PART", 1_000)
    body = [f'{number},"text\n{number}, ""x"""' if number % 3 else f"{number},文" for number in range(1, 2001)]
    if faulty:
        body[700] = "701"
    rows = read(house, ("a,b\n" + "\n".join(body) + "\n").encode())
    assert [row for row, *_ in rows] == [int(str(a)) for _, a, _ in rows]
    assert len(rows) == 2000 - faulty
    assert list((house.settings.state_dir / "spill").iterdir()) == []


def test_spreadsheet_cells_keep_their_text(house: House, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("发放"), book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        sheet.write(0, 0, "二〇二六年发放明细")
        sheet.write_row(2, 0, HEADER.split(","))
        for row, number in ((3, "P001"), (5, "P002")):
            sheet.write_row(row, 0, [ID, "张三", "养老金"])
            sheet.write_datetime(row, 3, datetime(2026, 1, 5), day)
            sheet.write_number(row, 4, 1234.5)
            sheet.write_string(row, 5, number)
        sheet.write_row(6, 0, [ID, "张三", "养老金", 46027, 7, "P003"])
        sheet.write_row(7, 0, [110101199001011237, "张三", "养老金", 46027, 7, "P004"])
        sheet.write_row(8, 0, ["1.10101E+17", "张三", "养老金", 46027, 7, "P005"])
        sheet.write_row(9, 0, [ID, "张三", "养老金", 46027])
        sheet.write_formula(9, 4, "=1/0", None, "#DIV/0!")
        sheet.write_string(9, 5, "P006")
    house.contract("pay", format_="xlsx")
    house.drop("pay", "x.xlsx", path.read_bytes())
    (file,) = house.ingest().files
    assert house.rows("select _row, person_id, paid_on, payment_id from data.pay order by _row") == [
        (4, ID, date(2026, 1, 5), "P001"),
        (6, ID, date(2026, 1, 5), "P002"),
        (7, ID, date(2026, 1, 5), "P003"),
    ]
    found = dict(
        house.rows("select row, list_transform(reasons, lambda text: split_part(text, ':', 1)) from clew.quarantine")
    )
    assert found == {8: ["number"], 9: ["person_id.identity"], 10: ["cell"]}
    assert file.rows_read == 6


@pytest.mark.parametrize(
    ("file", "content"), [("x.xlsx", b"no zip"), ("x.parquet", b"PAR1 no"), ("x.xlsx", b""), ("x.parquet", b"")]
)
def test_what_is_not_the_format_it_says_is_refused(house: House, file: str, content: bytes) -> None:
    house.contract("two", TWO)
    house.drop("two", file, content)
    report = house.ingest()
    assert [one.status for one in report.files] == ["refused"]
    assert [problem.code for problem in report.problems] == ["I015"]


def test_a_sheet_that_is_not_there_is_named(house: House, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("明细").write_row(0, 0, ["a", "b"])
    house.contract("two", TWO)
    house.drop("two", "x.xlsx", path.read_bytes(), "sheet: 明细表\n")
    (problem,) = house.ingest().problems
    assert (problem.code, problem.help) == ("I016", "did you mean '明细'?")


def test_json_lines_keep_digits_and_say_what_is_no_object(house: House) -> None:
    content = "\n".join(
        [
            '{"a": "x", "b": 1.10}',
            "",
            '{"a": 110101199001011237, "b": true, "c": 1}',
            '{"a": null}',
            "[1]",
            "{",
            '{"a": NaN}',
            '{"a": "\\ud800"}',
            '{"a": "\\u0000"}',
            '{"a": 1, "a": 2}',
            '{"a": {"k": [1, "文"]}}',
            "[" * 100_000,
        ]
    )
    house.contract("two", TWO)
    house.drop("two", "x.jsonl", content)
    (file,) = house.ingest().files
    assert house.rows("select _row, a, b from data.two order by _row") == [
        (1, "x", "1.10"),
        (3, "110101199001011237", "true"),
        (4, None, None),
        (11, '{"k": [1, "文"]}', None),
    ]
    assert house.rows("select row from clew.quarantine order by row") == [(n,) for n in (5, 6, 7, 8, 9, 10, 12)]
    assert file.rows_read == 11


def test_parquet_types_become_the_contracts_types(house: House, tmp_path: Path) -> None:
    table = pa.table(
        {
            "身份证号": [ID, ID],
            "姓名": ["张三", "李四"],
            "类别": ["养老金", "丧葬费"],
            "发放日期": pa.array([datetime(2026, 1, 5), datetime(2026, 1, 5, 10, 30)]),
            "金额": [1.5, 2.25],
            "流水号": ["P1", "P2"],
            "extra": [1, 2],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    house.contract("pay", format_="parquet")
    house.drop("pay", "x.parquet", (tmp_path / "x.parquet").read_bytes())
    (file,) = house.ingest().files
    assert house.rows("select _row, paid_on, amount::varchar from data.pay order by _row") == [
        (1, date(2026, 1, 5), "1.50"),
        (2, date(2026, 1, 5), "2.25"),
    ]
    assert file.repairs["paid_on.date"] == 1


def test_a_parquet_file_whose_tables_point_beyond_its_end_is_refused_alone(house: House, tmp_path: Path) -> None:
    numbers = [f"a{number}" for number in range(30)]
    pq.write_table(pa.table({"a": numbers, "b": numbers}), tmp_path / "x.parquet")
    content = (tmp_path / "x.parquet").read_bytes()
    house.contract("two", TWO)
    for place in range(8, len(content), max(1, len(content) // 25)):
        house.drop("two", f"{place:05d}.parquet", content[:place] + b"\x0b" + content[place:])
    house.drop("two", "z.csv", "a,b\n1,2\n")
    *broken, good = house.ingest().files
    assert (good.status, good.rows_loaded) == ("loaded", 1)
    assert "refused" in {file.status for file in broken}
    for file in broken:
        assert file.rows_read == file.rows_loaded + file.rows_quarantined
        assert file.status == "loaded" or "I015" in file.problem


def test_sidecars_are_strict(house: House) -> None:
    house.contract("two", TWO)
    house.drop("two", "x.csv", "a,b\n1,2\n", "recieved_on: 2026-01-01\nperiod: {from: 2026-02-01, to: 2026-01-01}\n")
    house.drop("two", "y.csv", "a,b\n3,4\n", "rows: many\n")
    house.drop("two", "z.csv", "a,b\n5,6\n")
    (house.settings.drop_dir / "two" / "gone.csv.yml").write_text("sender: x\n")
    (house.settings.drop_dir / "stray.csv").write_text("x")
    house.drop("tow", "x.csv", "a,b\n1,2\n")
    report = house.ingest()
    assert {(file.dataset, file.file): file.status for file in report.files} == {
        ("two", "x.csv"): "refused",
        ("two", "y.csv"): "refused",
        ("two", "z.csv"): "loaded",
        ("tow", "x.csv"): "refused",
    }
    assert [
        (problem.code, problem.place.line)
        for problem in report.problems
        if problem.code in ("I002", "I003") and "mistakes" not in problem.message
    ] == [("I002", 1), ("I003", 2), ("I003", 1)]
    assert {"I001", "I004", "I006"} <= {problem.code for problem in report.problems}
    assert "did you mean 'two'?" in {problem.help for problem in report.problems}


def test_landed_bytes_are_the_received_bytes(house: House) -> None:
    content = "a,b\r\n中,2\r\n".encode("gb18030")
    house.contract("two", TWO, encoding="GB18030")
    house.drop("two", "x.csv", content)
    house.ingest()
    ((sha256,),) = house.rows("select sha256 from clew.delivery")
    assert (house.settings.landing_dir / sha256[:2] / f"{sha256}.csv").read_bytes() == content
    assert json.dumps(sha256)


@pytest.mark.parametrize(
    "headings",
    ["姓 名,金额", "姓\u3000名,金\xa0额", '"姓\n名","金\r\n额"', "*姓名,＊金额", "姓名：,金额:", "姓名 * ,金额"],
)
def test_spaces_line_breaks_and_marks_in_chinese_headings_do_not_count(house: House, headings: str) -> None:
    house.contract(
        "two",
        TWO.replace("name: a,", "name: a, physicalName: 姓名,").replace("name: b,", "name: b, physicalName: 金额,"),
    )
    house.drop("two", "x.csv", f"{headings}\n张三,1\n")
    assert not house.ingest().problems
    assert house.rows("select a, b from data.two") == [("张三", "1")]


def test_spaces_between_latin_words_of_a_heading_count(house: House) -> None:
    house.contract("two", TWO.replace("name: a,", "name: a, physicalName: paid on,"))
    house.drop("two", "x.csv", "paidon,b\nx,1\n")
    assert house.ingest().refused == 1
