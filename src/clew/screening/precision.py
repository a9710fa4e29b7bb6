"""Measured precision: of the clues that were answered, how many were substantiated, and how sure that share is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clew.clues.review import RIGHT, WRONG, Review
from clew.scoring.interval import wilson


@dataclass(frozen=True)
class Precision:
    """The answers to some clues, counted. ``handled`` were handled already and count neither way; ``open`` are not
    answered; ``shadow`` of all clues were found in a trial run."""

    right: int = 0
    wrong: int = 0
    handled: int = 0
    open: int = 0
    shadow: int = 0

    @property
    def found(self) -> int:
        """All clues."""
        return self.right + self.wrong + self.handled + self.open

    @property
    def reviewed(self) -> int:
        """The clues that somebody answered."""
        return self.right + self.wrong + self.handled

    @property
    def share(self) -> float | None:
        """Substantiated over answered for or against, None where none was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of :attr:`share`, as if the clues answered had been drawn by lot."""
        return wilson(self.right, self.right + self.wrong)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The share if every clue not answered were wrong, and if every one were right: what is sure without a lot.

        C. F. Manski, "Nonparametric bounds on treatment effects", American Economic Review 80 (1990) 319-323.
        """
        known = self.right + self.wrong + self.open
        return (self.right / known, (self.right + self.open) / known) if known else None


def precision(answers: Iterable[Review]) -> Precision:
    """Count the answers to some clues."""
    found = list(answers)
    return Precision(
        right=sum(one.answer in RIGHT for one in found),
        wrong=sum(one.answer in WRONG for one in found),
        handled=sum(one.answer is not None and one.answer not in RIGHT | WRONG for one in found),
        open=sum(one.answer is None for one in found),
        shadow=sum(one.shadow for one in found),
    )


def by_band(answers: Iterable[Review], bands: Iterable[str]) -> Mapping[str, Precision]:
    """Per band of a model, in its order; 'none' last, where there is such a clue."""
    found = list(answers)
    named = [*bands, *(["none"] if any(one.band == "none" for one in found) else [])]
    return {band: precision(one for one in found if one.band == band) for band in named}
