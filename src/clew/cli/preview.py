"""A dry run: what a rule would find in the data received so far. It takes production's path and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb
import pyarrow as pa

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.cli.sample_rows import Rows, shown_rows
from clew.clues.identity import clue_id
from clew.delivery import masking
from clew.delivery.cells import shown_words
from clew.engines.duckdb import DuckDBEngine, for_warehouse
from clew.plan import Answers, Plan
from clew.problems import did_you_mean
from clew.project import Project
from clew.rules.message import render
from clew.rules.model import Rule


@dataclass(frozen=True)
class Preview:
    """What a dry run found: nothing of it is stored."""

    rule: Rule
    plan: Plan
    answers: Answers
    hits: list[dict[str, Any]]
    lost: Mapping[str, Rows]
    suppressed: int


def preview_of(
    connection: duckdb.DuckDBPyConnection, content: Project, rule: Rule, plan: Plan, *, sample: int
) -> Preview:
    """Run the plan over the warehouse, and take ``sample`` hits and as many rows lost at each step."""
    engine = for_warehouse(connection, plan.as_of)
    answers = engine.run(plan)
    mask = content.settings.purpose != "case"
    stored = connection.execute("select clue_id from clew.clue where suppressed_reason is not null").fetchall()
    return Preview(
        rule,
        plan,
        answers,
        _hits(content, rule, answers, sample, mask=mask),
        _lost(engine, plan, answers, content, sample, mask=mask),
        _suppressed(content, rule, answers.clues, {row[0] for row in stored}),
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


def _hits(content: Project, rule: Rule, answers: Answers, sample: int, *, mask: bool) -> list[dict[str, Any]]:
    """The strongest hits, each with its sentence."""
    language, kind = content.settings.language, rule.clue.subject_type
    rows = sorted(answers.clues.to_pylist(), key=lambda row: (-row["strength"], row["subject"], row["episode"]))
    template = rule.clue.message if language == "en" else rule.clue.message_zh
    hits = []
    for row in rows[:sample]:
        sentence = render(template.value, row, rule.clue.labels, language)
        subject, name = row["subject"], row["subject_name"] or ""
        if mask:
            known = shown_words(kind, subject, name, [], [(rule, row)], content.catalogue.contracts)
            subject, name = known.get(subject, subject), known.get(name, name)
            sentence = masking.masked_text(sentence, known)
        hits.append(
            {
                "subject": subject,
                "name": name,
                "episode": row["episode"],
                "strength": row["strength"],
                "amount": row["amount"],
                "message": sentence,
            }
        )
    return hits


def _lost(
    engine: DuckDBEngine, plan: Plan, answers: Answers, content: Project, sample: int, *, mask: bool
) -> dict[str, Rows]:
    """Some of the rows that each step dropped, by the step's number."""
    before = None
    found: dict[str, Rows] = {}
    for step in answers.funnel:
        if before is not None and step.rows < before and sample:
            rows = engine.near_misses(plan, step.number, sample)
            if rows.num_rows:
                found[step.number] = shown_rows(rows, plan, content.catalogue, mask=mask)
        before = step.rows
    return found


def _suppressed(content: Project, rule: Rule, clues: pa.Table, suppressed: set[str]) -> int:
    """How many hits a model would not list, because its clue was answered before."""
    if not suppressed:
        return 0
    models = [model.id for model in content.models if any(use.rule.value == rule.id for use in model.uses)]
    keys = zip(clues.column("subject").to_pylist(), clues.column("episode").to_pylist(), strict=True)
    kind = rule.clue.subject_type
    return sum(
        any(clue_id(model, kind, subject, episode) in suppressed for model in models) for subject, episode in keys
    )
