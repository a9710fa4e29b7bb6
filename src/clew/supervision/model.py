"""A supervision model as its author wrote it, every part with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from clew.problems import Place
from clew.quantities import Quantity
from clew.rules.model import LegalBasis, Text, Trial
from clew.scoring.method import Method
from clew.yaml_file import Node


class Status(StrEnum):
    """How far a model has come. Clues of ``shadow`` are kept apart from work; ``draft`` and ``test`` store none."""

    DRAFT = "draft"
    TEST = "test"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


class Amount(StrEnum):
    """How the amounts of several rules about one subject become one.

    ``largest`` (the default) cannot count the same money twice; ``sum`` is for rules that look at different money.
    """

    LARGEST = "largest"
    SUM = "sum"


@dataclass(frozen=True)
class Use:
    """One rule in a model (a supervision point): its weight, and the parameters the model sets differently.

    ``points`` (0..100) or, under noisy-or, ``weight`` (0..1): the one that the model's method reads must be there.
    """

    rule: Text
    points: Decimal | None
    weight: Decimal | None
    overrides: Mapping[str, Decimal]
    override_places: Mapping[str, Place]
    place: Place


@dataclass(frozen=True)
class Factor:
    """Something about the clue as a whole that adds to its score when it holds; weighed like a rule."""

    when: Text
    points: Decimal | None
    weight: Decimal | None
    title_zh: str
    place: Place


@dataclass(frozen=True)
class Scoring:
    """How a clue is scored. ``bands`` in the order written, highest threshold first."""

    method: Method
    cap: int
    factors: tuple[Factor, ...]
    first_factor_only: bool
    bands: Mapping[str, int]
    band_places: Mapping[str, Place]
    place: Place

    def weight_of(self, part: Use | Factor) -> Decimal | None:
        """What the method reads of a rule or factor; None when it is not stated."""
        return part.points if self.method is Method.POINTS else part.weight


@dataclass(frozen=True)
class Route:
    """Who gets a clue and by when it is due. ``when`` is None for ``otherwise``."""

    when: Text | None
    to: str
    due: Quantity | None
    place: Place


@dataclass(frozen=True)
class Limits:
    """Numbers of clues of one screening above which the model warns, or stops with nothing stored."""

    warn_above: int | None = None
    stop_above: int | None = None


@dataclass(frozen=True)
class Promotion:
    """What must be shown before a model may go live: runs in shadow, clues reviewed, precision per band."""

    shadow_runs: int
    reviewed: int
    precision: Mapping[str, Decimal]


@dataclass(frozen=True)
class Model:
    """A supervision model, read from ``models/<id>/``. ``suppress_after``: disposition -> term or 'until…'.

    ``goal_zh`` and ``handling_zh`` hold the English where the author wrote no Chinese.
    """

    id: str
    id_place: Place
    title: str
    title_zh: str
    status: Status
    owner: str
    line: str
    supervised_body: str
    goal: str
    goal_zh: str
    legal_basis: tuple[LegalBasis, ...]
    uses: tuple[Use, ...]
    amount: Amount
    scoring: Scoring
    routes: tuple[Route, ...]
    suppress_after: Mapping[str, Quantity | str]
    freshness: Mapping[str, Quantity]
    freshness_places: Mapping[str, Place]
    limits: Limits
    promote_when: Promotion | None
    handling: tuple[str, ...]
    handling_zh: tuple[str, ...]
    dispositions: tuple[str, ...]
    trials: tuple[Trial, ...]
    sha256: str
    path: str
    place: Place
    status_place: Place
    node: Node = field(repr=False, compare=False)

    @property
    def shadow(self) -> bool:
        """Whether clues are stored as a trial run."""
        return self.status is Status.SHADOW

    @property
    def stores(self) -> bool:
        """Whether a screening keeps this model's clues."""
        return self.status in (Status.SHADOW, Status.LIVE)
