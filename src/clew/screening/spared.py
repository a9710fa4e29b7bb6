"""Nobody is quietly spared: some of those a model excluded, and some just below its thresholds, are looked at again.

They are drawn by lot, with the screening's identity as seed: the same screening draws the same subjects, another one
others. What handlers find is counted, and gives the share of subjects that should have been clues.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import duckdb

from clew.clues.rows import write
from clew.engine import Answers
from clew.engines.below import Draw
from clew.screening.variant import Variant
from clew.supervision.model import Model


def draw(
    connection: duckdb.DuckDBPyConnection,
    lot: Draw,
    model: Model,
    variants: Mapping[str, Variant],
    answers: Mapping[Variant, Answers],
    clues: Collection[str],
) -> None:
    """Draw a model's samples of one screening (its identity is the seed) and store them; inside its transaction.

    ``clues`` are the subjects that have a clue of the model: they were not spared.
    """
    unit = model.line if model.line in {route.to for route in model.routes} else model.routes[0].to
    common = {"screening_id": lot.seed, "model": model.id, "unit": unit}
    excluded, below = _excluded(connection, lot, variants, clues), _below(variants, answers, clues)
    empty = {"answer": None, "answered_on": None, "answered_by": None, "note": None}
    rows: list[Mapping[str, Any]] = []
    for kind, found, among in (("excluded", *excluded), ("below", *below)):
        chosen = sorted(found, key=lambda one: _hash(lot.seed, one["subject"]))
        once = {one["subject"]: one for one in reversed(chosen)}
        for one in list(reversed(once.values()))[: lot.size]:
            name = _hash(lot.seed, f"{model.id}|{kind}|{one['subject']}")[:16]
            rows.append(common | one | empty | {"sample_id": f"sample-{name}", "kind": kind, "among": among})
    write(connection, "sample", rows)


def _excluded(
    connection: duckdb.DuckDBPyConnection, lot: Draw, variants: Mapping[str, Variant], clues: Collection[str]
) -> tuple[list[dict[str, Any]], int]:
    """Enough excluded subjects to choose from, each at the first step that dropped it, and how many there are."""
    rows = connection.execute(
        f"""
        with dropped as (
            select subject, rule, variant, step, any_value(reason) as reason from clew.exclusion
            where screening_id = $id and subject is not null and (rule, variant) in
                (select unnest($rules), unnest($variants))
                and subject not in (select unnest(cast($clues as varchar[])))
            group by all)
        select subject, rule, variant, step, reason, (select count(distinct subject) from dropped)
        from dropped qualify row_number() over (partition by subject order by rule, step) = 1
        order by {lot.order("subject")} limit $size
        """,  # noqa: S608 - a literal
        {
            "id": lot.seed,
            "rules": [one.rule for one in variants.values()],
            "variants": [one.name for one in variants.values()],
            "clues": sorted(clues),
            "size": lot.size,
        },
    ).fetchall()
    names = ("subject", "rule", "variant", "step", "reason")
    return [dict(zip(names, row[:5], strict=True)) for row in rows], rows[0][5] if rows else 0


def _below(
    variants: Mapping[str, Variant], answers: Mapping[Variant, Answers], clues: Collection[str]
) -> tuple[list[dict[str, Any]], int]:
    """The subjects that each rule drew just below its thresholds, and how many could have been drawn."""
    found, among = [], 0
    for variant in variants.values():
        table = answers[variant].below
        rows = table.to_pylist() if table is not None else []
        among += sum({row["step"]: row["among"] for row in rows}.values())
        for row in rows:
            if row["subject"] not in clues:
                step = {name: row[name] for name in ("subject", "step", "reason")}
                found.append(step | {"rule": variant.rule, "variant": variant.name})
    return found, among


def _hash(seed: str, text: str) -> str:
    return sha256(f"{seed}|{text}".encode()).hexdigest()


def forget_unanswered(connection: duckdb.DuckDBPyConnection, screening_id: str) -> None:
    """Remove what an unfinished screening drew, so that it can be drawn again."""
    connection.execute("delete from clew.sample where screening_id = ? and answer is null", [screening_id])
