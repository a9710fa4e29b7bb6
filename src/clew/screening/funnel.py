"""Reading the funnels of a screening from its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from clew.engine import FunnelStep
from clew.plan import Sentence


@dataclass(frozen=True)
class Funnel:
    """One rule's steps in one screening; ``variant`` names the parameters a model had set differently."""

    rule: str
    variant: str
    steps: tuple[FunnelStep, ...]


def read_funnels(
    connection: duckdb.DuckDBPyConnection, screening_id: str, rules: Sequence[str] | None = None
) -> list[Funnel]:
    """The funnels of a screening, by rule and variant; of ``rules`` only, when given."""
    rows = connection.execute(
        """
        select rule, variant, number, verb, sentence_zh, sentence_en, rows, unknown, excluded, inconclusive, errors,
            reason, clears_zh, clears_en, reads
        from clew.funnel where screening_id = $id and ($rules is null or list_contains($rules, rule))
        order by rule, variant, position
        """,
        {"id": screening_id, "rules": list(rules) if rules is not None else None},
    ).fetchall()
    funnels: dict[tuple[str, str], list[FunnelStep]] = {}
    for rule, variant, number, verb, zh, en, left, unknown, excluded, inconclusive, errors, *more in rows:
        reason, clears_zh, clears_en, reads = more
        clears = Sentence(clears_zh, clears_en) if clears_en else None
        step = FunnelStep(
            number, verb, Sentence(zh, en), left, unknown, excluded, inconclusive, errors, reason, clears, tuple(reads)
        )
        funnels.setdefault((rule, variant), []).append(step)
    return [Funnel(rule, variant, tuple(steps)) for (rule, variant), steps in funnels.items()]
