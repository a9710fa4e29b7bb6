"""What a rule was planted to find."""

from __future__ import annotations

from clew.demo.stage import Stage
from clew.demo.truth import Planted


def planted(stage: Stage, rule: str) -> set[str]:
    """The subjects a rule must make a clue of."""
    return {row.subject for row in stage.truth if row.rule == rule and row.kind == Planted.CLUE}
