"""A rule as its author wrote it, every part with its place. No meaning is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from clew.problems import Place
from clew.quantities import Quantity
from clew.yaml_file import Node


@dataclass(frozen=True)
class Text:
    """A piece of the author's text with its place. ``lead`` is as in :class:`Node`: None when columns are unknown."""

    value: str
    place: Place
    lead: int | None = None

    def __str__(self) -> str:
        return self.value

    @classmethod
    def of(cls, node: Node) -> Text:
        """The text of a scalar node, as the author wrote it."""
        return cls(node.text, node.place, node.lead)

    def at(self, offset: int) -> Place:
        """Where the character at ``offset`` stands; the text's own place when that cannot be told."""
        if self.lead is None:
            return self.place
        return replace(self.place, column=self.place.column + self.lead + offset)


@dataclass(frozen=True)
class LegalBasis:
    """An article, and from when (until when) this rule relies on it."""

    law: str
    article: str
    effective_from: date | None
    effective_to: date | None
    place: Place

    def covers(self, day: date | None) -> bool:
        """Whether the rule relies on the article for what happened on a day; on a day not known, it does."""
        after = day is None or self.effective_from is None or self.effective_from <= day
        return after and (day is None or self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True)
class Limitation:
    """An article that says until when a fact may be pursued. ``term`` names one of its terms ('' for the only one);
    ``since`` is the date it counts from, None for the day it happened."""

    basis: LegalBasis
    term: str
    since: Text | None


@dataclass(frozen=True)
class Parameter:
    """A threshold with unit, range, source and reason."""

    name: str
    title: str
    title_zh: str
    quantity: Quantity
    range: tuple[Decimal, Decimal] | None
    source: str
    why: str
    why_zh: str
    place: Place


@dataclass(frozen=True)
class Step:
    """One step: its verb, the node after the verb, and the step's other options."""

    verb: str
    subject: Node
    options: Mapping[str, Node]
    place: Place
    option_places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class StrengthBand:
    """``when`` is None for ``otherwise``."""

    when: Text | None
    strength: Decimal
    place: Place


@dataclass(frozen=True)
class EvidenceItem:
    """``show`` a fact, or ``rows`` of a dataset alias up to ``limit``."""

    show: Text | None
    rows: Text | None
    limit: int
    title_zh: str
    title: str
    unit: str | None


@dataclass(frozen=True)
class ClueSpec:
    """What a hit becomes. ``labels``: column -> value -> (Chinese word, English word)."""

    subject_type: str
    subject: Text
    subject_name: Text | None
    episode: Text | None
    happened_on: Text | None
    amount: Text | None
    labels: Mapping[str, Mapping[str, tuple[str, str]]]
    strength: tuple[StrengthBand, ...]
    message: Text
    message_zh: Text
    evidence: tuple[EvidenceItem, ...]
    place: Place


@dataclass(frozen=True)
class GivenTable:
    """A table of a trial: header and cells as text; ``lines`` is the file's line of each row, None an empty cell."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    place: Place
    lines: tuple[int, ...] = ()
    header_line: int = 1


@dataclass(frozen=True)
class Trial:
    """One given/expect test of a rule or a model. ``expect`` is empty for ``none``."""

    name: str
    as_of: date
    watermark: Mapping[str, date]
    coverage: Mapping[str, tuple[tuple[str, date, date], ...]]
    parameters: Mapping[str, Decimal]
    given: tuple[GivenTable, ...]
    expect: tuple[Mapping[str, Node], ...]
    inconclusive: tuple[str, ...] | None
    place: Place


@dataclass(frozen=True)
class Threshold:
    """A parameter that a rule gives to a shared entitlement for one of its words; ``opposite`` when the rule looks for
    those who are not entitled."""

    entitlement: str
    word: str
    parameter: str
    opposite: bool


@dataclass(frozen=True)
class Rule:
    """One question of the data, read from ``rules/<domain>/<question>.yml``.

    ``titles_zh``: column or branch of a step -> its Chinese title. ``false_positives_zh`` and a parameter's
    ``why_zh`` hold the English where the author wrote no Chinese.
    """

    id: str
    version: int
    title: str
    title_zh: str
    status: str
    owner: str
    created: date
    modified: date
    tags: tuple[str, ...]
    description: str
    description_zh: str
    legal_basis: tuple[LegalBasis, ...]
    limitation: tuple[Limitation, ...]
    false_positives: tuple[str, ...]
    false_positives_zh: tuple[str, ...]
    titles_zh: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    datasets: Mapping[str, Text]
    steps: tuple[Step, ...]
    clue: ClueSpec
    trials: tuple[Trial, ...]
    path: str
    place: Place
    node: Node = field(repr=False, compare=False)
    thresholds: frozenset[Threshold] = frozenset()
