"""Whatever is sent: rows in = loaded + set aside, in every format; and bytes that were damaged never stop a run."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clew.contracts.literal import quoted
from tests.ingest.house import House
from tests.ingest.read.test_archives import packed
from tests.ingest.read.test_workbooks import old_workbook

Records = list[tuple[str, str]]
COLUMNS = (
    "  - {name: a, logicalType: string, required: true, logicalTypeOptions: {maxLength: 5}}\n"
    "  - {name: b, logicalType: string}"
)
WORDS = {
    "xlsx": {"sheets": "all"},
    "xls": {"sheets": "all"},
    "fixed": {"widths": "[8, 8]"},
}


def as_csv(records: Records) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("a", "b"), *records])
    return text.getvalue().encode()


def as_sheets(records: Records) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name, part in (("一", records[::2]), ("二", records[1::2])):
            sheet = book.add_worksheet(name)
            for row, values in enumerate([("a", "b"), *part]):
                for column, value in enumerate(values):
                    sheet.write_string(row, column, value)
    return made.getvalue()


def as_xml(records: Records) -> bytes:
    rows = "".join(f"<p><a>{escape(a)}</a><b>{escape(b)}</b></p>" for a, b in records)
    return f"<r>{rows}</r>".encode()


def as_parquet(records: Records) -> bytes:
    made = io.BytesIO()
    pq.write_table(pa.table({"a": [a for a, _ in records], "b": [b for _, b in records]}), made)
    return made.getvalue()


def as_objects(records: Records) -> list[Mapping[str, Any]]:
    return [{"a": a, "b": b} for a, b in records]


FORMATS: Mapping[str, Callable[[Records], bytes]] = {
    "csv": as_csv,
    "zip": lambda records: packed(("甲.csv", as_csv(records[::2])), ("乙.xml", as_xml(records[1::2]))),
    "gz": lambda records: gzip.compress(as_csv(records), mtime=0),
    "xlsx": as_sheets,
    "xls": lambda records: old_workbook(("a", "b"), *records),
    "jsonl": lambda records: b"".join(json.dumps(one).encode() + b"\n" for one in as_objects(records)),
    "json": lambda records: json.dumps(as_objects(records), ensure_ascii=False, indent=1).encode(),
    "xml": as_xml,
    "parquet": as_parquet,
    "fixed": lambda records: "".join(f"{a:<8}{b:<8}\n" for a, b in records).encode(),
}
CELL = st.text(st.sampled_from([*"ab12,;\"'<>&]{}/\\= é张𠮷\u3000\u00a0"]), min_size=1, max_size=7).filter(
    lambda text: bool(text.strip(" \u3000\u00a0"))
)
QUICK = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def dropped(house: House, format_: str, content: bytes) -> tuple[str, Path]:
    """The file under a contract of its own."""
    number = house.rows("select count(*) from clew.delivery")[0][0]
    dataset = f"any{number}"
    for old in (house.settings.project / "data_contracts").glob("*"):
        old.unlink()
    house.contract(
        dataset, COLUMNS, format_=format_ if format_ in ("fixed", "xlsx") else "csv", words=WORDS.get(format_)
    )
    suffix = {"gz": "csv.gz", "fixed": "txt"}.get(format_, format_)
    return dataset, house.drop(dataset, f"x.{suffix}", content)


@pytest.mark.parametrize("format_", FORMATS)
@QUICK
@given(records=st.lists(st.tuples(CELL, CELL), min_size=2, max_size=9))
@example(records=[("=1+1", "x"), ("'", '"'), ("a", "a,b")])
def test_every_record_is_loaded_as_it_was_or_set_aside(house: House, format_: str, records: Records) -> None:
    dataset, path = dropped(house, format_, FORMATS[format_](records))
    (file,) = house.ingest().files
    path.unlink()
    assert file.status == "loaded", file.problem
    assert file.rows_read == len(records) == file.rows_loaded + file.rows_quarantined
    padded = format_ == "fixed"
    good = [(a.strip(" "), b.strip(" ")) if padded else (a, b) for a, b in records]
    expected = sorted(one for one in good if len(one[0]) <= 5)
    assert sorted(house.rows(f"select a, b from data.{quoted(dataset)}")) == expected
    numbers = house.rows(
        f"select _row from data.{quoted(dataset)} union all select row from clew.quarantine where dataset = '{dataset}'"
    )
    assert len(set(numbers)) == len(records)
    parts = house.rows("select coalesce(sum(rows), 0) from clew.part where batch = ?", file.batch)[0][0]
    assert parts in (0, len(records))


@pytest.mark.parametrize("format_", FORMATS)
@QUICK
@given(
    cut=st.floats(0, 1), at=st.floats(0, 1), bytes_=st.binary(max_size=4), what=st.sampled_from(["cut", "put", "swap"])
)
def test_damaged_bytes_are_refused_or_counted(
    house: House, format_: str, cut: float, at: float, bytes_: bytes, what: str
) -> None:
    content = FORMATS[format_]([(f"a{number}", f"张{number}") for number in range(30)])
    place = int(at * len(content))
    if what == "cut":
        content = content[: int(cut * len(content))]
    elif what == "put":
        content = content[:place] + bytes_ + content[place:]
    else:
        content = content[:place] + bytes_ + content[place + len(bytes_) :]
    dataset, path = dropped(house, format_, content)
    report = house.ingest()
    path.unlink()
    (file,) = report.files
    assert file.status in ("loaded", "refused")
    assert file.rows_read == file.rows_loaded + file.rows_quarantined
    if file.status == "refused":
        assert [one for one in report.problems if one.severity.value == "error"]
        assert house.rows("select count(*) from clew.delivery where status = 'landed'") == [(0,)]
    else:
        kept = house.rows("select count(*) from clew.quarantine where dataset = ?", dataset)[0][0]
        assert kept == file.rows_quarantined
        assert house.rows(f"select count(*) from data.{quoted(dataset)}")[0][0] == file.rows_loaded


PLAIN = st.sampled_from(["", "张三", "1.50", "\0", "\x1a", "\x85", "\u2028", "\r", "=1+1", "𠮷", "a" * 9])
QUOTES = st.sampled_from(['"', '"a', 'a"', '"a,b"', '""'])
LINE = st.tuples(
    st.lists(PLAIN, max_size=3) | st.lists(QUOTES, min_size=1, max_size=1),  # a quote in column b: it may hold lines
    st.sampled_from(["utf-8", "gb18030", "latin-1"]),
    st.sampled_from("\n\r"),
)


@QUICK
@given(lines=st.lists(LINE, min_size=1, max_size=12))
@example(lines=[(['"a'], "utf-8", "\n"), (["\0"], "gb18030", "\r"), (['a"'], "latin-1", "\n")])
def test_no_line_of_mixed_encodings_quotes_and_lengths_is_lost(
    house: House, lines: list[tuple[list[str], str, str]]
) -> None:
    """Each line begins with a word of its own; afterwards it stands in the table or in the quarantine."""
    content = b"a,b\n"
    for number, (cells, encoding, end) in enumerate(lines):
        content += ",".join([f"W{number:03}Z", *cells]).encode(encoding, "replace") + end.encode()
    dataset, path = dropped(house, "csv", content)
    (file,) = house.ingest().files
    path.unlink()
    assert file.status == "loaded", file.problem
    loaded = house.rows(f"select concat_ws(' ', a, b) from data.{quoted(dataset)}")
    held = house.rows("select record::varchar from clew.quarantine where dataset = ?", dataset)
    assert (len(loaded), len(held)) == (file.rows_loaded, file.rows_quarantined)
    text = " ".join(str(one) for (one,) in [*loaded, *held])
    assert [number for number in range(len(lines)) if f"W{number:03}Z" not in text] == []
