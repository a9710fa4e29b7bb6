"""Large CSV files are cut into parts: rows keep their numbers whatever the line ends, the encoding and the faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.ingest.land.census import Census
from clew.ingest.read import csv_engine
from tests.ingest.house import House
from tests.ingest.read.test_readers import TWO

LINES = st.lists(st.sampled_from(["a", "文,b", "", "x" * 7]), max_size=8)
ENDS = st.lists(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), min_size=8, max_size=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, ends=ENDS, size=st.integers(1, 9))
def test_lines_are_counted_or_left_to_the_engine(tmp_path: Path, lines: list[str], ends: list[str], size: int) -> None:
    text = "".join(line + end for line, end in zip(lines, ends, strict=False)).encode()
    path, census = tmp_path / "part.csv", Census()
    path.write_bytes(text)
    for start in range(0, len(text), size):
        census.add(text[start : start + size])
    for cut in [place for place, byte in enumerate(text, start=1) if byte == ord("\n")]:
        counted = census.lines_before(path, cut)
        assert counted == text.count(b"\n", 0, cut) if _plain(text) else counted is None or _plain(text[:cut])


def _plain(text: bytes) -> bool:
    """No carriage return alone and no blank line."""
    joined = text.replace(b"\r\n", b"\n")
    return b"\r" not in joined and b"\n\n" not in joined and not joined.startswith(b"\n")


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


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("cell", ["第{0}行", '"第{0}\n行, ""x"""'])
def test_parts_in_utf8_are_read_side_by_side(
    house: House, monkeypatch: pytest.MonkeyPatch, mark: bytes, cell: str
) -> None:
    monkeypatch.setattr(csv_engine, "SMALLEST_PART", 1_000)
    house.contract("two", TWO)
    body = "".join(f"{number},{cell.format(number)}\n" for number in range(1, 1501))
    house.drop("two", "a.csv", mark + f"a,b\n{body}".encode())
    assert house.ingest().rows_loaded == 1500
    rows = house.rows("select _row, a from data.two order by _row")
    assert rows == [(number, str(number)) for number in range(1, 1501)]
    assert list((house.settings.state_dir / "spill").iterdir()) == []
