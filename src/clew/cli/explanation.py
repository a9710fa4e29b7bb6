"""What a rule says, from its plan: title, law, steps, strength, and what to rule out first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.cli.opening import find_settings, open_rule
from clew.plan import Plan
from clew.problems import Problems
from clew.project import Project
from clew.rules.citation import article_zh
from clew.rules.compile import compile_rule
from clew.rules.explain import explain, explain_strength
from clew.rules.model import Rule
from clew.rules.wording import amount

EXPLAINED_ON = date(2000, 1, 1)


def explanation(name: str, project: Path | None, language: str | None) -> list[str]:
    """The rule's title, law and numbered sentences."""
    settings = find_settings(project, language=language)
    content, rule = open_rule(settings, name)
    plan = compiled(rule, content, EXPLAINED_ON, {})
    chinese = settings.language == "zh"
    lines = [f"{rule.title_zh if chinese else rule.title}  {rule.id}  v{rule.version}  {rule.status}"]
    for basis in rule.legal_basis:
        law = content.laws.laws.get(basis.law)
        title = (law.title_zh if chinese else law.title) if law else basis.law
        lines.append(f"  {article_zh(title, basis.article) if chinese else f'{title}, article {basis.article}'}")
    for name_, parameter in rule.parameters.items():
        title, why = (parameter.title_zh, parameter.why_zh) if chinese else (parameter.title, parameter.why)
        value = amount(parameter.quantity)[0 if chinese else 1]
        lines.append("  ".join(part for part in (f"  ${name_} = {value}", title, why) if part))
    doubts = rule.false_positives_zh if chinese else rule.false_positives
    return [
        *lines,
        "",
        *explain(plan, settings.language),
        "",
        "线索强度（先符合者）：" if chinese else "Strength, by the first that holds:",
        *(f"  {line}" for line in explain_strength(plan, settings.language)),
        "",
        *_clearings(plan, settings.language),
        "须先排除：" if chinese else "Rule out first:",
        *(f"  {doubt}" for doubt in doubts),
    ]


def _clearings(plan: Plan, language: str) -> list[str]:
    """What would let a subject off, step by step; nothing for a rule that has no such step."""
    steps = [
        (step.number, step.clears.zh if language == "zh" else step.clears.en) for step in plan.steps if step.clears
    ]
    if not steps:
        return []
    return [
        "可排除情形：" if language == "zh" else "Cleared if:",
        *(f"  {number}  {said}" for number, said in steps),
        "",
    ]


def compiled(rule: Rule, content: Project, as_of: date, overrides: Mapping[str, Decimal]) -> Plan:
    """The rule's plan, or its problems as ProblemError."""
    problems = Problems()
    plan = compile_rule(rule, content.catalogue, problems, as_of=as_of, overrides=overrides)
    problems.raise_errors()
    if plan is None:
        raise CommandError(Exit.PROBLEMS, f"{rule.id} cannot be run", "clew check says why")
    return plan
