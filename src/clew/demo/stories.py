"""All planted cases: how many of each, and which files plant them."""

from __future__ import annotations

from clew.demo import (
    story_disability,
    story_driving,
    story_food,
    story_minors,
    story_pension,
    story_traffic,
    story_unpaid,
)
from clew.demo.stage import Stage


def plant(seed: int, persons: int) -> Stage:
    """Two of each case in a small province, one for every 20,000 persons in a larger one, sixty at most."""
    stage = Stage(seed, copies=min(max(persons // 20_000, 2), 60))
    plays = (
        story_pension, story_disability, story_unpaid, story_traffic, story_driving, story_food, story_minors,
    )  # fmt: skip
    for story in plays:
        story.plant(stage)
    return stage
