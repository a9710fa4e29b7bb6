"""Another threshold in a whole model: how its clues would change, band by band, and what is known of them.

Only the rule whose parameter changes is run again; its answers are merged with what the model's other rules gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from clew.clues.review import RIGHT, Review
from clew.screening.precision import Precision, precision
from clew.screening.sweep import Tried
from clew.supervision.answer import Answered
from clew.supervision.judgement import Judgement
from clew.supervision.merge import merge

ALL = "all"
"""Stands for every band."""


@dataclass(frozen=True)
class Effect:
    """The model's clues of one band (or :data:`ALL`) at one value of one parameter of one rule.

    ``added`` are in the band at this value and not today, ``gone`` the other way round: a clue that changes its band is
    gone from one and added to the other. ``missed`` counts the substantiated clues of the band that are gone.
    """

    rule: str
    parameter: str
    unit: str
    value: Decimal
    current: bool
    band: str
    added: int
    gone: int
    missed: int
    known: Precision

    def as_dict(self) -> dict[str, Any]:
        """The effect as plain values, in the words of people."""
        share, (low, high) = self.known.share, self.known.interval
        return {
            "rule": self.rule,
            "parameter": self.parameter,
            "value": f"{self.value:f}",
            "unit": self.unit,
            "current": self.current,
            "band": self.band,
            "clues": self.known.found,
            "added": self.added,
            "gone": self.gone,
            "substantiated": self.known.right,
            "not_substantiated": self.known.wrong,
            "already_handled": self.known.handled,
            "not_reviewed": self.known.open,
            "substantiated_gone": self.missed,
            "precision": share,
            "low": low if share is not None else None,
            "high": high if share is not None else None,
        }


class ModelToday:
    """One model as its rules answer today, ready to be asked what another answer of one of them changes."""

    def __init__(
        self, judged: Judgement, answered: Mapping[str, Answered], answers: Iterable[Review], as_of: date
    ) -> None:
        self._judged, self._answered, self._as_of = judged, answered, as_of
        self._answers = {one.clue_id: one for one in answers}
        self._today = self._clues(answered)

    def effects(self, one: Tried) -> list[Effect]:
        """What a value changes: all bands together, then each band that has clues at it or today."""
        rule = one.answered.rule.id
        found = self._today if one.current else self._clues({**self._answered, rule: one.answered})
        bands = [ALL, *self._judged.model.scoring.bands, "none"]
        return [
            Effect(
                rule,
                one.parameter.name,
                one.parameter.quantity.unit,
                one.value,
                one.current,
                band,
                added=len(now.keys() - was.keys()),
                gone=len(was.keys() - now.keys()),
                missed=sum(was[clue].answer in RIGHT for clue in was.keys() - now.keys()),
                known=precision(now.values()),
            )
            for band in bands
            if (was := _of(self._today, band)).keys() | (now := _of(found, band)).keys() or band == ALL
        ]

    def _clues(self, answered: Mapping[str, Answered]) -> dict[str, Review]:
        """The model's clues by id, each in the band it would have, with the answer that is known."""
        found = {}
        for one in merge(self._judged, answered, as_of=self._as_of):
            clue = one.clue
            new = Review(clue.clue_id, clue.model, clue.subject, clue.episode, clue.band, clue.shadow, None)
            found[clue.clue_id] = replace(self._answers.get(clue.clue_id, new), band=clue.band)
        return found


def _of(clues: Mapping[str, Review], band: str) -> dict[str, Review]:
    return {clue: one for clue, one in clues.items() if band in (ALL, one.band)}
