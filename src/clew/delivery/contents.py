"""What goes into one batch, read from the warehouse in a fixed order and already masked for its purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class SignalRow:
    """One rule's answer inside a clue: ``weight x strength = result`` (points, or the hint's share).

    ``clearings`` say what would clear the subject, step by step.
    """

    rule: str
    rule_version: int
    title: str
    title_zh: str
    message: str
    message_zh: str
    weight: Decimal
    strength: Decimal
    result: Decimal
    facts: tuple[tuple[str, str], ...]
    evidence_rows: int
    clearings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactorRow:
    """A factor of the model that held, and what it added."""

    title_zh: str
    weight: Decimal
    result: Decimal


@dataclass(frozen=True)
class EvidenceRow:
    """One source row: where it stands in which received file, and its values as (title, value)."""

    clue_id: str
    rule: str
    dataset: str
    dataset_title: str
    file: str
    row: int
    sha256: str
    received_on: date
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class ClueRow:
    """One clue as its handler sees it. ``law`` is one line per article; ``fresh``: first seen in this screening.

    ``also_held``: one line for each other open clue about the same subject, the unit that holds it first.
    """

    clue_id: str
    model: str
    model_title: str
    subject_type: str
    subject: str
    subject_name: str
    region: str
    score: int
    band: str
    amount: Decimal | None
    happened_on: date | None
    due_on: date | None
    limitation_ends_on: date | None
    law: str
    shadow: bool
    fresh: bool
    state: str
    signals: tuple[SignalRow, ...]
    factors: tuple[FactorRow, ...]
    evidence: tuple[EvidenceRow, ...]
    also_held: str = ""

    def alleged(self, language: str) -> str:
        """What is alleged: one sentence per rule that fired, numbered when there are several."""
        sentences = [signal.message if language == "en" else signal.message_zh for signal in self.signals]
        if len(sentences) == 1:
            return sentences[0]
        return "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1))


@dataclass(frozen=True)
class FunnelRow:
    """One step of one rule: rows left, and rows set apart by cause."""

    rule: str
    rule_title: str
    number: str
    verb: str
    sentence_zh: str
    sentence_en: str
    reason: str
    rows: int
    unknown: int
    excluded: int
    inconclusive: int
    errors: int


@dataclass(frozen=True)
class Gap:
    """Subjects that one rule could not decide for one reason, and the data that would close it."""

    rule: str
    rule_title: str
    outcome: str
    reason: str
    dataset: str
    dataset_title: str
    region: str
    period_from: date | None
    period_to: date | None
    subjects: int
    shown: tuple[str, ...]


@dataclass(frozen=True)
class ModelGuide:
    """What the handler needs to know of a model, in the batch's language: its goal, steps, doubts and answers."""

    model: str
    title: str
    shadow: bool
    goal: str
    supervised_body: str
    handling: tuple[str, ...]
    false_positives: tuple[tuple[str, tuple[str, ...]], ...]
    dispositions: tuple[str, ...]


@dataclass(frozen=True)
class NoticeRow:
    """A clue this unit was sent, of which a source was corrected since. ``rows`` says which rows, and how they differ.

    ``verdict`` is what the screening that judged it again found: withdrawn, undecided, stands or not_judged.
    """

    clue_id: str
    model_title: str
    subject: str
    subject_name: str
    sent_in: tuple[str, ...]
    corrected_on: date
    dataset_title: str
    rows: str
    by_file: str
    by_sender: str
    by_letter: str
    by_batch: int
    verdict: str
    state: str


@dataclass(frozen=True)
class SampleRow:
    """A subject left out, drawn for a second look: ``kind`` is excluded or below; ``source`` names one of its rows."""

    sample_id: str
    kind: str
    subject: str
    model_title: str
    rule: str
    rule_title: str
    step: str
    reason: str
    source: str


@dataclass(frozen=True)
class Contents:
    """Everything in one batch of one receiving unit."""

    screening_id: str
    unit: str
    as_of: date
    purpose: str
    language: str
    clues: tuple[ClueRow, ...]
    funnel: tuple[FunnelRow, ...]
    outcomes: Mapping[str, Mapping[str, int]]
    gaps: tuple[Gap, ...]
    guides: tuple[ModelGuide, ...]
    withheld: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[NoticeRow, ...] = ()
    samples: tuple[SampleRow, ...] = ()
    missed: tuple[tuple[str, str], ...] = ()
    """What earlier samples showed: a model's title, and a sentence."""

    @property
    def evidence(self) -> tuple[EvidenceRow, ...]:
        """The evidence of every clue, in the clues' order."""
        return tuple(row for clue in self.clues for row in clue.evidence)
