"""What handlers said of past clues: the last answer that stands for each, and the clues nobody answered yet."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from clew.clues.lifecycle import DISPOSITIONS, State

RIGHT = frozenset({State.SUBSTANTIATED})
WRONG = frozenset({State.NOT_SUBSTANTIATED, State.LAWFUL_EXCEPTION, State.DATA_ERROR})
"""``already_handled`` is neither: the wrong was there, and the clue was of no use."""


@dataclass(frozen=True)
class Review:
    """One stored clue and the answer to it, None where nobody answered. ``band`` is that of its last screening."""

    clue_id: str
    model: str
    subject: str
    episode: str
    band: str
    shadow: bool
    answer: State | None


def reviews(connection: duckdb.DuckDBPyConnection, model: str | None = None) -> list[Review]:
    """Every stored clue (of one model), gone or not. An answer is withdrawn when the clue goes back to verifying.

    One that the screening found again after its silence keeps the old answer until a new one is given.
    """
    rows = connection.execute(
        """
        with spoken as (
            select clue_id, arg_max(after, position) as answer from clew.event
            where kind = 'moved' and after in (select unnest(cast($words as varchar[]))) group by clue_id)
        select c.clue_id, c.model, c.subject, c.episode, c.band, c.shadow, s.answer
        from clew.clue c left join spoken s using (clue_id)
        where $model is null or c.model = $model order by c.clue_id
        """,
        {"words": [*DISPOSITIONS, State.VERIFYING.value], "model": model},
    ).fetchall()
    return [
        Review(clue_id, of, subject, episode, band, shadow, State(said) if said in DISPOSITIONS else None)
        for clue_id, of, subject, episode, band, shadow, said in rows
    ]
