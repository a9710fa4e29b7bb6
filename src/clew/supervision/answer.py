"""One rule's answers, row by row, as a model merges them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clew.clues.identity import plain_json
from clew.engine import Answers
from clew.plan import Plan
from clew.rules.model import Rule
from clew.scoring.strength import strength_of


@dataclass(frozen=True)
class Answered:
    """A rule that ran: what was executed and what came back."""

    rule: Rule
    plan: Plan
    answers: Answers


@dataclass(frozen=True)
class Answer:
    """One hit of a rule. ``rows`` holds the row identities of its evidence, by dataset alias."""

    subject: str
    subject_name: str | None
    episode: str
    happened_on: date | None
    amount: Decimal | None
    strength: Decimal
    facts: Mapping[str, Any]
    rows: Mapping[str, tuple[int, ...]]

    @property
    def rank(self) -> tuple[Decimal, date, str]:
        """Sorts the answer to tell first: the strongest, then the earliest, then by its facts."""
        return -self.strength, self.happened_on or date.max, plain_json(self.facts)


def read_answers(answered: Answered) -> Iterator[Answer]:
    """The hits of one rule, in the order the engine gave them."""
    plan = answered.plan
    for row in answered.answers.clues.to_pylist():
        yield Answer(
            subject=row["subject"],
            subject_name=row["subject_name"],
            episode=row["episode"] or "",
            happened_on=row["happened_on"],
            amount=row["amount"],
            strength=strength_of(row["strength"]),
            facts={name: row[name] for name in plan.facts},
            rows={alias: tuple(row[f"{alias}##"] or ()) for alias in plan.evidence},
        )
