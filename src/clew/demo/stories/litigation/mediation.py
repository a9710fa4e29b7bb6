"""Homes settled in batches by one pair of agents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from clew.demo.registers.litigation import HOME
from clew.demo.stage import Stage
from clew.demo.stories.litigation.suit import MODEL, new_agent, new_plaintiff, sue
from clew.demo.truth import Planted

BATCH = "litigation.batch_mediation"


def _settle(
    stage: Stage, count: int, documents: Sequence[str] | str = "mediation", one_seller: bool = False
) -> tuple[str, str]:
    """Disputes over homes between as many buyers and sellers, one pair of agents; returns the pair."""
    pair = new_agent(stage), new_agent(stage)
    seller = [stage.person((30, 70))]
    for place in range(count):
        closed = date(2026, 5, 20) - timedelta(days=9 * place)
        kind = documents if isinstance(documents, str) else documents[place]
        sue(
            stage, new_plaintiff(stage), 1, seller if one_seller else None, cause=HOME, doc_type=kind,
            plaintiff_agent=pair[0], defendant_agent=pair[1], filed_on=closed - timedelta(days=12), closed_on=closed,
            amount=90_000_000, body=None,
        )  # fmt: skip
    return pair


def batches(stage: Stage) -> None:
    """Homes settled by one pair of agents: many, and few or fought over."""
    silent = Planted.NEAR_MISS

    agent, other = _settle(stage, 15)
    stage.expect(MODEL, BATCH, agent, Planted.CLUE, "fifteen homes in five months, one pair of agents", other)

    agent, other = _settle(stage, 9)
    stage.expect(MODEL, BATCH, agent, silent, "nine disputes are no batch", other)

    agent, other = _settle(stage, 12, one_seller=True)
    stage.expect(MODEL, BATCH, agent, silent, "one developer's estate", other)

    agent, other = _settle(stage, 12, [*["mediation"] * 10, "judgment", "withdrawal"])
    stage.expect(MODEL, BATCH, agent, silent, "two of twelve were fought to the end", other)
