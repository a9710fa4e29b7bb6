"""Exit codes: what a script may rely on."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    REFUSED = 3
    BUSY = 4
    FAULT = 70
    INTERRUPTED = 130


MEANINGS = {
    Exit.DONE: "done",
    Exit.PROBLEMS: "problems found in contracts, rules, models, sealed files or the state of data, or a trial failed",
    Exit.USAGE: "wrong arguments or settings, or there is no project (or no data yet) here",
    Exit.REFUSED: "data was refused, or a guard or limit stopped the run",
    Exit.BUSY: "another process is working in the warehouse; try again later",
    Exit.FAULT: "a fault in Clew itself; a report without personal data was saved",
    Exit.INTERRUPTED: "interrupted from the keyboard; what was finished is kept",
}
