"""Reading the ledger of a screening for people: funnels, and what could not be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from clew.engine import FunnelStep
from clew.plan import Sentence


@dataclass(frozen=True)
class Funnel:
    """One rule's steps in one screening; ``variant`` names the parameters a model had set differently."""

    rule: str
    variant: str
    steps: tuple[FunnelStep, ...]


@dataclass(frozen=True)
class Gap:
    """A gap in the data and how many subjects wait for it: closing it decides them."""

    rule: str
    variant: str
    dataset: str | None
    region: str | None
    period_from: date | None
    period_to: date | None
    reason: str
    subjects: int


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


def read_gaps(connection: duckdb.DuckDBPyConnection, screening_id: str) -> list[Gap]:
    """What kept subjects undecided, the widest gap first."""
    rows = connection.execute(
        """
        select rule, variant, dataset, region, min(period_from), max(period_to), reason, count(distinct subject) as n
        from clew.undecided where screening_id = ?
        group by rule, variant, dataset, region, reason
        order by n desc, rule, variant, dataset nulls first, region nulls first, reason
        """,
        [screening_id],
    ).fetchall()
    return [Gap(*row) for row in rows]
