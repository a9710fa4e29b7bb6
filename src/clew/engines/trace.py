"""Where a rule lost somebody: the step after which a subject (and episode) is no longer among the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
from sqlglot import exp

from clew.contracts.literal import quoted
from clew.engines.nearness import distance
from clew.engines.relations import Relations
from clew.plan import Plan, Step

Key = tuple[str, str]
"""Subject and episode; '' where the rule has no episodes."""


@dataclass(frozen=True)
class Loss:
    """The step that lost a subject; ``row`` is its row nearest to passing (the deciding columns), where one decides.

    ``step`` is None where the subject never stood among the rows that name subjects.
    """

    step: Step | None
    row: pa.Table | None = None


def losses(relations: Relations, plan: Plan, keys: Iterable[Key]) -> Mapping[Key, Loss]:
    """For each subject and episode that gave no clue: where it was lost. The plan's relations must be there."""
    wanted = sorted(set(keys))
    if not wanted or plan.subject is None:
        return {}
    seen = [(step, _present(relations, plan, step, wanted)) for step in plan.steps if step.verb != "clue"]
    known = [(step, present) for step, present in seen if present is not None]
    found: dict[Key, Loss] = {}
    for key in wanted:
        if not known or key not in known[0][1]:
            found[key] = Loss(known[0][0] if len(known) < len(seen) and known else None)
            continue
        lost = next((pair for pair in pairwise(known) if key in pair[0][1] and key not in pair[1][1]), None)
        if lost is None:
            found[key] = Loss(plan.steps[-1])
        else:
            (before, _), (step, _) = lost
            found[key] = Loss(step, _nearest(relations, plan, before, step, key))
    return found


def _present(relations: Relations, plan: Plan, step: Step, keys: Sequence[Key]) -> set[Key] | None:
    """Which of the keys a step's relation still has; None where it does not name subjects yet."""
    named = _names(relations, plan, step)
    if named is None:
        return None
    subject, episode = named
    query = (
        f"select distinct {subject}, {episode or 'w.e'} from {quoted(step.relation)} r"  # noqa: S608 - from the plan
        " join (select unnest($subjects) as s, unnest($episodes) as e) w"
        f" on {subject} = w.s" + (f" and {episode} = w.e" if episode else "")
    )
    bound = {"subjects": [key[0] for key in keys], "episodes": [key[1] for key in keys]}
    return {(row[0], row[1]) for row in relations.execute(query, bound).fetchall()}


def _nearest(relations: Relations, plan: Plan, before: Step, step: Step, key: Key) -> pa.Table | None:
    """The columns that decided, in the row of the step before that came nearest."""
    named = _names(relations, plan, before)
    if step.condition is None or named is None:
        return None
    names = dict.fromkeys(one.name for one in step.condition.find_all(exp.Column, bfs=False))
    if not names:
        return None
    subject, episode = named
    near = distance(step.condition, wanted=not step.drops).sql(dialect="duckdb")
    query = (
        f"select {', '.join(map(quoted, names))} from {quoted(before.relation)}"  # noqa: S608 - from the plan
        f" where {subject} = $subject"
        + (f" and {episode} = $episode" if episode else "")
        + f" order by {near}, 1 limit 1"
    )
    bound = {"subject": key[0]} | ({"episode": key[1]} if episode else {})
    return relations.table(query, bound)


def subject_of(relations: Relations, plan: Plan, step: Step) -> str:
    """SQL of the subject in a step's relation, '' where it cannot be told."""
    named = _names(relations, plan, step)
    return named[0] if named is not None else ""


def _names(relations: Relations, plan: Plan, step: Step) -> tuple[str, str] | None:
    """How a step's relation names the subject, and the episode ('' where it cannot); None without the subject."""
    there = set(relations.columns(step.relation))
    subject, episode = (
        one.sql(dialect="duckdb") if one is not None and {c.name for c in one.find_all(exp.Column)} <= there else ""
        for one in (plan.subject, plan.episode)
    )
    return (subject, episode) if subject else None
