"""The Plan: what a rule compiles to and an engine executes.

A plan is an ordered list of named, typed relations. Queries are sqlglot trees, never text, over earlier
relations and the plan's inputs. A column of dataset alias ``death`` is named ``death.died_on`` in every
relation; its row identity is ``death#`` (BIGINT) or, after an aggregation, ``death##`` (BIGINT[]).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlglot import exp

ROW_BITS = 36
"""A row's identity (``alias#``) is ``_batch << ROW_BITS | _row``: 68 billion rows in each of 134 million deliveries."""

EARLIER_RINGS = "earlier_rings"
"""The relation of groups known from before: ``link`` (which link step of the rule: 1, 2...), ``ring``, ``member``."""

ALONE = "="
"""Follows a region's code in :attr:`Input.covered` where the entry is for that very code and none that begins so."""

COMPARES = "compares"
"""Key in a comparison's ``meta`` under which the :class:`Type` of its two sides stands."""


class Type(StrEnum):
    """Types of columns and expressions. Money is DECIMAL(18,2); measured decimals keep DECIMAL(18,6)."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    DURATION = "duration"
    LIST = "list"
    NULL = "null"

    @property
    def is_number(self) -> bool:
        """Whether arithmetic applies."""
        return self in (Type.INTEGER, Type.DECIMAL)


class Role(StrEnum):
    """What a side relation of a step holds."""

    EXCLUDED = "excluded"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    GUARD = "guard"


@dataclass(frozen=True)
class Sentence:
    """One sentence in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Strength:
    """How strong a clue is where ``when`` holds and no earlier one did; None: where none did."""

    strength: Decimal
    when: Sentence | None


@dataclass(frozen=True)
class Input:
    """A dataset as one rule reads it: only ``columns``, only rows received and dated up to ``as_of``.

    Becomes the relation ``in_<alias>`` with columns ``alias.column`` and ``alias#``.
    """

    alias: str
    dataset: str
    columns: Mapping[str, Type]
    event_column: str | None = None
    region_column: str | None = None

    @property
    def relation(self) -> str:
        """Name of the relation the engine makes for this input."""
        return f"in_{self.alias}"

    @property
    def held(self) -> str:
        """Name of the relation of this input's quarantined rows: the same columns, as text.

        A record set aside for a fault is not proof of absence: a subject whose key stands here is INCONCLUSIVE.
        """
        return f"held_{self.alias}"

    @property
    def covered(self) -> str:
        """Name of the relation of this input's certified coverage: ``region`` (text), ``start``, ``end`` (dates).

        Intervals are half-open; those of a region already include the ones of every shorter code and of ''. Where a
        part of a region is in doubt, the part has intervals of its own, and the region as a whole a second entry, its
        code followed by :data:`ALONE`. A region that is known and not covered at all has NULL for both days.
        """
        return f"covered_{self.alias}"


@dataclass(frozen=True)
class Fork:
    """Two ways to the same rows: the first is taken where ``pairs`` are expected to be no more than ``times`` ``rows``.

    An engine tells from its statistics how many rows it expects of each query; neither is run.
    """

    pairs: exp.Query
    rows: exp.Query
    times: int


@dataclass(frozen=True)
class Relation:
    """One named query. ``materialise`` asks the engine to keep its rows (it is read more than once).

    Where the best way to the same rows depends on the data, two relations share a name, and one is made: that ``when``
    the fork is taken the first way (True), or the other.
    """

    name: str
    query: exp.Query
    columns: Mapping[str, Type]
    materialise: bool = False
    when: tuple[Fork, bool] | None = None

    def text(self, dialect: str) -> str:
        """The query in an engine's dialect; rendered once, as trials run one plan many times."""
        if dialect not in self._texts:
            self._texts[dialect] = self.query.sql(dialect=dialect)
        return self._texts[dialect]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Side:
    """Rows a step set apart, with why.

    Relations of role INCONCLUSIVE have the columns ``subject, episode, dataset, region, period_from, period_to``;
    ERROR has ``subject, episode``; EXCLUDED has ``subject`` and ``rows`` (BIGINT[] of row identities) and ``alias``;
    GUARD must be empty (one row with ``key`` and ``n`` otherwise), else the rule stops.
    An ``episode`` (or ``subject``) that cannot be told yet at this step is NULL; '' is "no episode".
    """

    role: Role
    relation: str
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Step:
    """One author's step: the relation that remains after it, its sentence, and what it set apart.

    ``condition`` decides each row by itself, where the step has one: rows for which it is certainly true remain, or
    with ``drops`` are the ones that go. It is written over the relation of the step before. ``clears`` says what would
    have let a subject off here, and ``reads`` names the columns it speaks of.
    """

    number: str
    verb: str
    relation: str
    sentence: Sentence
    reason: str = ""
    sides: tuple[Side, ...] = ()
    condition: exp.Expr | None = None
    drops: bool = False
    clears: Sentence | None = None
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A compiled rule.

    ``clue`` names the last relation: columns ``subject`` (text), ``subject_name``, ``episode`` (text, '' when
    none), ``happened_on`` (date), ``amount`` (decimal or NULL), ``strength`` (decimal 0..1), then every fact under
    its own name, then ``<alias>##`` (BIGINT[], sorted, distinct) per dataset alias whose rows are evidence.
    ``population`` names the relation whose distinct ``subject`` values were evaluated (None: clues alone are known).
    """

    rule: str
    version: int
    as_of: date
    parameters: Mapping[str, Any]
    inputs: tuple[Input, ...]
    relations: tuple[Relation, ...]
    steps: tuple[Step, ...]
    clue: str
    facts: Mapping[str, Type]
    evidence: tuple[str, ...]
    population: str | None
    rings: tuple[str, ...] = ()
    """Relations of the groups that the plan makes, one for each time it makes any (the n-th reads what is known of the
    n-th from :data:`EARLIER_RINGS`): ``ring`` and ``member`` (texts), and ``earlier`` (known rings it met, or NULL)."""
    tallies: tuple[Relation, ...] = ()
    """One-row relations that count many steps in one pass: columns ``<step number>.rows``, ``.unknown``,
    ``.excluded``. A step's ``.unknown`` may stand in several of them and is their sum."""
    strengths: tuple[Strength, ...] = ()
    """What makes a clue strong, the first that holds."""
    subject: exp.Expr | None = None
    """The clue's subject as text, over every relation that already has the columns it names; ``episode`` likewise
    (None for a rule without episodes)."""
    episode: exp.Expr | None = None

    @property
    def variant(self) -> str:
        """The parameters as one text."""
        return ", ".join(f"{name}={value}" for name, value in sorted(self.parameters.items()))
