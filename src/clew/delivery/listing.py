"""A short list of clues for the screen, masked like a wide list."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from clew.delivery import masking


@dataclass(frozen=True)
class Filter:
    """Which clues: None takes any."""

    model: str | None = None
    band: str | None = None
    unit: str | None = None
    state: str | None = None
    gone: bool = False
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
)
_LIST = f"""
select c.clue_id, model, subject_type, subject, coalesce(subject_name, ''), episode, score, band, route, amount,
       happened_on, due_on, state, shadow, gone, suppressed_reason,
       coalesce(string_agg(s.message, ' ' order by s.position), ''),
       coalesce(string_agg(s.message_zh, '' order by s.position), '')
from clew.clue c left join clew.signal s using (clue_id) where {_MATCHING}
group by all order by score desc, c.clue_id limit ?
"""  # noqa: S608 - fixed text


def list_clues(connection: duckdb.DuckDBPyConnection, wanted: Filter, *, mask: bool) -> tuple[int, list[ListedClue]]:
    """How many clues match, and the first of them by score."""
    bound: list[Any] = []
    for value in (wanted.model, wanted.band, wanted.unit, wanted.state):
        bound += [value, value]
    bound.append(wanted.gone)
    total = connection.execute(f"select count(*) from clew.clue where {_MATCHING}", bound).fetchall()[0][0]  # noqa: S608
    rows = connection.execute(_LIST, [*bound, wanted.limit]).fetchall()
    return total, [_listed(row, mask=mask) for row in rows]


def _listed(row: tuple[Any, ...], *, mask: bool) -> ListedClue:
    clue = ListedClue(*row)
    if not mask or clue.subject_type != "person":
        return clue
    words = {clue.subject: masking.masked_number(clue.subject)}
    if clue.subject_name:
        words[clue.subject_name] = masking.masked_personal(clue.subject_name)
    values = asdict(clue) | {
        "subject": words[clue.subject],
        "subject_name": words.get(clue.subject_name, ""),
        "message": masking.masked_text(clue.message, words),
        "message_zh": masking.masked_text(clue.message_zh, words),
    }
    return ListedClue(**values)
