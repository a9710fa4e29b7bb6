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
from clew.delivery.cells import shown_words
from clew.rules.model import Rule


@dataclass(frozen=True)
class Filter:
    """Which clues: None takes any. ``corrected``: only those whose sources were corrected, gone or not."""

    model: str | None = None
    band: str | None = None
    unit: str | None = None
    state: str | None = None
    gone: bool = False
    corrected: bool = False
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

    def as_dict(self) -> dict[str, Any]:
        """The clue as plain values."""
        return asdict(self)


_MATCHING = (
    "(? is null or model = ?) and (? is null or band = ?) and (? is null or route = ?)"
    " and (? is null or state = ?) and (? or not gone)"
    " and (not ? or clue_id in (select clue_id from clew.source_correction))"
)
_LIST = f"""
select c.clue_id, model, subject_type, subject, coalesce(subject_name, ''), episode, score, band, route, amount,
       happened_on, due_on, limitation_ends_on, state, shadow, gone, suppressed_reason,
       coalesce(string_agg(s.message, ' ' order by s.position), ''),
       coalesce(string_agg(s.message_zh, '' order by s.position), '')
from clew.clue c left join clew.signal s using (clue_id) where {_MATCHING}
group by all order by score desc, c.clue_id limit ?
"""  # noqa: S608 - fixed text


def list_clues(connection: duckdb.DuckDBPyConnection, wanted: Filter) -> tuple[int, list[ListedClue]]:
    """How many clues match, and the first of them by score, unmasked."""
    bound: list[Any] = []
    for value in (wanted.model, wanted.band, wanted.unit, wanted.state):
        bound += [value, value]
    bound += [wanted.gone or wanted.corrected, wanted.corrected]
    total = connection.execute(f"select count(*) from clew.clue where {_MATCHING}", bound).fetchall()[0][0]  # noqa: S608 - fixed text
    rows = connection.execute(_LIST, [*bound, wanted.limit]).fetchall()
    return total, [ListedClue(*row) for row in rows]


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
        subject=words[clue.subject] if private else clue.subject,
        subject_name=words.get(clue.subject_name, "") if private else clue.subject_name,
        episode=masking.masked_text(clue.episode, words),
        message=masking.masked_text(clue.message, words),
        message_zh=masking.masked_text(clue.message_zh, words),
    )
