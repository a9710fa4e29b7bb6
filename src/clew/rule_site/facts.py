"""What the pages say, read from the project and, where there is one, the warehouse: no value of any row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from clew.clues.review import Review, reviews
from clew.engine import FunnelStep
from clew.plan import Plan
from clew.problems import Problems
from clew.project import Project
from clew.rules.compile import compile_rule
from clew.rules.model import LegalBasis, Rule
from clew.screening.funnel import read_funnels
from clew.screening.precision import Precision, precision
from clew.screening.promotion import Record, Shortfall, shortfalls, track_record
from clew.screening.report import ModelReport, RuleReport, ScreeningReport, read_report
from clew.supervision.model import Model

_SLOT = re.compile(r"\{([^{}]*)\}")
Both = tuple[str, str]
"""Chinese, English."""
NOTHING = Record(0, Precision(), {})


@dataclass(frozen=True)
class Article:
    """An article a rule or model rests on, with its instrument's titles."""

    title: Both
    basis: LegalBasis


@dataclass(frozen=True)
class RuleFacts:
    """One rule. ``ran`` and ``steps``: of the last screening that ran it; ``measured``: the clues it spoke in."""

    rule: Rule
    plan: Plan
    articles: tuple[Article, ...]
    datasets: tuple[tuple[str, str, Both], ...]
    message: Both
    models: tuple[Model, ...]
    ran: RuleReport | None
    steps: tuple[FunnelStep, ...]
    measured: Precision


@dataclass(frozen=True)
class ModelFacts:
    """One model. ``last`` is its part of the last screening that ran it."""

    model: Model
    rules: tuple[Rule, ...]
    articles: tuple[Article, ...]
    datasets: tuple[tuple[str, Both], ...]
    last: ModelReport | None
    record: Record
    missing: tuple[Shortfall, ...]


@dataclass(frozen=True)
class Facts:
    """Everything. ``as_of`` is the day of the last screening, of the pages where nothing was screened."""

    as_of: date
    screened: bool
    rules: tuple[RuleFacts, ...]
    models: tuple[ModelFacts, ...]


def read_facts(connection: duckdb.DuckDBPyConnection | None, project: Project, today: date) -> Facts:
    """Read the project and the store; ``connection`` is None where nothing was ever received."""
    reports = _reports(connection)
    answers = reviews(connection) if connection is not None else []
    spoke = _spoke(connection)
    return Facts(
        as_of=reports[0].as_of if reports else today,
        screened=bool(reports),
        rules=tuple(
            found
            for _, rule in sorted(project.library.rules.items())
            if (found := _rule(connection, project, rule, reports, answers, spoke)) is not None
        ),
        models=tuple(_model(connection, project, model, reports) for model in project.models),
    )


def _reports(connection: duckdb.DuckDBPyConnection | None) -> list[ScreeningReport]:
    """Every screening, the newest first."""
    if connection is None:
        return []
    rows = connection.execute("select report from clew.screening order by as_of desc, screening_id").fetchall()
    return [read_report(row[0]) for row in rows]


def _spoke(connection: duckdb.DuckDBPyConnection | None) -> Mapping[str, frozenset[str]]:
    """Rule -> the clues in which it spoke."""
    if connection is None:
        return {}
    rows = connection.execute("select rule, list(clue_id) from clew.signal group by rule").fetchall()
    return {rule: frozenset(clues) for rule, clues in rows}


def _rule(
    connection: duckdb.DuckDBPyConnection | None,
    project: Project,
    rule: Rule,
    reports: Sequence[ScreeningReport],
    answers: Sequence[Review],
    spoke: Mapping[str, frozenset[str]],
) -> RuleFacts | None:
    """None for a rule that does not compile: the check says why."""
    plan = compile_rule(rule, project.catalogue, Problems(), as_of=date(2000, 1, 1))
    if plan is None:
        return None
    ran: RuleReport | None = None
    steps: tuple[FunnelStep, ...] = ()
    for report in reports if connection is not None else ():
        own = [one for one in report.rules if one.rule == rule.id and not one.error]
        if own and connection is not None:
            ran = own[0]
            funnels = read_funnels(connection, report.screening_id, [rule.id])
            steps = next((one.steps for one in funnels if one.variant == ran.variant), ())
            break
    own_clues = spoke.get(rule.id, frozenset())
    return RuleFacts(
        rule=rule,
        plan=plan,
        articles=_articles(project, rule.legal_basis),
        datasets=tuple((alias, name.value, _title(project, name.value)) for alias, name in rule.datasets.items()),
        message=_message(project, rule),
        models=tuple(model for model in project.models if any(use.rule.value == rule.id for use in model.uses)),
        ran=ran,
        steps=steps,
        measured=precision(one for one in answers if one.clue_id in own_clues),
    )


def _message(project: Project, rule: Rule) -> Both:
    """What a clue says, its values named by their titles."""
    shown = {item.show.value: (item.title_zh, item.title) for item in rule.clue.evidence if item.show}

    def titled(text: str, language: int) -> str:
        def title(slot: re.Match[str]) -> str:
            name = slot[1].strip()
            alias, _, own = name.partition(".")
            contract = project.catalogue.get(rule.datasets[alias].value) if own and alias in rule.datasets else None
            column = contract.column(own) if contract else None
            words = (column.title_zh, column.title) if column else shown.get(name, (rule.titles_zh.get(name, ""), ""))
            return f"〔{words[language] or name}〕"

        return _SLOT.sub(title, text)

    return titled(rule.clue.message_zh.value, 0), titled(rule.clue.message.value, 1)


def _model(
    connection: duckdb.DuckDBPyConnection | None, project: Project, model: Model, reports: Sequence[ScreeningReport]
) -> ModelFacts:
    rules = tuple(rule for use in model.uses if (rule := project.library.get(use.rule.value)) is not None)
    names = sorted({name.value for rule in rules for name in rule.datasets.values()})
    record = track_record(connection, model) if connection is not None else NOTHING
    missing = list(shortfalls(model.promote_when, record))
    below = sum(rule.status != "stable" for rule in rules)
    if below:
        zh = f"{below} 条规则（共 {len(rules)} 条）未达稳定"
        missing.append(Shortfall(zh, f"{below} of {len(rules)} rules are below stable"))
    last = next((one for report in reports for one in report.models if one.model == model.id and not one.stopped), None)
    return ModelFacts(
        model,
        rules,
        _articles(project, model.legal_basis),
        tuple((name, _title(project, name)) for name in names),
        last,
        record,
        tuple(missing),
    )


def _articles(project: Project, basis: Sequence[LegalBasis]) -> tuple[Article, ...]:
    found = []
    for one in basis:
        law = project.laws.laws.get(one.law)
        found.append(Article((law.title_zh or law.title, law.title) if law else (one.law, one.law), one))
    return tuple(found)


def _title(project: Project, dataset: str) -> Both:
    contract = project.catalogue.get(dataset)
    return (contract.title_zh or dataset, contract.title or dataset) if contract else (dataset, dataset)
