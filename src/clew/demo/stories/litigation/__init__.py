"""Planted cases of model M20: lenders who live in the courts, their straw men, and homes settled in batches."""

from __future__ import annotations

from clew.demo.stage import Stage
from clew.demo.stories.litigation.lender import convicted, enforced, lender_near_misses, lenders, two_numbers
from clew.demo.stories.litigation.mediation import batches
from clew.demo.stories.litigation.ring import ring_near_misses, rings

SEATS = ("340104", "340102", "340103")
"""Counties of the planted lenders, in turn: their courts have the most plaintiffs to be compared with."""


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        seat = SEATS[copy % len(SEATS)]
        lenders(stage, seat)
        lender_near_misses(stage, seat)
        enforced(stage, seat)
        two_numbers(stage)
        convicted(stage, seat)
        rings(stage)
        ring_near_misses(stage)
        batches(stage)
