"""models and backtest: how often a model was right, and what another threshold would have found."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(models)
    app.command()(backtest)


def models(
    names: Annotated[list[str] | None, typer.Argument(metavar="MODEL", help="Only these, told band by band.")] = None,
    project: options.Project = None,
    lang: options.Language = None,
    json: options.Json = False,
) -> None:
    """List supervision models: status, datasets, last clues, measured precision, what is missing to be live.

    \b
    Examples:
      clew models
      clew models deceased_benefits --json
    """
    from clew.cli.models_report import show_models

    show_models(names or [], project, lang, as_json=json)


def backtest(
    name: Annotated[str, typer.Argument(metavar="MODEL|RULE", help="A model's or a rule's id or file.")],
    project: options.Project = None,
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=options.day, metavar="DATE", help="Default: the last screening's."),
    ] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Also write the sweep as CSV.")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Also write a page with the sweep as bars.")] = None,
    no_sweep: Annotated[bool, typer.Option("--no-sweep", help="Do not try other values of the parameters.")] = False,
    lang: options.Language = None,
    json: options.Json = False,
) -> None:
    """Measure a model or a rule against what handlers answered; store nothing.

    Precision by band (of a rule: by strength) with intervals, and what other thresholds would change, band by band.

    \b
    Examples:
      clew backtest deceased_benefits
      clew backtest benefit.pension_after_death --csv sweep.csv --page sweep.html
    """
    from clew.cli.backtest_report import show_backtest

    show_backtest(name, project, as_of, table, page, lang, sweeping=not no_sweep, as_json=json)
