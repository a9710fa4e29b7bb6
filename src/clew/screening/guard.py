"""Guards: what a screening refuses, and what it says out loud before anyone trusts its silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from clew.problems import Place, ProblemError, Problems
from clew.rules.holidays import check_working_days
from clew.rules.library import Library
from clew.screening.inputs import Inputs
from clew.screening.selection import Selection
from clew.supervision.answer import Answered
from clew.supervision.dates_due import check_dates_due
from clew.supervision.model import Model


def guard_order(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Refuse a day before one already screened (S003): it would put an older view in the place of a newer."""
    rows = connection.execute("select max(as_of) from clew.screening").fetchall()
    latest = rows[0][0]
    if latest is not None and as_of < latest:
        problems = Problems()
        problems.error(
            Place("screening"),
            "S003",
            f"{as_of} is earlier than the last screening, of {latest}",
            "a screening cannot take the stored clues back in time; look back with dry-run",
        )
        raise ProblemError(problems.errors)


def guard_inputs(chosen: Selection, inputs: Inputs, library: Library, as_of: date, problems: Problems) -> None:
    """Say which datasets were never received (S004), and which are older than a model wants (S005)."""
    for plan in chosen.plans.values():
        for one in plan.inputs:
            if not inputs.received(one.dataset):
                problems.warn(
                    library.rules[plan.rule].datasets[one.alias].place,
                    "S004",
                    f"nothing of '{one.dataset}' had been received by {as_of}",
                    "a rule that reads nothing finds nothing: silence here is no result",
                )
    for model in chosen.models:
        aliases = {
            alias: dataset.value
            for use in model.uses
            for alias, dataset in library.rules[use.rule.value].datasets.items()
        }
        for name, term in model.freshness.items():
            dataset = aliases.get(name, name)
            reaches = inputs.watermark(dataset)
            if inputs.received(dataset) and (reaches is None or term.after(reaches) < as_of):
                until = f"reaches only to {reaches}" if reaches else "is not certified complete for any period"
                problems.warn(
                    model.freshness_places[name],
                    "S005",
                    f"'{dataset}' {until}, and model '{model.id}' wants it at most {term.value} {term.unit}s"
                    f" old on {as_of}",
                    "ask the sender for the missing period",
                )


def guard_holidays(chosen: Selection, library: Library, as_of: date, problems: Problems) -> None:
    """Say where working days are counted without the holidays of a year (E705)."""
    for rule in sorted({plan.rule for plan in chosen.plans.values()}):
        check_working_days(library.rules[rule], as_of, problems)
    for model in chosen.models:
        check_dates_due(model, library.shared.holidays, as_of, problems)


def guard_limits(model: Model, answered: Mapping[str, Answered], problems: Problems, merged: int | None = None) -> bool:
    """Whether a model stays under its limit of clues (S006 when not); S007 warns before that.

    Before merging (``merged`` is None) the answers of each rule are counted, one per subject and episode: a rule that
    ran wild is stopped before it fills memory.
    """
    limits = model.limits
    if merged is None:
        merged = max((ran.answers.clues.num_rows for ran in answered.values()), default=0)
        if limits.stop_above is None or merged <= limits.stop_above:
            return True
    if limits.stop_above is not None and merged > limits.stop_above:
        problems.error(
            model.place,
            "S006",
            f"model '{model.id}' found {merged} clues, above its limit of"
            f" {limits.stop_above}: nothing of it was stored",
            "look for the cause with dry-run; raise limits.clues_per_run.stop_above only when it is real",
        )
        return False
    if limits.warn_above is not None and merged > limits.warn_above:
        problems.warn(
            model.place,
            "S007",
            f"model '{model.id}' found {merged} clues, more than the {limits.warn_above} expected",
            "look at the funnel before handing the list on",
        )
    return True
