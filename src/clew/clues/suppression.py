"""Suppression: a clue that was answered is not asked again for a while; it is kept, and shown with the reason.

It holds for one clue, that is for one subject and episode under one model: another judgment against the same
person is another fact, and an answer about the first says nothing about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clew.quantities import Quantity

UNTIL_SOURCE_CHANGES = "until_source_changes"


@dataclass(frozen=True)
class Suppression:
    """Why and how long a clue stays out of new lists.

    Ends on ``until`` (that day no longer counts), or, where ``source`` is set, when the evidence hash differs.
    """

    reason: str
    until: date | None
    source: str | None


def suppression(disposition: str, term: Quantity | str | None, decided_on: date, evidence: str) -> Suppression | None:
    """What a disposition silences: for a ``term``, until the source changes, or (None) not at all.

    ``evidence`` is the clue's evidence hash on the day of the decision.
    """
    if term is None:
        return None
    if isinstance(term, Quantity):
        return Suppression(disposition, term.after(decided_on), None)
    return Suppression(disposition, None, evidence)


def lapse(suppressed: Suppression, as_of: date, evidence: str) -> str:
    """Why a suppression no longer holds on ``as_of``, '' while it does."""
    if suppressed.until is not None and as_of >= suppressed.until:
        return f"the term ended on {suppressed.until.isoformat()}"
    if suppressed.source is not None and suppressed.source != evidence:
        return "the source rows changed"
    return ""
