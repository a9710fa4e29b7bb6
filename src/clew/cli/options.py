"""Options that several commands share, each defined once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def day(text: str) -> date:
    """A date argument; a bad one is a wrong argument, not a fault."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date; write it as 2026-06-30") from None


Project = Annotated[
    Path | None,
    typer.Option("--project", "-C", help="Project folder. Default: CLEW_PROJECT, or the nearest one upward from here."),
]
AsOf = Annotated[
    date | None, typer.Option("--as-of", parser=day, metavar="DATE", help="Screen as of this day. Default: today.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Language = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="Language. Default: the settings'.")]
Purpose = Annotated[
    str | None,
    typer.Option(
        "--purpose", metavar="list|case", help="list: personal data masked; case: shown. Default: the settings'."
    ),
]
