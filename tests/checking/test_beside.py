"""Work that another process does gives what it would give here, also where that process is killed or the work fails."""

from __future__ import annotations

import os
import signal

import pytest

from clew.checking.beside import beside


def _doubled(number: int) -> tuple[int, int]:
    return os.getpid(), 2 * number


def _killed_elsewhere(here: int) -> str:
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"


def _refused(word: str) -> None:
    raise ValueError(word)


@pytest.mark.parametrize("workers", [1, 2])
def test_both_are_done(workers: int) -> None:
    (process, found), made = beside(_doubled, 21, os.getpid, workers)
    assert (found, made) == (42, os.getpid())
    assert (process == os.getpid()) is (workers == 1)


def test_where_the_process_is_killed_this_one_does_the_work() -> None:
    assert beside(_killed_elsewhere, os.getpid(), lambda: "made", 2) == ("done here", "made")


def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="said"):
        beside(_refused, "said", lambda: None, 2)
