"""All planted cases: how many of each, and which files plant them."""

from __future__ import annotations

from clew.demo.stage import Stage
from clew.demo.stories import (
    company,
    disability,
    driving,
    enforcement,
    fines,
    food,
    hospital,
    litigation,
    minors,
    motor,
    pension,
    prisoner,
    traffic,
    unpaid,
    water,
)

_PLAYS = (
    pension.plant,
    disability.plant,
    unpaid.plant,
    traffic.plant,
    driving.plant,
    food.plant,
    minors.plant,
    water.plant,
    prisoner.plant,
    fines.plant,
    enforcement.plant,
    hospital.plant,
    motor.plant,
    litigation.plant,
    company.plant,
)
"""In this order, so that a new story at the end leaves the earlier ones as they were."""


def plant(seed: int, persons: int) -> Stage:
    """Two of each case in a small province, one for every 20,000 persons in a larger one, sixty at most."""
    stage = Stage(seed, copies=min(max(persons // 20_000, 2), 60))
    for play in _PLAYS:
        play(stage)
    return stage
