"""Work that another process does gives what it would give here, also where that process is killed or the work fails."""

from __future__ import annotations

import os
import signal

import pytest

from clew.checking.beside import beside


@pytest.mark.parametrize("workers", [1, 2])
def test_both_are_done(workers: int) -> None:
    there, here = beside(os.getpid, os.getpid, workers)
    assert here == os.getpid() and (there == here) is (workers == 1)


def test_where_the_process_is_killed_this_one_does_the_work() -> None:
    here = os.getpid()

    def killed_elsewhere() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    assert beside(killed_elsewhere, lambda: "made", 2) == ("done here", "made")


def test_what_either_raises_is_raised() -> None:
    def refused() -> None:
        raise ValueError("said")

    for work, own in ((refused, os.getpid), (os.getpid, refused)):
        with pytest.raises(ValueError, match="said"):
            beside(work, own, 2)
