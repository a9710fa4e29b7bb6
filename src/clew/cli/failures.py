"""Every way a command may fail, as a sentence and an exit code; a traceback is never shown."""

from __future__ import annotations

import errno
import re
import sys

from clew.cli.console import print_problems, tell
from clew.cli.crash import save_report
from clew.cli.exits import Exit
from clew.problems import ProblemError

REFUSING_CODES = ("I", "D", "S")
USAGE_CODES = ("P", "N030")
"""No project, and a dataset that was named on the command line and is fetched from nowhere."""
_FULL = re.compile("No space left|Disk quota|File too large|Could not write")
"""A full disk in the engine's words; what the error is called depends on when it was noticed."""
_ROOM = "free some, then run the same command again: what was finished is kept, and nothing is half done"


class CommandError(Exception):
    """A command's own end: a sentence for the person, and the code for the program."""

    def __init__(self, code: Exit, message: str = "", help: str = "") -> None:
        self.code, self.help = code, help
        super().__init__(message)


def explain_failure(fault: BaseException, command: str) -> Exit:
    """Say what went wrong in ``command`` on standard error and give the exit code."""
    if isinstance(fault, CommandError):
        return _stop(fault)
    if isinstance(fault, ProblemError):
        print_problems(fault.problems)
        return code_of(fault)
    if isinstance(fault, KeyboardInterrupt):
        tell("stopped; what was finished is kept, and the same command goes on from there")
        return Exit.INTERRUPTED
    known = _known(fault)
    if known:
        return _stop(known)
    report = save_report(fault, command)
    tell(f"clew failed in a way it should not: {type(fault).__name__}. Please send this report: {report}")
    return Exit.FAULT


def code_of(error: ProblemError) -> Exit:
    """Refused data and stopped runs are told apart from problems in the content by their code's letter."""
    codes = [problem.code for problem in error.problems]
    if all(code.startswith(USAGE_CODES) for code in codes):
        return Exit.USAGE
    return Exit.REFUSED if all(code.startswith(REFUSING_CODES) for code in codes) else Exit.PROBLEMS


def _stop(stop: CommandError) -> Exit:
    if str(stop):
        tell(str(stop))
    if stop.help:
        tell(f"    help: {stop.help}")
    return stop.code


def _known(fault: BaseException) -> CommandError | None:
    """Failures that other layers report with exceptions of their own; their modules are looked up, not loaded."""
    if _is(fault, "clew.plan", "PlanError"):
        return CommandError(Exit.REFUSED, str(fault))
    if _is(fault, "clew.clues.lifecycle", "MoveError"):
        return CommandError(Exit.USAGE, str(fault))
    if _is(fault, "duckdb", "Error") and (broken := _damaged(fault)):
        return broken
    if _is(fault, "duckdb", "IOException") or (_is(fault, "duckdb", "Error") and _FULL.search(str(fault))):
        return _warehouse(str(fault))
    if _is(fault, "duckdb", "OutOfMemoryException"):
        return CommandError(Exit.REFUSED, "the work needs more memory or disk than the settings allow",
                    "raise memory_limit or temp_limit in clew.toml")  # fmt: skip
    if _is(fault, "duckdb", "CatalogException") and "clew." in str(fault):
        return CommandError(
            Exit.USAGE, "the warehouse was made by another version of Clew", "move it away and ingest again"
        )
    if _is(fault, "clew.settings", "SettingsError"):
        return CommandError(Exit.USAGE, f"the settings have errors (clew.toml or CLEW_ variables): {fault}")
    if _is(fault, "tomllib", "TOMLDecodeError"):
        return CommandError(Exit.USAGE, f"clew.toml cannot be read: {fault}")
    if isinstance(fault, FileNotFoundError) and str(fault).endswith("warehouse.duckdb"):
        return CommandError(Exit.USAGE, f"there is no warehouse yet at {fault}", "receive and screen first: clew run")
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        where = f" ({fault.filename})" if fault.filename else ""
        return CommandError(Exit.REFUSED, f"there is no room left on the disk{where}: {fault.strerror}", _ROOM)
    if isinstance(fault, OSError):
        return CommandError(
            Exit.USAGE, f"{fault.strerror or type(fault).__name__}: {fault.filename or ''}".rstrip(": ")
        )
    return None


def _damaged(fault: BaseException) -> CommandError | None:
    from clew.settings import WAREHOUSE
    from clew.warehouse import is_damaged

    if not isinstance(fault, Exception) or not is_damaged(fault):
        return None
    return CommandError(
        Exit.REFUSED, f"{WAREHOUSE} in the state folder is damaged, or is no warehouse of Clew",
        "put it back from a backup; without one move it away: what was received still lies in landing/",
    )  # fmt: skip


def _warehouse(message: str) -> CommandError:
    if "lock" in message.lower():
        return CommandError(
            Exit.BUSY, "another process is working in this warehouse", "wait until it has finished, then try again"
        )
    return CommandError(Exit.REFUSED, f"the warehouse cannot be read or written: {message.splitlines()[0]}",
                _ROOM if _FULL.search(message) else "check the file's permissions")  # fmt: skip


def _is(fault: BaseException, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(fault, kind)
