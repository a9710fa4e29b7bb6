"""Back-testing: how often a model or rule was right, and what other thresholds would have found."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from clew.cli import console
from clew.cli.content import chosen
from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.cli.models_report import measured, print_precision
from clew.cli.opening import find_settings, open_project, warehouse
from clew.cli.rule_report import compiled
from clew.clues.review import Review, reviews
from clew.engines.duckdb import DuckDBEngine, for_warehouse
from clew.project import Project
from clew.rule_site.backtest_page import backtest_page
from clew.rules.model import Rule
from clew.screening.precision import Precision, by_band, precision
from clew.screening.sweep import Point, known_answers, sweep
from clew.supervision.model import Model
from clew.warehouse import lock_down

UNREVIEWED = (
    "Clues nobody answered count for nothing. Those answered were chosen by people, not drawn by lot: the 95 % interval"
    " holds for a lot; 'whatever the rest is' holds without one."
)


@dataclass(frozen=True)
class Backtest:
    """What is known of one model or rule. ``groups`` are bands, or a rule's strengths; ``points`` by rule."""

    name: str
    as_of: date
    groups: Mapping[str, Precision]
    points: Mapping[str, list[Point]]

    def as_dict(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "name": self.name,
            "as_of": self.as_of,
            "precision": {name: measured(one) for name, one in self.groups.items()},
            "sweep": [{"rule": rule} | one.as_dict() for rule, points in self.points.items() for one in points],
        }


def show_backtest(
    name: str,
    project: Path | None,
    as_of: date | None,
    table: Path | None,
    page: Path | None,
    *,
    sweeping: bool,
    as_json: bool,
) -> None:
    """Measure a model or a rule against the answers in the store; ``table`` gets the sweep as CSV, ``page`` as bars."""
    settings = find_settings(project)
    content = open_project(settings)
    rules, models = chosen(content, [name])
    if len(rules) + len(models) != 1:
        raise CommandError(Exit.USAGE, f"'{name}' names {len(rules)} rules and {len(models)} models; name one")
    with warehouse(settings) as connection, console.progress(f"back-testing {name}") as progress:
        day = as_of or _last_day(connection)
        lock_down(connection)
        engine = for_warehouse(connection, day)
        found = (
            _of_model(connection, engine, content, models[0], day, progress, sweeping=sweeping)
            if models
            else _of_rule(connection, engine, content, rules[0], day, progress, sweeping=sweeping)
        )
    if table is not None:
        _write_csv(table, found)
    if page is not None:
        text = backtest_page(content, found.name, found.as_of, found.groups, found.points)
        page.write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        console.print_json(found.as_dict())
    else:
        _print(found)


def _last_day(connection: duckdb.DuckDBPyConnection) -> date:
    rows = connection.execute("select max(as_of) from clew.screening").fetchall()
    found: date | None = rows[0][0]
    if found is None:
        raise CommandError(Exit.USAGE, "nothing was screened yet, so nothing could be answered", "clew run")
    return found


def _of_model(
    connection: duckdb.DuckDBPyConnection,
    engine: DuckDBEngine,
    content: Project,
    model: Model,
    day: date,
    progress: console.Progress,
    *,
    sweeping: bool,
) -> Backtest:
    answers = reviews(connection, model.id)
    points = {}
    for use in model.uses if sweeping else ():
        rule = content.library.rules[use.rule.value]
        progress(rule.id)
        points[rule.id] = _swept(connection, engine, content, rule, day, answers, use.overrides)
    groups = {"all": precision(answers), **by_band(answers, model.scoring.bands)}
    return Backtest(model.id, day, groups, points)


def _of_rule(
    connection: duckdb.DuckDBPyConnection,
    engine: DuckDBEngine,
    content: Project,
    rule: Rule,
    day: date,
    progress: console.Progress,
    *,
    sweeping: bool,
) -> Backtest:
    answers = reviews(connection)
    spoke = dict(connection.execute("select clue_id, strength from clew.signal where rule = ?", [rule.id]).fetchall())
    own = [one for one in answers if one.clue_id in spoke]
    strengths = sorted({spoke[one.clue_id] for one in own}, reverse=True)
    groups = {"all": precision(own)}
    for strength in strengths:
        groups[f"{strength.normalize():f}"] = precision(one for one in own if spoke[one.clue_id] == strength)
    progress(rule.id)
    points = {rule.id: _swept(connection, engine, content, rule, day, answers, {})} if sweeping else {}
    return Backtest(rule.id, day, groups, points)


def _swept(
    connection: duckdb.DuckDBPyConnection,
    engine: DuckDBEngine,
    content: Project,
    rule: Rule,
    day: date,
    answers: list[Review],
    overrides: Mapping[str, Decimal],
) -> list[Point]:
    known = {key: answer for key, (answer, _) in known_answers(connection, rule, answers).items()}
    return sweep(engine, rule, lambda values: compiled(rule, content, day, values), overrides, known)


def _print(found: Backtest) -> None:
    console.say(f"{found.name}, data as of {found.as_of}")
    print_precision(found.groups)
    console.say(UNREVIEWED)
    for rule, points in found.points.items():
        console.say(f"\n{rule}: what other thresholds would find")
        rows = [
            (
                f"{'>' if one.current else ' '} {one.parameter}",
                f"{one.value:f} {one.unit}",
                one.clues,
                one.right,
                one.wrong,
                one.handled,
                one.open,
                one.missed,
            )
            for one in points
        ]
        headings = ("parameter", "value", "clues", "substantiated", "not", "handled before", "not reviewed")
        if rows:
            console.print_table((*headings, "substantiated, not found"), rows, right=range(1, 8))
        else:
            console.say("  it has no parameter")


def _write_csv(path: Path, found: Backtest) -> None:
    """The sweep, one line per value; UTF-8 with a byte-order mark, as spreadsheets read it."""
    rows = [{"rule": rule} | one.as_dict() for rule, points in found.points.items() for one in points]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["rule"])
        writer.writeheader()
        writer.writerows(rows)
