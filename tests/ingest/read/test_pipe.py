"""A pipe gives exactly the bytes of its range, ends when nobody reads it, and never lets half a file pass."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.ingest.read.csv_engine import engine_relation
from clew.ingest.read.csv_exact import Dialect
from clew.ingest.read.pipe import piped
from clew.ingest.read.transcode import Range

DIALECT = Dialect("utf-8", ",", '"', False)
LARGE = 3 * 1024 * 1024
"""More than a pipe holds."""


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, LARGE), (7, 8), (1_000_001, LARGE - 1)])
def test_the_bytes_of_a_range_come_through(tmp_path: Path, start: int, end: int) -> None:
    path = tmp_path / "a"
    text = bytes(number % 251 for number in range(LARGE))
    path.write_bytes(text)
    with piped(path, Range(start, end), b"no") as name, Path(name).open("rb") as read:
        assert read.read() == text[start:end]


def test_a_pipe_that_nobody_reads_or_that_is_left_half_way_ends(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(LARGE))
    with piped(path, Range(0, LARGE), b""):
        pass
    with piped(path, Range(0, LARGE), b"") as name, Path(name).open("rb") as read:
        assert len(read.read(10)) == 10


@given(cut=st.integers(0, 45))
@settings(max_examples=46, deadline=None)
def test_the_engine_refuses_a_part_whose_file_ends_too_early(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    text = b'1,"a ""b""\nc",d\n2,e,"f"\n"3","g,""",h\n4,i,"j\n"\n'
    assert len(text) == 46
    path = tmp_path_factory.mktemp("cut") / "a.csv"
    path.write_bytes(text[:cut])
    refused = b'\n"x\n"\n'
    with piped(path, Range(0, len(text)), refused) as name, pytest.raises(duckdb.Error):
        duckdb.connect().execute(f"select * from {engine_relation(name, 3, DIALECT, header=False)}").fetchall()
