"""Two things at once: another process does one of them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Found = TypeVar("Found")
Made = TypeVar("Made")


def beside(work: Callable[[], Found], own: Callable[[], Made], workers: int) -> tuple[Found, Made]:
    """What ``work`` finds and what ``own`` makes, at the same time where there are ``workers`` for both.

    A copy of this process does the work and sends what it found, which must be picklable. Only Linux copies safely;
    elsewhere, and where the copy is killed (for its memory, perhaps), this process does both. What either raises is
    raised.
    """
    if workers < 2 or sys.platform != "linux":
        return work(), own()
    here, there = get_context("fork").Pipe(duplex=False)
    copy = get_context("fork").Process(target=_send, args=(there, work))
    copy.start()
    there.close()
    try:
        made = own()
        error, found = here.recv()
    except EOFError:
        return work(), made
    finally:
        here.close()
        copy.kill()  # it has told all it knows, or nobody listens any more
        copy.join()
    if error is not None:
        raise error
    return found, made


def leave_interrupts() -> None:
    """An interrupt is answered by the process that began this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _send(there: Connection, work: Callable[[], Any]) -> None:
    leave_interrupts()
    error, found = None, None
    try:
        found = work()
    except Exception as raised:
        error = raised
    there.send((error, found))
