"""What a rule says, and what it would find in the data received so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa

from clew.cli import console
from clew.cli.content import one_rule
from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.cli.opening import find_settings, open_project, warehouse
from clew.cli.sample_rows import Rows, shown_rows
from clew.clues.identity import clue_id
from clew.delivery import masking
from clew.delivery.read import article_zh
from clew.engines.duckdb import DuckDBEngine, for_warehouse
from clew.plan import Answers, FunnelStep, Plan
from clew.problems import Problems, did_you_mean
from clew.project import Project
from clew.rules.compile import compile_rule
from clew.rules.explain import explain
from clew.rules.message import render
from clew.rules.model import Rule

EXPLAINED_ON = date(2000, 1, 1)


@dataclass(frozen=True)
class Preview:
    """What a dry run found: nothing of it is stored."""

    rule: Rule
    plan: Plan
    answers: Answers
    hits: list[dict[str, Any]]
    lost: Mapping[str, Rows]
    suppressed: int


def explanation(name: str, project: Path | None, language: str | None) -> list[str]:
    """The rule's title, law and numbered sentences."""
    settings = find_settings(project, language=language)
    content = open_project(settings)
    rule = one_rule(content, name)
    plan = _compiled(rule, content, EXPLAINED_ON, {})
    chinese = settings.language == "zh"
    lines = [f"{rule.title_zh if chinese else rule.title}  {rule.id}  v{rule.version}  {rule.status}"]
    for basis in rule.legal_basis:
        law = content.laws.laws.get(basis.law)
        title = (law.title_zh if chinese else law.title) if law else basis.law
        lines.append(f"  {article_zh(title, basis.article) if chinese else f'{title}, article {basis.article}'}")
    for name_, parameter in rule.parameters.items():
        lines.append(
            f"  ${name_} = {parameter.quantity.value} {parameter.quantity.unit}  {parameter.title_zh}  {parameter.why}"
        )
    return [*lines, "", *explain(plan, settings.language)]


def show_dry_run(
    name: str,
    project: Path | None,
    as_of: date,
    parameters: Sequence[str],
    sample: int,
    language: str | None,
    purpose: str | None,
    *,
    as_json: bool,
) -> None:
    """Run the rule over the warehouse as it stood on ``as_of`` and print its funnel, hits and near-misses."""
    settings = find_settings(project, language=language, purpose=purpose)
    content = open_project(settings)
    rule = one_rule(content, name)
    plan = _compiled(rule, content, as_of, _overrides(rule, parameters))
    with warehouse(settings) as connection, console.progress(f"running {rule.id}"):
        engine = for_warehouse(connection, as_of)
        answers = engine.run(plan)
        stored = connection.execute("select clue_id from clew.clue where suppressed_reason is not null").fetchall()
        preview = Preview(
            rule,
            plan,
            answers,
            _hits(rule, answers, sample, settings.language, mask=settings.purpose != "case"),
            _lost(engine, plan, answers, content, sample, mask=settings.purpose != "case"),
            _suppressed(content, rule, answers.clues, {row[0] for row in stored}),
        )
    if as_json:
        console.print_json(_document(preview))
    else:
        _print(preview, settings.language)


def _compiled(rule: Rule, content: Project, as_of: date, overrides: Mapping[str, Decimal]) -> Plan:
    problems = Problems()
    plan = compile_rule(rule, content.catalogue, problems, as_of=as_of, overrides=overrides)
    problems.raise_errors()
    if plan is None:
        raise CommandError(Exit.PROBLEMS, f"{rule.id} cannot be run", "clew check says why")
    return plan


def _overrides(rule: Rule, texts: Sequence[str]) -> dict[str, Decimal]:
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


def _hits(rule: Rule, answers: Answers, sample: int, language: str, *, mask: bool) -> list[dict[str, Any]]:
    """The strongest hits, each with its sentence."""
    rows = sorted(answers.clues.to_pylist(), key=lambda row: (-row["strength"], row["subject"], row["episode"]))
    template = rule.clue.message if language == "en" else rule.clue.message_zh
    hits = []
    for row in rows[:sample]:
        sentence = render(template.value, row, rule.clue.labels, language)
        subject, name = row["subject"], row["subject_name"] or ""
        if mask and rule.clue.subject_type == "person":
            words = {subject: masking.masked_number(subject)} | ({name: masking.masked_personal(name)} if name else {})
            subject, name, sentence = words[subject], words.get(name, ""), masking.masked_text(sentence, words)
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


def _print(preview: Preview, language: str) -> None:
    chinese = language == "zh"
    before: int | None = None
    rows = []
    for step in preview.answers.funnel:
        dropped = before - step.rows if before is not None and before > step.rows else None
        sentence = step.sentence.zh if chinese else step.sentence.en
        rows.append((step.number, step.rows, sentence, f"-{console.shown(dropped)}" if dropped else "", _apart(step)))
        before = step.rows
    console.print_table(("", "rows", "step", "dropped", "why"), rows, right=(0, 1, 3))
    console.say(_sums(preview))
    for hit in preview.hits:
        amount = f"  {hit['amount']} CNY" if hit["amount"] is not None else ""
        console.say(f"  {hit['strength'].normalize():f}  {hit['name']} {hit['subject']} {hit['episode']}{amount}")
        console.say(f"       {hit['message']}")
    for number, lost in preview.lost.items():
        console.say(f"\nlost at step {number}, for example:")
        console.print_table(lost.headings, lost.rows)


def _apart(step: FunnelStep) -> str:
    counts = {
        "unknown": step.unknown,
        "excluded": step.excluded,
        "inconclusive": step.inconclusive,
        "errors": step.errors,
    }
    parts = [step.reason] if step.reason else []
    return "; ".join(parts + [f"{console.shown(count)} {name}" for name, count in counts.items() if count])


def _sums(preview: Preview) -> str:
    answers = preview.answers
    strengths = Counter(answers.clues.column("strength").to_pylist())
    by_strength = ", ".join(
        f"{strength.normalize():f} x {strengths[strength]}" for strength in sorted(strengths, reverse=True)
    )
    parts = [f"{answers.clues.num_rows} clues" + (f": strength {by_strength}" if by_strength else "")]
    parts += [f"{preview.suppressed} suppressed by earlier dispositions"]
    parts += [f"{answers.inconclusive.num_rows} inconclusive", f"{answers.errors.num_rows} errors"]
    parts += [f"{answers.evaluated} subjects evaluated"] if answers.evaluated is not None else []
    return "; ".join(parts)


def _document(preview: Preview) -> dict[str, Any]:
    answers = preview.answers
    return {
        "rule": preview.rule.id,
        "version": preview.rule.version,
        "as_of": preview.plan.as_of,
        "funnel": [
            {
                "number": step.number,
                "verb": step.verb,
                "zh": step.sentence.zh,
                "en": step.sentence.en,
                "reason": step.reason,
                "rows": step.rows,
                "unknown": step.unknown,
                "excluded": step.excluded,
                "inconclusive": step.inconclusive,
                "errors": step.errors,
            }
            for step in answers.funnel
        ],
        "clues": answers.clues.num_rows,
        "suppressed": preview.suppressed,
        "inconclusive": answers.inconclusive.num_rows,
        "errors": answers.errors.num_rows,
        "evaluated": answers.evaluated,
        "hits": preview.hits,
        "lost": {number: lost.as_dicts() for number, lost in preview.lost.items()},
    }
