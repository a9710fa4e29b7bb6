"""Two things at once: another process does one of them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")
Made = TypeVar("Made")


def beside(work: Callable[[Given], Found], given: Given, own: Callable[[], Made], workers: int) -> tuple[Found, Made]:
    """What ``work`` finds in what it is given, and what ``own`` makes meanwhile.

    A copy of this process does the work, which only Linux makes safely; elsewhere, and where it is killed (for its
    memory, perhaps), this process does it. What the work raises is raised here.
    """
    if workers < 2 or sys.platform != "linux":
        return work(given), own()
    with ProcessPoolExecutor(1, get_context("fork"), leave_interrupts) as pool:
        found = pool.submit(work, given)
        made = own()
        try:
            return found.result(), made
        except BrokenProcessPool:
            return work(given), made


def leave_interrupts() -> None:
    """An interrupt is answered by the process that began this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
