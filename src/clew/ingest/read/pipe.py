"""A range of a file's bytes under a path of its own, to be read once: a pipe, so no copy of it is ever written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path
from select import POLLOUT, poll
from threading import Event, Thread

from clew.ingest.read.transcode import Range

_CAPACITY = 1024 * 1024
"""Bytes that wait in a pipe; most systems allow no more."""
_PATIENCE = 100
"""Milliseconds after which a pipe that nobody reads is looked at again."""


@contextmanager
def piped(path: Path, part: Range, refused: bytes) -> Iterator[str]:
    """A path at which the range can be read from its start to its end, while the block lasts.

    Where the file cannot be read to the end of the range, ``refused`` follows: what no reader takes for the end of a
    whole file.
    """
    out, into = os.pipe()
    os.set_blocking(into, False)
    with suppress(OSError):  # a smaller one works as well
        fcntl(into, F_SETPIPE_SZ, _CAPACITY)
    stopped = Event()
    feeder = Thread(target=_feed, args=(path, part, into, refused, stopped), daemon=True)
    feeder.start()
    try:
        yield f"/dev/fd/{out}"
    finally:
        stopped.set()
        feeder.join()
        os.close(out)


def _feed(path: Path, part: Range, into: int, refused: bytes, stopped: Event) -> None:
    """Move the bytes within the kernel; whoever waits for them may stop reading at any moment."""
    room, start = poll(), part.start
    room.register(into, POLLOUT)
    try:
        with path.open("rb") as source:
            while start < part.end and not stopped.is_set():
                if room.poll(_PATIENCE):
                    start += _moved(source.fileno(), into, start, part.end)
        refused = b""
    except OSError:
        pass  # who reads the file in another way will meet the same fault, and say it
    finally:
        while refused and not stopped.is_set():
            if room.poll(_PATIENCE):
                refused = refused[os.write(into, refused) :]
        os.close(into)


def _moved(source: int, into: int, start: int, end: int) -> int:
    """How many bytes went into the pipe; raises OSError where the file ends too early."""
    try:
        moved = os.splice(source, into, end - start, offset_src=start)
    except BlockingIOError:
        return 0
    if not moved:
        raise OSError(f"the file ends at byte {start}, before {end}")
    return moved
