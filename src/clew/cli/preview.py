"""A dry run: what a rule would find in the data received so far. It takes production's path and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import duckdb
import pyarrow as pa
from sqlglot import exp

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.cli.hits import Hit, hit
from clew.cli.sample_rows import Rows, shown_rows
from clew.clues.identity import clue_id
from clew.engine import Answers
from clew.engines.duckdb import for_warehouse
from clew.plan import Plan
from clew.problems import did_you_mean
from clew.project import Project
from clew.rules.model import Rule
from clew.warehouse import lock_down


@dataclass(frozen=True)
class Preview:
    """What a dry run found: nothing of it is stored."""

    rule: Rule
    plan: Plan
    answers: Answers
    hits: list[Hit]
    near_misses: Mapping[str, Rows]
    suppressed: Mapping[tuple[str, str], str]
    """Subject and episode of each hit that a model would not list -> the model, and the answer given before."""


def preview_of(
    connection: duckdb.DuckDBPyConnection, content: Project, rule: Rule, plan: Plan, *, sample: int
) -> Preview:
    """Run the plan over the warehouse, and take ``sample`` hits and as many near-misses of each step."""
    lock_down(connection)
    done = for_warehouse(connection, plan.as_of, content.settings.rule_seconds, plans=[plan]).preview(plan, sample)
    mask = content.settings.purpose != "case"
    suppressed = _suppressed(connection, content, rule, done.answers.clues, plan.as_of)
    deciding = {step.number: _named(step.condition) for step in plan.steps if step.condition is not None}
    return Preview(
        rule,
        plan,
        done.answers,
        _hits(content, rule, done.answers, suppressed, sample),
        {
            number: shown_rows(rows, plan, content.catalogue, mask=mask, first=deciding.get(number, ()))
            for number, rows in done.near_misses.items()
        },
        suppressed,
    )


def overrides_of(rule: Rule, texts: Sequence[str]) -> dict[str, Decimal]:
    """``name=value`` arguments, each inside the parameter's own range."""
    found: dict[str, Decimal] = {}
    for text in texts:
        name, _, value = text.partition("=")
        parameter = rule.parameters.get(name)
        if parameter is None:
            raise CommandError(Exit.USAGE, f"{rule.id} has no parameter '{name}'", did_you_mean(name, rule.parameters))
        try:
            found[name] = Decimal(value)
        except InvalidOperation:
            raise CommandError(Exit.USAGE, f"'{value}' is no number (for {name})") from None
        if parameter.range and not parameter.range[0] <= found[name] <= parameter.range[1]:
            low, high = parameter.range
            raise CommandError(Exit.USAGE, f"{name} = {value} is outside its range [{low}, {high}]")
    return found


def _hits(
    content: Project, rule: Rule, answers: Answers, suppressed: Mapping[tuple[str, str], str], sample: int
) -> list[Hit]:
    """The strongest hits."""
    rows = sorted(answers.clues.to_pylist(), key=lambda row: (-row["strength"], row["subject"], row["episode"]))
    return [hit(content, rule, row, suppressed.get((row["subject"], row["episode"]), "")) for row in rows[:sample]]


def _named(condition: exp.Expr) -> tuple[str, ...]:
    """The columns that a condition names, in their order."""
    return tuple(dict.fromkeys(one.name for one in condition.find_all(exp.Column, bfs=False)))


def _suppressed(
    connection: duckdb.DuckDBPyConnection, content: Project, rule: Rule, clues: pa.Table, as_of: date
) -> dict[tuple[str, str], str]:
    """The hits whose clue was answered before, and stays silent on ``as_of``.

    One that is silent until its source changes counts as silent: whether it changed shows when its model runs.
    """
    stored = connection.execute(
        "select clue_id, suppressed_reason from clew.clue where suppressed_reason is not null"
        " and (suppressed_until is null or suppressed_until > ?)",
        [as_of],
    ).fetchall()
    silent = dict(stored)
    if not silent:
        return {}
    models = [model.id for model in content.models if any(use.rule.value == rule.id for use in model.uses)]
    found: dict[tuple[str, str], str] = {}
    for subject, episode in zip(*(clues.column(name).to_pylist() for name in ("subject", "episode")), strict=True):
        for model in models:
            reason = silent.get(clue_id(model, rule.clue.subject_type, subject, episode))
            if reason is not None:
                found[subject, episode] = f"{model}: {reason}"
    return found
