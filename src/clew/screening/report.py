"""What one screening did, in numbers and problems: for the command line, for pages, and to be read back later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from clew.engine import Outcome
from clew.problems import Place, Problem, Severity


@dataclass(frozen=True)
class RuleReport:
    """One rule as it ran. ``outcomes`` counts subjects; ``error`` says why it could not finish, '' when it did."""

    rule: str
    variant: str
    title: str
    title_zh: str
    outcomes: Mapping[str, int]
    error: str = ""

    def count(self, outcome: Outcome) -> int:
        """Subjects that ended in an outcome."""
        return self.outcomes.get(outcome, 0)


@dataclass(frozen=True)
class ModelReport:
    """One model's clues. ``stopped`` says why nothing was stored, '' when the clues were stored."""

    model: str
    title: str
    title_zh: str
    status: str
    found: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    suppressed: int = 0
    lifted: int = 0
    bands: Mapping[str, int] = field(default_factory=dict)
    routes: Mapping[str, int] = field(default_factory=dict)
    stopped: str = ""


@dataclass(frozen=True)
class ScreeningReport:
    """One screening. ``replayed``: the same screening had been done before, and nothing was changed."""

    screening_id: str
    as_of: date
    models: tuple[ModelReport, ...]
    rules: tuple[RuleReport, ...]
    problems: tuple[Problem, ...]
    replayed: bool = False

    @property
    def stopped(self) -> bool:
        """Whether an error kept a model from storing its clues."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def complete(self) -> bool:
        """Whether every rule finished. Of what did not, memory or disk may be the cause: it is worth another try."""
        return not any(rule.error for rule in self.rules)

    def to_json(self) -> str:
        """The report as text for the store and for programs."""
        content = asdict(self)
        del content["replayed"]
        content["problems"] = [problem.as_dict() for problem in self.problems]
        return json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)


def read_report(text: str) -> ScreeningReport:
    """A stored report, marked as replayed."""
    content = json.loads(text)
    return ScreeningReport(
        screening_id=content["screening_id"],
        as_of=date.fromisoformat(content["as_of"]),
        models=tuple(ModelReport(**model) for model in content["models"]),
        rules=tuple(RuleReport(**rule) for rule in content["rules"]),
        problems=tuple(_problem(problem) for problem in content["problems"]),
        replayed=True,
    )


def _problem(content: Mapping[str, Any]) -> Problem:
    return Problem(**{**content, "place": Place(**content["place"]), "severity": Severity(content["severity"])})
