"""A clue as one screening found it: what it says, what it rests on, and how its score was made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Signal:
    """One rule's answer about the clue's subject, and what it contributed.

    ``result`` is ``weight x strength`` (points, or a probability under noisy-or). ``facts`` are the rule's named
    values. ``answers`` counts the rule's answers about this subject and episode; the strongest is the one told.
    ``evidence_rows`` counts the source rows per dataset alias, of which the store may show fewer.
    """

    rule: str
    rule_version: int
    weight: Decimal
    strength: Decimal
    result: Decimal
    title: str
    title_zh: str
    message: str
    message_zh: str
    facts: Mapping[str, Any]
    answers: int
    evidence_rows: Mapping[str, int]


@dataclass(frozen=True)
class FactorHit:
    """A factor of the model that held for this clue, and what it added to the score."""

    condition: str
    title_zh: str
    weight: Decimal
    result: Decimal


@dataclass(frozen=True)
class EvidenceRow:
    """One source row: which delivery and row number it is, and the columns that the rule read from it."""

    rule: str
    alias: str
    dataset: str
    batch: int
    row: int
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Clue:
    """A candidate clue. ``episode`` is '' where the rule makes one clue per subject; ``amount`` is in CNY.

    ``limitation_ends_on`` is the first last day on which what it tells of may be pursued; None when no rule says.
    """

    clue_id: str
    model: str
    subject_type: str
    subject: str
    subject_name: str | None
    episode: str
    score: int
    band: str
    route: str
    due_on: date | None
    happened_on: date | None
    amount: Decimal | None
    shadow: bool
    signals: tuple[Signal, ...]
    factors: tuple[FactorHit, ...]
    evidence: tuple[EvidenceRow, ...]
    limitation_ends_on: date | None = None
