"""Two exports joined into one file: lines in UTF-8 inside GB18030 read as other characters without a fault, so they are
looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.ingest.read import csv_engine, transcode
from tests.ingest.house import House
from tests.ingest.read.test_readers import TWO

NAMES = st.sampled_from(["张三", "王小明", "欧阳娜娜", "阿卜杜拉·买买提", "联通", "𠮷田", "Li"])


@pytest.mark.parametrize("place", [3, 1496])
@pytest.mark.parametrize("encoding", ["GB18030", "auto"])
def test_a_line_in_utf8_is_set_aside_in_whichever_part(
    house: House, monkeypatch: pytest.MonkeyPatch, encoding: str, place: int
) -> None:
    monkeypatch.setattr(csv_engine, "SMALLEST_PART", 1_000)
    house.contract("two", TWO.replace("name: a,", "name: a, physicalName: 编号,"), encoding=encoding)
    body = [f"{number},张三".encode("gb18030") for number in range(1, 1501)]
    body[place - 1] = f"{place},张三".encode()
    house.drop("two", "a.csv", b"\n".join(["编号,b".encode("gb18030"), *body]) + b"\n")
    assert house.ingest().rows_loaded == 1499
    assert house.rows("select distinct b from data.two") == [("张三",)]
    ((row, reasons),) = house.rows("select row, reasons from clew.quarantine")
    assert row == place and "UTF-8" in reasons[0]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(NAMES, st.booleans()), min_size=1, max_size=6),
    size=st.integers(1, 40),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_no_line_in_utf8_passes_wherever_the_reading_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[tuple[str, bool]], size: int, end: str, last: bool
) -> None:
    monkeypatch.setattr(transcode, "CHUNK", size)
    written = [f"1,{name},2{end}".encode("utf-8" if utf8 else "gb18030") for name, utf8 in lines]
    content = b"".join(written).removesuffix(b"" if last else end.encode())
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(content)
    try:
        transcode.transcode(source, transcode.Range(0, len(content)), "gb18030", target)
    except UnicodeError:
        assert any(utf8 and name != "Li" for name, utf8 in lines)
    else:
        assert not any(utf8 and name in ("张三", "欧阳娜娜", "联通") for name, utf8 in lines)
        assert target.read_text("utf-8") == content.decode("gb18030").replace("\r\n", "\n")
