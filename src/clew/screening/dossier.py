"""A subject's dossier: what all models say about one person, company or group, and who holds it, before dispatch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from clew.screening.why import Chain, why


@dataclass(frozen=True)
class Undecided:
    """A rule that could not decide about the subject, and the data that would let it."""

    rule: str
    outcome: str
    reason: str
    dataset: str
    region: str
    period_from: date | None
    period_to: date | None


@dataclass(frozen=True)
class Exclusion:
    """A rule that left rows about the subject out, and why."""

    rule: str
    reason: str
    basis: str
    rows: int


@dataclass(frozen=True)
class Related:
    """A clue about another subject that a row of evidence joins with this one; ``dataset`` is where that row stands."""

    clue_id: str
    model: str
    subject_type: str
    subject: str
    subject_name: str
    unit: str
    state: str
    band: str
    score: int
    dataset: str


@dataclass(frozen=True)
class Holder:
    """A unit that holds a clue about the subject: its state there, and the sealed batch it was sent in ('' if none)."""

    unit: str
    clue_id: str
    state: str
    due_on: date | None
    batch_id: str


@dataclass(frozen=True)
class Dossier:
    """Everything the last screenings say of a subject. ``silent`` are the rules that ran and said nothing of it:
    it was looked at and nothing was found, or it was not among those looked at.
    """

    subject: str
    name: str
    clues: tuple[Chain, ...]
    holders: tuple[Holder, ...]
    related: tuple[Related, ...]
    undecided: tuple[Undecided, ...]
    excluded: tuple[Exclusion, ...]
    silent: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether anything at all is said of the subject."""
        return bool(self.clues or self.related or self.undecided or self.excluded)


_LAST = """
    select rule, arg_max(screening_id, (as_of, screening.rowid)) as screening_id
    from (select distinct screening_id, rule from clew.outcome) as ran
    join clew.screening as screening using (screening_id) group by rule
"""
"""Each rule's last screening."""

_RELATED = """
    with own as (select clue_id from clew.clue where subject = $subject),
    said as (
        select clue_id, dataset, unnest(json_extract_string(record, '$.*')) as value from clew.evidence),
    joined as (
        select clue.clue_id, said.dataset from clew.clue as clue join said on said.value = clue.subject
        where said.clue_id in (from own)
        union all
        select said.clue_id, said.dataset from said where said.value = $subject)
    select clue.clue_id, model, subject_type, subject, coalesce(subject_name, ''), route, state, band, score,
           min(joined.dataset)
    from joined join clew.clue as clue using (clue_id)
    where not gone and clue.clue_id not in (from own)
    group by all order by score desc, clue.clue_id
"""

_HOLDERS = """
    select route, clue_id, state, due_on, coalesce(max(batch_id), '')
    from clew.clue left join clew.dispatched using (clue_id)
    where subject = ? and not gone and suppressed_reason is null and state <> 'closed'
    group by all order by route, clue_id
"""


def dossier(connection: duckdb.DuckDBPyConnection, subject: str) -> Dossier:
    """The dossier of a subject by its id (identity number, credit code, ring); empty when nothing is known of it."""
    chains = [chain for (clue_id,) in _rows(connection, _OWN, subject) if (chain := why(connection, clue_id))]
    undecided = tuple(Undecided(*row) for row in _rows(connection, _UNDECIDED, subject))
    excluded = tuple(Exclusion(*row) for row in _rows(connection, _EXCLUDED, subject))
    spoke = {rule.rule for chain in chains if not chain.clue["gone"] for rule in chain.rules}
    spoke |= {one.rule for one in undecided} | {one.rule for one in excluded}
    ran = [rule for (rule,) in connection.execute(f"select rule from ({_LAST}) order by rule").fetchall()]  # noqa: S608 - fixed text
    related = connection.execute(_RELATED, {"subject": subject}).fetchall()
    return Dossier(
        subject=subject,
        name=next((chain.clue["subject_name"] for chain in chains if chain.clue["subject_name"]), ""),
        clues=tuple(chains),
        holders=tuple(Holder(*row) for row in _rows(connection, _HOLDERS, subject)),
        related=tuple(Related(*row) for row in related),
        undecided=undecided,
        excluded=excluded,
        silent=tuple(rule for rule in ran if rule not in spoke),
    )


_OWN = "select clue_id from clew.clue where subject = ? order by gone, score desc, clue_id"
_UNDECIDED = f"""
    select distinct rule, outcome, reason, coalesce(dataset, ''), coalesce(region, ''), period_from, period_to
    from clew.undecided join ({_LAST}) using (rule, screening_id) where subject = ? order by all
"""  # noqa: S608 - fixed text
_EXCLUDED = f"""
    select rule, reason, basis, cast(sum(len("rows")) as integer)
    from clew.exclusion join ({_LAST}) using (rule, screening_id) where subject = ? group by all order by all
"""  # noqa: S608 - fixed text


def _rows(connection: duckdb.DuckDBPyConnection, query: str, subject: str) -> list[tuple[Any, ...]]:
    return connection.execute(query, [subject]).fetchall()
