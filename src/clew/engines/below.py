"""Subjects just below a threshold: those that every step before kept, and a number or a day alone shut out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

from clew.contracts.literal import quoted, text_literal
from clew.engines.nearness import distance
from clew.engines.relations import Relations
from clew.engines.trace import subject_of
from clew.plan import Plan, Step

JUST = 0.2
"""The distance that counts as just below: two thirds of an amount's limit, or seven days from a date's."""
_NONE = "select null::varchar subject, '' step, '' reason, null::bigint as among where false"


@dataclass(frozen=True)
class Draw:
    """A lot: ``size`` subjects, chosen by ``seed`` alone."""

    seed: str
    size: int

    def order(self, subject: str) -> str:
        """SQL to order by: a hash of the seed and the subject, so that every subject is as likely as another."""
        return f"sha256({text_literal(self.seed)} || '|' || {subject})"


def just_below(relations: Relations, plan: Plan, lot: Draw) -> pa.Table:
    """For each threshold, ``lot.size`` of the subjects just below it: ``subject, step, reason, among``.

    ``among`` counts all that could have been drawn at the step. Whoever has a clue, or passes with another row, could
    not. The plan's relations must be there.
    """
    parts = []
    for before, step in pairwise(plan.steps):
        subject, kept = subject_of(relations, plan, before), subject_of(relations, plan, step)
        if step.condition is None or step.drops or step.verb == "from" or not subject or not kept:
            continue
        near = distance(step.condition).sql(dialect="duckdb")
        holds = f"coalesce(({step.condition.sql(dialect='duckdb')}), false)"
        lost = (
            f"select {subject} as subject, min({near}) as near from {quoted(before.relation)}"  # noqa: S608 - from the plan
            f" where not {holds} and {subject} is not null group by 1"
        )
        parts.append(
            f"select subject, {text_literal(step.number)} as step, {text_literal(_why(step))} as reason,"  # noqa: S608 - as above
            f" count(*) over () as among from ({lost}) where near <= {JUST}"
            f" and subject not in (select subject from {quoted(plan.clue)} where subject is not null)"
            f" and subject not in (select {kept} from {quoted(step.relation)} where {kept} is not null)"
            f" order by {lot.order('subject')} limit {int(lot.size)}"
        )
    query = " union all ".join(f"({part})" for part in parts) or _NONE
    return relations.table(query)


def _why(step: Step) -> str:
    """The author's reason, else the step's own sentence, in both languages."""
    return step.reason or f"{step.sentence.zh} / {step.sentence.en}"
