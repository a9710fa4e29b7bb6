"""Large CSV files are cut into parts: rows keep their numbers whatever the line ends, the encoding and the faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.ingest.read import csv_engine
from ingest.house import House
from ingest.read.test_readers import TWO

LINES = st.lists(st.sampled_from(["a", "文,b", "", "x" * 7]), max_size=8)
ENDS = st.lists(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), min_size=8, max_size=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, ends=ENDS, chunk=st.integers(1, 9))
def test_lines_are_counted_or_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], ends: list[str], chunk: int
) -> None:
    text = "".join(line + end for line, end in zip(lines, ends, strict=False))
    path = tmp_path / "part.csv"
    path.write_bytes(text.encode())
    monkeypatch.setattr(csv_engine, "CHUNK", chunk)
    counted = csv_engine._line_ends(path)
    plain = text == "" or (text.endswith("\n") and "\r" not in text.replace("\r\n", "\n"))
    whole = text.replace("\r\n", "\n").split("\n")[:-1]
    assert counted == (len(whole) if plain and all(whole) else None)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_parts_in_gb18030_are_read_side_by_side(house: House, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(csv_engine, "SMALLEST_PART", 1_000)
    house.contract("two", TWO, encoding="GB18030")
    body = [f"{number},第{number}行𠮷" for number in range(1, 1501)]
    house.drop("two", "a.csv", (end.join(["a,b", *body]) + end).encode("gb18030"))
    assert house.ingest().rows_loaded == 1500
    rows = house.rows("select _row, a, b from data.two order by _row")
    assert rows == [(number, str(number), f"第{number}行𠮷") for number in range(1, 1501)]
    assert list((house.settings.state_dir / "spill").iterdir()) == []


@pytest.mark.parametrize("place", [3, 1496])
def test_a_byte_outside_the_encoding_sets_its_row_aside_in_whichever_part(
    house: House, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr(csv_engine, "SMALLEST_PART", 1_000)
    house.contract("two", TWO, encoding="GB18030")
    body = [f"{number},第{number}行".encode("gb18030") for number in range(1, 1501)]
    body[place - 1] = str(place).encode() + b",\xff\xff"
    house.drop("two", "a.csv", b"\n".join([b"a,b", *body]) + b"\n")
    assert house.ingest().rows_loaded == 1499
    assert house.rows("select row from clew.quarantine") == [(place,)]
    assert list((house.settings.state_dir / "spill").iterdir()) == []
