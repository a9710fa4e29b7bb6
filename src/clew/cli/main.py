"""The command ``clew``: its commands, and the one place where every failure becomes a sentence and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from clew.cli import (
    batch_commands,
    catalogue_commands,
    clue_commands,
    content_commands,
    contract_commands,
    coverage_commands,
    demo_commands,
    dossier_commands,
    drift_commands,
    landing_commands,
    measure_commands,
    night_commands,
    project_commands,
    quarantine_commands,
    rule_commands,
    schema_commands,
    source_commands,
)
from clew.cli.exits import MEANINGS, Exit

EPILOG = "\b\nExit codes:\n" + "\n".join(f"{int(code):>5}  {meaning}" for code, meaning in MEANINGS.items())

app = typer.Typer(
    name="clew",
    help="Big-data legal supervision: data contracts, declarative rules, scored clues with evidence.\n\n"
    "\b\nExamples:\n  clew check\n  clew test\n  clew run --as-of 2026-06-30\n  clew batches",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
for group in (
    project_commands,
    schema_commands,
    content_commands,
    contract_commands,
    rule_commands,
    measure_commands,
    source_commands,
    landing_commands,
    coverage_commands,
    night_commands,
    quarantine_commands,
    batch_commands,
    clue_commands,
    dossier_commands,
    drift_commands,
    catalogue_commands,
    demo_commands,
):
    group.register(app)


def say_version(wanted: bool) -> None:
    """Print the installed version and stop."""
    if wanted:
        from importlib.metadata import version

        typer.echo(f"clew {version('clew')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=say_version)
    ] = False,
) -> None:
    """Big-data legal supervision: data contracts, declarative rules, scored clues with evidence."""


NEW_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Python's own 700 makes reading and compiling take half as long again: their trees link to their parents, and each
collection walks through all that was read so far."""


def main() -> None:
    """Run the command line and end the process with one of the documented exit codes."""
    gc.set_threshold(NEW_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    ended = run(sys.argv[1:])
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError):
            stream.flush()
    os._exit(ended)  # taking apart all that was made and imported would take a tenth of a short command


def run(arguments: list[str]) -> int:
    """Run one command; the exit code. No exception leaves this function."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        ended = app(args=arguments, prog_name="clew", standalone_mode=False)
        sys.stdout.flush()
    except typer.Exit as wanted:
        return int(wanted.exit_code)
    except typer.Abort:
        return int(Exit.INTERRUPTED)
    except (BrokenPipeError, SystemExit) as left:
        if isinstance(left, SystemExit) and not isinstance(left.__context__, BrokenPipeError):
            return left.code if isinstance(left.code, int) else int(Exit.DONE)
        sys.stdout = None  # the reader left, which typer would call a failure; nothing more can or need be written
        return int(Exit.DONE)
    except (Exception, KeyboardInterrupt) as fault:
        return _failed(fault, arguments)
    return ended if isinstance(ended, int) else int(Exit.DONE)


def _failed(fault: BaseException, arguments: list[str]) -> int:
    from clew.cli.failures import explain_failure

    show = getattr(fault, "show", None)
    if callable(show) and hasattr(fault, "exit_code"):
        show()
        return int(Exit.USAGE)
    # Only the command's own name goes into a report: any other argument may name a person or a case.
    known = typer.main.get_group(app).commands
    return int(explain_failure(fault, next((word for word in arguments if word in known), "")))
