"""Subjects left out that a person was asked to look at again: what was found, and what that says of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

MISSED, RIGHTLY = "missed", "rightly_left_out"
ANSWERS = (MISSED, RIGHTLY)


@dataclass(frozen=True)
class Missed:
    """What the samples of one model and kind (excluded or below) showed.

    ``among`` is how many the last screening could have drawn.
    """

    model: str
    kind: str
    drawn: int
    answered: int
    missed: int
    among: int

    @property
    def share(self) -> float | None:
        """Of those answered, the share that should have been clues; None where none was answered."""
        return self.missed / self.answered if self.answered else None


def missed(connection: duckdb.DuckDBPyConnection, by: date | None = None) -> list[Missed]:
    """What the samples showed, by model and kind; with ``by``, those of screenings and answers up to that day."""
    rows = connection.execute(
        """
        select model, kind, count(*), count(answer) filter (answered_on <= $by),
            count(*) filter (answer = $missed and answered_on <= $by), arg_max(among, as_of)
        from clew.sample join clew.screening using (screening_id) where as_of <= $by
        group by model, kind order by model, kind desc
        """,
        {"missed": MISSED, "by": by or date.max},
    ).fetchall()
    return [Missed(*row) for row in rows]


def answer_sample(
    connection: duckdb.DuckDBPyConnection, sample_id: str, answer: str, *, on: date, actor: str, note: str
) -> bool | None:
    """Record what was found; False where it was known already, None where there is no such sample."""
    rows = connection.execute("select answer from clew.sample where sample_id = ?", [sample_id]).fetchall()
    if not rows:
        return None
    if rows[0][0] == answer:
        return False
    connection.execute(
        "update clew.sample set answer = ?, answered_on = ?, answered_by = ?, note = ? where sample_id = ?",
        [answer, on, actor, note, sample_id],
    )
    return True
