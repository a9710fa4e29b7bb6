"""What executes plans: the data it is bound to, the Answers it gives, and how it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from clew.plan import Plan, Sentence

if TYPE_CHECKING:
    import pyarrow as pa


class Outcome(StrEnum):
    """How one evaluated subject ends. Absence of data is never a clue."""

    CLUE = "CLUE"
    CLEAR = "CLEAR"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"


@dataclass(frozen=True)
class FunnelStep:
    """What one step did: rows left, and rows dropped by cause. ``rows`` of the first step is what was read.

    ``clears`` and ``reads`` are the step's own.
    """

    number: str
    verb: str
    sentence: Sentence
    rows: int
    unknown: int = 0
    excluded: int = 0
    inconclusive: int = 0
    errors: int = 0
    reason: str = ""
    clears: Sentence | None = None
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What executing a plan gave.

    ``clues`` has the columns of ``Plan.clue`` ordered by subject and episode. ``inconclusive``: ``subject, episode,
    step, reason, dataset, region, period_from, period_to``. ``errors``: ``subject, episode, step, reason``.
    ``excluded``: ``subject, step, reason, basis, alias, rows``. ``evaluated`` counts distinct subjects (None: unknown).
    ``below``, where it was asked for: ``subject, step, reason, among`` of some subjects just below a threshold.
    ``rings`` are those of ``Plan.rings`` that a clue is about, in no order.
    """

    clues: pa.Table
    inconclusive: pa.Table
    errors: pa.Table
    excluded: pa.Table
    funnel: tuple[FunnelStep, ...]
    evaluated: int | None
    below: pa.Table | None = None
    rings: tuple[pa.Table, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """A certificate: rows of ``dataset`` for ``region`` ('' is everywhere, else a division-code prefix) are
    complete in [start, end)."""

    dataset: str
    region: str
    start: date
    end: date


class PlanError(Exception):
    """A plan could not be executed: a broken ``expect`` or an engine limit. ``message`` is for people.

    It holds no value from the data.
    """

    def __init__(self, rule: str, step: str, message: str) -> None:
        super().__init__(rule, step, message)
        self.rule = rule
        self.step = step
        self.message = message

    def __str__(self) -> str:
        return f"{self.rule} {self.step}: {self.message}"


class Engine(Protocol):
    """Executes plans. The data and its coverage are bound when the engine is made."""

    def run(self, plan: Plan) -> Answers:
        """Execute; raises :class:`PlanError`."""
        ...

    def lost_at(self, plan: Plan, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """The number of the step that lost each subject and episode ('' without), '' for one never read."""
        ...


@dataclass(frozen=True)
class TrialData:
    """Small given tables for one trial: rows typed by contract, and what they cover.

    ``tables`` maps dataset to an Arrow table of its contract's columns; a dataset without an entry is empty.
    """

    tables: Mapping[str, pa.Table]
    coverage: tuple[Coverage, ...] = field(default_factory=tuple)
