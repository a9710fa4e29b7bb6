"""Plaintiffs who act together, and those who only share something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clew.demo.stage import Person, Stage
from clew.demo.stories.litigation.suit import MODEL, new_account, new_agent, new_plaintiff, sue
from clew.demo.truth import Planted

RING = "litigation.plaintiff_ring"


def _gang(stage: Stage, size: int, each: int, defendants: Sequence[Person] | None = None, **columns: Any) -> str:
    """Plaintiffs with so many suits each who share what is given; returns the ring's id, the smallest member's."""
    members = [new_plaintiff(stage) for _ in range(size)]
    for person in members:
        sue(stage, person, each, defendants, **columns)
    return min(person.person_id for person in members)


def rings(stage: Stage) -> None:
    """Plaintiffs with one account, or with one agent and the same debtors."""
    found = Planted.CLUE

    ring = _gang(stage, 3, 4, payee_account=new_account(stage))
    stage.expect(MODEL, RING, ring, found, "three plaintiffs, twelve suits, one account")

    debtors = [stage.person((25, 60)) for _ in range(4)]
    ring = _gang(stage, 3, 4, debtors, plaintiff_agent=new_agent(stage))
    stage.expect(MODEL, RING, ring, found, "three plaintiffs with one agent and the same four debtors")


def ring_near_misses(stage: Stage) -> None:
    """Plaintiffs who are too few or share too little."""
    silent = Planted.NEAR_MISS
    debtors = [stage.person((25, 60)) for _ in range(4)]

    ring = _gang(stage, 12, 1, plaintiff_agent=new_agent(stage), defendants=debtors[:1])
    stage.expect(MODEL, RING, ring, silent, "FP08 a lawyer of twelve clients, all creditors of one bankrupt")

    ring = _gang(stage, 3, 4, plaintiff_agent=new_agent(stage))
    stage.expect(MODEL, RING, ring, silent, "a shared agent alone is too weak a tie")

    ring = _gang(stage, 3, 4, debtors[1:])
    stage.expect(MODEL, RING, ring, silent, "honest creditors of the same debtors")

    ring = _gang(stage, 2, 4, payee_account=new_account(stage))
    stage.expect(MODEL, RING, ring, silent, "a couple with one account")

    ring = _gang(stage, 3, 3, payee_account=new_account(stage))
    stage.expect(MODEL, RING, ring, silent, "nine suits together are one too few")
