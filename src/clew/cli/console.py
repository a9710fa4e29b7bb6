"""What a person sees: tables and sentences on standard output, progress and problems on standard error.

Everything reads without colour (NO_COLOR is respected), and a pipe gets whole lines, never cut ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clew.problems import UNSEEN, Problem

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 240
Progress = Callable[[str], None]


def console(*, error: bool = False) -> Console:
    """A console on standard output or error, wide when it is not a terminal."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, width=None if stream.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """One line on standard output, as given but for signs that nobody sees."""
    sys.stdout.write(f"{text.translate(UNSEEN)}\n")


def tell(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{text.translate(UNSEEN)}\n")


def print_json(value: Any) -> None:
    """A value as JSON on standard output; dates and decimals as text."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_problems(problems: Iterable[Problem]) -> None:
    """Problems on standard error, in order of place; each code's meaning in Chinese where it first stands."""
    from clew.cli.meanings import meanings

    seen: set[str] = set()
    for problem in sorted(problems):
        word = "" if problem.severity.value == "error" else "warning: "
        tell(f"{problem.place}: {problem.code} {word}{problem.message}")
        if problem.help:
            tell(f"    help: {problem.help}")
        if problem.code not in seen:
            seen.add(problem.code)
            tell(f"    释义: {meanings()[problem.code]}")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    """A table with a rule under its headings; the columns in ``right`` hold numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, pad_edge=False)
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    screen = console()
    with screen.capture() as drawn:
        screen.print(table, soft_wrap=False)
    for line in drawn.get().splitlines():
        if line.strip():
            say(line.rstrip())


def shown(value: Any) -> str:
    """A cell: numbers with thousands separated, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", " ")
    return str(value)


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Say what is going on while it lasts: a live line on a terminal, plain lines in a log."""
    if not sys.stderr.isatty():
        tell(f"{title} ...")
        yield lambda text: tell(f"  {text}")
        return
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Bars(*columns, console=console(error=True), transient=True) as bars:
        task = bars.add_task(title, total=None)
        yield lambda text: bars.update(task, description=f"{title}: {text}".translate(UNSEEN))
