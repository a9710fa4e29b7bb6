"""Fixed width, XML records, JSON documents, and CSV files under titles or in an encoding nobody told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clew.contracts.file_format import read_file_format
from clew.ingest.read import json_document, xml_records
from clew.ingest.report.report import IngestReport
from clew.problems import Problems
from clew.yaml_file import parse_yaml
from tests.ingest.house import House

TWO = "  - {name: a, logicalType: string}\n  - {name: b, logicalType: string}"
Rows = list[tuple[object, ...]]


def take(
    house: House, content: bytes, file: str, properties: str = TWO, *, format_: str = "csv", encoding: str = "UTF-8",
    **words: str,
) -> IngestReport:  # fmt: skip
    """Ingest one file under a contract with words of its file format."""
    house.contract("two", properties, format_=format_, encoding=encoding, words=words)
    house.drop("two", file, content)
    report = house.ingest()
    for one in report.files:
        assert one.rows_read == one.rows_loaded + one.rows_quarantined
    return report


def loaded(house: House) -> Rows:
    """Rows of the table."""
    return house.rows("select _row, a, b from data.two order by _row")


def set_aside(house: House) -> dict[int, str]:
    """Reasons by row, without their sentences."""
    found = house.rows("select row, reasons from clew.quarantine")
    return {row: reasons[0].partition(":")[0] for row, reasons in found}


def codes(report: IngestReport) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in report.problems]


# Fixed width


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "unit"), [("GB18030", "bytes"), ("UTF-8", "characters"), ("UTF-16", "characters")]
)
def test_columns_stand_where_the_contract_says(house: House, encoding: str, unit: str, end: str) -> None:
    pad = (lambda text, width: text + " " * (width - len(text.encode("gb18030")))) if unit == "bytes" else str.ljust
    lines = [pad("张三", 8) + pad("001", 5), pad("x", 8) + "  2  "]
    content = (end.join(lines) + end).encode(encoding)
    take(house, content, "x.txt", format_="fixed", encoding=encoding, widths="[8, 5]", widthUnit=unit)
    assert loaded(house) == [(1, "张三", "001"), (2, "x", "2")]


def test_positions_leave_columns_out_and_skip_passes_over_lines(house: House) -> None:
    content = b"TITLE\n12  zz34\n"
    take(house, content, "x.dat", format_="fixed", positions="{b: 1-4, a: 7-8}", skip="1")
    assert loaded(house) == [(1, "34", "12")]


def test_a_fixed_record_that_is_too_short_too_long_or_cut_through_a_character_is_set_aside(house: House) -> None:
    good, short, long_ = b"ab  12", b"ab  1", b"ab  12  x"
    split = "a张b".encode("gb18030")[:2] + b"  123"
    content = b"\n".join([good, short, long_, split, b"", b"ab\x0012 ", good, "合计".encode("gb18030") + b"  "])
    report = take(
        house, content, "x.txt", format_="fixed", encoding="GB18030", widths="[4, 2]", widthUnit="bytes", footer="合计"
    )
    assert loaded(house) == [(1, "ab", "12"), (7, "ab", "12")]
    assert set_aside(house) == {2: "width", 3: "width", 4: "encoding", 6: "nul"}
    assert codes(report) == ["I037"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "needs 'widths' or 'positions'"),
        ("{property: widths, value: [1]}", "must be 2 whole numbers"),
        ("{property: widths, value: [1, x]}", "must be 2 whole numbers"),
        ("{property: positions, value: {a: 1-2}}", "leaves out: b"),
        ("{property: positions, value: {a: 1-2, b: 4-3}}", "must say where it stands"),
        ("{property: positions, value: {a: 1-2, c: 3}}", "'c' is not a column"),
        ("{property: widths, value: [1, 2]}, {property: skip, value: -1}", "whole number"),
        ("{property: widths, value: [1, 2]}, {property: footer, value: '('}", "not a pattern"),
        ("{property: widths, value: [1, 2]}, {property: widthUnit, value: byte}", "width unit"),
    ],
)
def test_mistakes_in_the_words_of_files_are_told_where_they_stand(words: str, says: str) -> None:
    text = f"""servers:
  - {{server: drop, type: local, path: x, format: fixed, customProperties: [{words}]}}
schema:
  - name: t
    properties: [{{name: a}}, {{name: b}}]
"""
    problems = Problems()
    node = parse_yaml(text, "x.odcs.yaml", problems)
    assert node is not None
    read_file_format(node, problems)
    assert [(problem.code, problem.place.line) for problem in problems] == [("C004", 2)]
    assert says in str(problems.errors[0])


# XML


def test_xml_records_with_attributes_paths_namespaces_and_values_above(house: House) -> None:
    properties = "\n".join(
        f"  - {{name: {name}, physicalName: '{path}', logicalType: string}}"
        for name, path in [
            ("a", "@编号"),
            ("b", "姓名"),
            ("c", "住址.市"),
            ("d", "电话"),
            ("e", "单位"),
            ("f", "批.@月"),
        ]
    )
    text = """<?xml version="1.0"
      encoding="GB2312"?>
    <z:根 xmlns:z="urn:x"><单位>某局</单位><批 月="5"><z:人 编号="1"><姓名>张&amp;三</姓名><住址><市>合肥</市></住址>
      <电话>2</电话><电话>1</电话></z:人><z:人 编号="2"><姓名/><备注>x</备注></z:人></批></z:根>"""
    report = take(house, text.encode("gb2312"), "x.xml", properties, records="批.人")
    assert house.rows("select _row, a, b, c, d, e, f from data.two order by _row") == [
        (1, "1", "张&三", "合肥", "1,2", "某局", "5"),
        (2, "2", None, None, None, "某局", "5"),
    ]
    assert [(problem.code, "备注" in problem.message) for problem in report.problems] == [("I011", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
def test_xml_in_any_encoding(house: House, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><r><p><a>文</a><b>1</b></p></r>'
    take(house, text.encode(encoding), "x.xml")
    assert loaded(house) == [(1, "文", "1")]


def test_an_xml_file_cut_short_is_refused_with_its_place(house: House) -> None:
    report = take(house, b"<r>\n<p><a>1</a></p>\n<p><a>2</a>\n</r>", "x.xml")
    (problem,) = [one for one in report.problems if one.code == "I040"]
    assert (report.refused, problem.place.line) == (1, 4)
    assert house.rows("select count(*) from clew.delivery where status = 'landed'") == [(0,)]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE r [<!ENTITY a "1234567890"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_and_document_types_are_refused(house: House, head: str) -> None:
    report = take(house, f"<?xml version='1.0'?>{head}<r><p><a>1</a></p></r>".encode(), "x.xml")
    assert (codes(report), report.refused) == (["I039"], 1)


def test_elements_without_end_are_refused_at_once(house: House) -> None:
    house.contract("pay", format_="xml")
    house.drop("pay", "deep.xml", b"<a>" * 50_000 + b"</a>" * 50_000)
    report = house.ingest()
    assert (codes(report), report.refused) == (["I040"], 1) and "nested" in report.files[0].problem


def test_columns_without_end_are_not_told_one_by_one(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "wide.csv", (",".join(["金额", *(f"c{number}" for number in range(100_000))]) + "\n").encode())
    report = house.ingest()
    said = [problem for problem in report.problems if problem.code == "I011"]
    assert report.refused == 1 and len(said) == 21 and any("99980 more columns" in one.message for one in said)


def test_an_xml_record_with_bytes_of_another_encoding_is_set_aside(house: House) -> None:
    content = "<r><p><a>文</a></p><p><a>".encode() + "文".encode("gb18030") + b"</a></p><p><b>1</b></p></r>"
    take(house, content, "x.xml")
    assert [row for row, *_ in loaded(house)] == [1, 3]
    assert set_aside(house) == {2: "encoding"}


def test_xml_memory_does_not_grow_with_the_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import tracemalloc

    path = house.settings.project / "big.xml"
    with path.open("wb") as file:
        file.write(b"<r><list>")
        for number in range(12_000):
            file.write(b"<p><a>%d</a><b>%s</b></p>" % (number, b"y" * 60))
        file.write(b"</list></r>")
    house.contract("two", TWO, words={"records": "list.p"})
    contract = house.catalogue.contracts["two"]
    tracemalloc.start()
    with path.open("rb") as file:
        count = sum(1 for _ in xml_records._records(xml_records._Utf8(file, "utf-8"), contract))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 1_000_000) == (12_000, True), peak


# JSON documents


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_objects_keeps_digits(house: House, indent: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "_PIECE", 7)
    records = [{"a": '张,}]"', "b": 110101199001011237}, 5, {"a": None}, {"a": {"k": [1.10]}}]
    text = json.dumps(records, ensure_ascii=False, indent=indent).replace("1.1", "1.10")
    take(house, text.encode(), "x.json")
    assert loaded(house) == [
        (1, '张,}]"', "110101199001011237"),
        (3, None, None),
        (4, '{"k": [1.10]}', None),
    ]
    assert set_aside(house) == {2: "json"}


def test_an_object_that_holds_the_records_and_lines_under_the_ending_json(house: House) -> None:
    properties = (
        "  - {name: a, physicalName: data.list.a, logicalType: string}\n"
        "  - {name: b, physicalName: month, logicalType: string}"
    )
    text = json.dumps({"data": {"list": [{"a": "1"}, {"a": "2"}], "total": 2}, "month": "5"}, indent=1)
    take(house, text.encode(), "x.json", properties, records="data.list")
    assert loaded(house) == [(1, "1", "5"), (2, "2", "5")]
    house.contract("lines", TWO)
    house.drop("lines", "y.json", b'{"a": "1"}\n{"a": \n{"a": "3"}\n')
    house.ingest()
    assert house.rows("select _row, a from data.lines order by _row") == [(1, "1"), (3, "3")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"a": "1"},\n {"a": "2"', (2, 11)),
        ('[{"a": "1"},\n {"a" "2"}]', (2, 7)),
        ('[{"a": "1"}\n {"a": "2"}]', (2, 2)),
        ('[{"a": "1"}', (1, 12)),
        ('[{"a": "1"}] x', (1, 14)),
        ("[" * 100_000, (1, 2)),
    ],
)
def test_a_document_that_breaks_off_is_refused_with_its_place(house: House, text: str, place: tuple[int, int]) -> None:
    report = take(house, text.encode(), "x.json")
    (problem,) = report.problems
    assert (problem.code, (problem.place.line, problem.place.column)) == ("I040", place)


# CSV


def test_titles_and_headings_over_two_rows_of_a_csv_file(house: House) -> None:
    properties = (
        "  - {name: a, physicalName: 姓名, logicalType: string}\n"
        "  - {name: b, physicalName: 发放/金额, logicalType: string}"
    )
    text = '某县发放表,,\n"2026年,5月",,\n姓名,发放,\n,金额,日期\n张三,1,2\n李四,3\n王五,5,6\n合计,6,\n'
    report = take(house, text.encode(), "x.csv", properties, footer="合计")
    assert loaded(house) == [(1, "张三", "1"), (3, "王五", "5")]
    assert set_aside(house) == {2: "columns"}
    assert codes(report) == ["I037", "I011"]


def test_skip_says_how_many_rows_stand_above_the_headings(house: House) -> None:
    take(house, b"a,b\nold,names\n" + b"t\n" * 11 + b"b,a\n1,x\n", "x.csv", skip="13")
    assert loaded(house) == [(1, "x", "1")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "shift_jis"])
def test_an_open_encoding_is_found_by_headings_and_bytes_and_said(house: House, encoding: str) -> None:
    properties = (
        "  - {name: a, physicalName: 姓名, logicalType: string}\n  - {name: b, physicalName: 地址, logicalType: string}"
    )
    people = "".join(f"張三丰{number},東京都千代田区永田町一丁目\n" for number in range(50))
    if encoding == "shift_jis":
        people = people.replace("永", "えい").replace("丰", "豊")
    elif encoding == "big5":
        people = people.replace("区", "區")
    report = take(house, f"姓名,地址\n{people}".encode(encoding), "x.csv", properties, encoding="auto")
    assert len(loaded(house)) == 50
    assert loaded(house)[0][1] == ("張三豊0" if encoding == "shift_jis" else "張三丰0")
    assert codes(report) == ([] if encoding in ("utf-8", "utf-16") else ["I038"])


def test_a_file_in_two_encodings_is_read_in_that_of_its_headings(house: House) -> None:
    properties = (
        "  - {name: a, physicalName: 姓名, logicalType: string}\n  - {name: b, physicalName: 地址, logicalType: string}"
    )
    content = "姓名,地址\n张三,合肥\n".encode() + "李四,芜湖\n".encode("gb18030") + "王五,六安\n".encode()
    take(house, content, "x.csv", properties, encoding="auto")
    assert [row for row, *_ in loaded(house)] == [1, 3]
    assert set_aside(house) == {2: "encoding"}


# What a file is


@pytest.mark.parametrize(
    ("file", "content", "found"),
    [
        ("x.xlsx", b"a,b\nx,1\n", ["I030"]),
        ("x.xls", b'[{"a": "x", "b": "1"}]', ["I030"]),
        ("x.parquet", b'{"a": "x", "b": "1"}\n', ["I030"]),
        ("x.zip", "a,b\nx,1\n".encode("utf-16"), ["I030"]),
        ("x.gz", b"<r><p><a>x</a><b>1</b></p></r>", ["I030"]),
    ],
)
def test_text_under_a_wrong_ending_is_read_as_what_it_is(
    house: House, file: str, content: bytes, found: list[str]
) -> None:
    assert codes(take(house, content, file)) == found
    assert [row[1:] for row in loaded(house)] == [("x", "1")]


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("x.xls", b"<html><body><table><tr><td>a</td></tr></table></body></html>", "a web page"),
        (
            "x.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML workbook",
        ),
        ("x.csv", b"%PDF-1.7\n", "a PDF document"),
        ("x.csv", b"Rar!\x1a\x07\x00", "a RAR archive"),
        ("x.zip", b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        ("x.xlsx", b"\x00\x01\x02\x03" * 400, "spreadsheet"),
    ],
)
def test_what_is_no_data_is_called_by_its_name(house: House, file: str, content: bytes, says: str) -> None:
    (problem,) = take(house, content, file).problems
    assert problem.code == "I015"
    assert says in problem.message


def test_text_with_tabs_under_the_ending_of_a_workbook_says_how_it_can_be_read(house: House) -> None:
    (problem,) = take(house, b"a\tb\nx\t1\n", "x.xls").problems
    assert problem.code == "I015" and "separated by tabs" in problem.message and "'delimiter: tab'" in problem.help
    take(house, b"a\tb\nx\t1\n", "x.xls", delimiter="tab")
    assert loaded(house) == [(1, "x", "1")]


def test_a_workbook_called_csv_is_read(house: House, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["x", "1"])
    assert codes(take(house, (tmp_path / "x.xlsx").read_bytes(), "x.csv")) == ["I030"]
    assert [row[1:] for row in loaded(house)] == [("x", "1")]
