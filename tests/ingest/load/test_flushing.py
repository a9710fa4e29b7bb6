"""Flushing beside a load: it ends with the load, whatever ends that, and touches nothing."""

from __future__ import annotations

import os
from pathlib import Path
from threading import active_count

import pytest

from clew.ingest.load import flushing
from clew.ingest.load.flushing import LARGE, flushed_meanwhile


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Flushes without waits between them, each noted by its file's inode on the way to the system."""
    found: list[int] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        fsync(handle)
        found.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(flushing, "BETWEEN", 0.001)
    monkeypatch.setattr(os, "fsync", noted)
    return found


def test_a_large_load_is_flushed_until_it_ends(tmp_path: Path, flushed: list[int]) -> None:
    path = tmp_path / "clew.duckdb"
    path.write_bytes(b"rows")
    threads = active_count()
    with flushed_meanwhile(path, LARGE):
        while len(flushed) < 3:
            assert active_count() == threads + 1
    so_far = len(flushed)
    assert active_count() == threads
    assert set(flushed) == {path.stat().st_ino}
    assert path.read_bytes() == b"rows"
    assert len(flushed) == so_far


def test_a_load_that_fails_ends_it(tmp_path: Path, flushed: list[int]) -> None:
    path = tmp_path / "clew.duckdb"
    path.touch()
    threads = active_count()
    with pytest.raises(ZeroDivisionError), flushed_meanwhile(path, LARGE):
        raise ZeroDivisionError
    assert active_count() == threads


def test_a_small_load_and_a_warehouse_in_memory_are_left_alone(tmp_path: Path, flushed: list[int]) -> None:
    path = tmp_path / "clew.duckdb"
    path.touch()
    threads = active_count()
    with flushed_meanwhile(path, LARGE - 1):
        assert active_count() == threads
    with flushed_meanwhile(tmp_path / "none.duckdb", LARGE):
        assert active_count() == threads
    assert flushed == []
