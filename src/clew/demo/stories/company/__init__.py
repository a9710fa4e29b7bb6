"""Planted cases of model M25: shell companies, registrations in the names of others, and what looks like it."""

from __future__ import annotations

from clew.demo.stage import Stage
from clew.demo.stories.company.criminal_case import linked, traded
from clew.demo.stories.company.idle import idle, no_rings, rings
from clew.demo.stories.company.representative import card_lost, dead, in_custody


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        idle(stage, copy)
        dead(stage, copy)
        in_custody(stage, copy)
        card_lost(stage, copy)
        traded(stage, copy)
        linked(stage)
        rings(stage)
        no_rings(stage)
