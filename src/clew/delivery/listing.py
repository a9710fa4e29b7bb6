"""A short list of clues for the screen, and the same list masked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from clew.contracts.model import Contract
from clew.delivery import masking
from clew.delivery.cells import shown_subject, shown_words
from clew.delivery.ranking import chances
from clew.rules.model import Rule
from clew.scoring.chance import Chance, expected


@dataclass(frozen=True)
class Filter:
    """Which clues: None takes any. ``corrected``: only those whose sources were corrected, gone or not.

    ``by_value``: those first of which most money may be expected back, instead of those with the highest score.
    """

    model: str | None = None
    band: str | None = None
    unit: str | None = None
    state: str | None = None
    gone: bool = False
    corrected: bool = False
    by_value: bool = False
    limit: int = 50


@dataclass(frozen=True)
class ListedClue:
    """One clue of a list; its messages are those of its strongest signals, joined."""

    clue_id: str
    model: str
    subject_type: str
    subject: str
    subject_name: str
    episode: str
    score: int
    band: str
    unit: str
    amount: Decimal | None
    happened_on: date | None
    due_on: date | None
    limitation_ends_on: date | None
    state: str
    shadow: bool
    gone: bool
    suppressed: str | None
    message: str
    message_zh: str
    chance: Chance
    expected: Decimal | None

    def as_dict(self) -> dict[str, Any]:
        """The clue as plain values."""
        return asdict(self)


_MATCHING = (
    "($model is null or c.model = $model) and ($band is null or c.band = $band)"
    " and ($unit is null or route = $unit) and ($state is null or state = $state) and ($gone or not gone)"
    " and (not $corrected or c.clue_id in (select clue_id from clew.source_correction))"
)
_LIST = f"""
with judged as (
    select unnest(cast($models as varchar[])) as model, unnest(cast($bands as varchar[])) as band,
           unnest(cast($means as decimal(5, 4)[])) as mean),
told as (
    select clue_id, string_agg(message, ' ' order by position) as message,
           string_agg(message_zh, '' order by position) as message_zh
    from clew.signal group by clue_id)
select c.clue_id, c.model, subject_type, subject, coalesce(subject_name, ''), episode, score, c.band, route, amount,
       happened_on, due_on, limitation_ends_on, state, shadow, gone, suppressed_reason,
       coalesce(message, ''), coalesce(message_zh, '')
from clew.clue c left join told using (clue_id) join judged j on j.model = c.model and j.band = c.band
where {_MATCHING}
order by case when $by_value then amount * mean end desc nulls last, case when $by_value then mean end desc,
         score desc, c.clue_id
limit $limit
"""  # noqa: S608 - fixed text


def list_clues(connection: duckdb.DuckDBPyConnection, wanted: Filter) -> tuple[int, list[ListedClue]]:
    """How many clues match, and the first of them by score or by value, unmasked.

    By value, clues that are about no money stand behind the others, by their chance.
    """
    bound = {
        "model": wanted.model, "band": wanted.band, "unit": wanted.unit, "state": wanted.state,
        "gone": wanted.gone or wanted.corrected, "corrected": wanted.corrected,
    }  # fmt: skip
    total = connection.execute(f"select count(*) from clew.clue c where {_MATCHING}", bound).fetchall()[0][0]  # noqa: S608 - fixed text
    judged = chances(connection)
    order = {
        "models": [model for model, _ in judged], "bands": [band for _, band in judged],
        "means": [one.mean for one in judged.values()], "by_value": wanted.by_value, "limit": wanted.limit,
    }  # fmt: skip
    found = []
    for row in connection.execute(_LIST, bound | order).fetchall():
        by, amount = judged[row[1], row[7]], row[9]
        worth = expected(amount, by.mean) if amount is not None else None
        found.append(ListedClue(*(*row, by, worth)))
    return total, found


def masked_clues(
    connection: duckdb.DuckDBPyConnection,
    clues: Sequence[ListedClue],
    contracts: Mapping[str, Contract],
    rules: Mapping[str, Rule],
) -> list[ListedClue]:
    """The clues with every personal word of their source rows and facts masked."""
    ids = [clue.clue_id for clue in clues]
    records = _grouped(connection, "select clue_id, dataset, record from clew.evidence", ids)
    facts = _grouped(connection, "select clue_id, rule, facts from clew.signal", ids)
    return [
        _masked(
            clue,
            shown_words(
                clue.subject_type, clue.subject, clue.subject_name,
                records[clue.clue_id],
                [(rules.get(rule), values) for rule, values in facts[clue.clue_id]],
                contracts,
            ),
        )
        for clue in clues
    ]  # fmt: skip


def _grouped(
    connection: duckdb.DuckDBPyConnection, query: str, ids: list[str]
) -> Mapping[str, list[tuple[str, Mapping[str, Any]]]]:
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    wanted = " where clue_id in (select unnest(cast(? as varchar[]))) order by all"
    for clue_id, name, text in connection.execute(query + wanted, [ids]).fetchall():
        found[clue_id].append((name, json.loads(text)))
    return found


def _masked(clue: ListedClue, words: Mapping[str, str]) -> ListedClue:
    private = clue.subject_type == "person"
    return replace(
        clue,
        subject=shown_subject(clue.subject_type, clue.subject, words),
        subject_name=words.get(clue.subject_name, "") if private else clue.subject_name,
        episode=masking.masked_text(clue.episode, words),
        message=masking.masked_text(clue.message, words),
        message_zh=masking.masked_text(clue.message_zh, words),
    )
