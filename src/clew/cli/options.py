"""Options that several commands share, each defined once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

YEARS = range(1900, 2200)
"""A day outside of them is a slip of the keyboard; with a year's distance from it no calendar reaches its end."""


def day(text: str) -> date:
    """A date argument; a bad one is a wrong argument, not a fault."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date; write it as 2026-06-30") from None
    if found.year not in YEARS:
        raise typer.BadParameter(f"'{text}' lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return found


def past_day(text: str) -> date:
    """The day on which something was received or decided: not one to come, from which on it would count unseen."""
    found = day(text)
    if found > date.today():
        raise typer.BadParameter(f"'{text}' has not come yet")
    return found


def region(text: str) -> str:
    """A division code argument as the prefix of all codes below it."""
    from clew.contracts.regions import REGION_HELP, region_of

    found = region_of(text)
    if found is None:
        raise typer.BadParameter(f"'{text}' is no division code; {REGION_HELP}")
    return found


Project = Annotated[
    Path | None,
    typer.Option("--project", "-C", help="Project folder. Default: CLEW_PROJECT, or the nearest one upward from here."),
]
AsOf = Annotated[
    date | None, typer.Option("--as-of", parser=day, metavar="DATE", help="Screen as of this day. Default: today.")
]
Today = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=past_day, metavar="DATE", help="The day this is done, and of receipt. Default: today."
    ),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=2**31 - 1, help="At most this many.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Language = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="Language. Default: the settings'.")]
Purpose = Annotated[
    str | None,
    typer.Option(
        "--purpose", metavar="list|case", help="list: personal data masked; case: shown. Default: the settings'."
    ),
]
