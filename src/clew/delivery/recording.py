"""Recording what handlers answered: every answer of a workbook, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from clew.clues.decide import dispose
from clew.clues.lifecycle import MoveError
from clew.clues.sample import answer_sample
from clew.delivery.dispositions import Answer
from clew.problems import Problems, did_you_mean
from clew.supervision.library import Models
from clew.supervision.model import Model
from clew.warehouse import transaction


@dataclass(frozen=True)
class Recorded:
    """How many answers were new, and how many were known already."""

    recorded: int
    unchanged: int


def record(
    connection: duckdb.DuckDBPyConnection,
    models: Models,
    answers: Sequence[Answer],
    samples: Sequence[Answer] = (),
    *,
    actor: str,
    on: date,
    problems: Problems,
) -> Recorded:
    """Record every answer in one transaction, or none: F006 no such clue, F007 not the model's, F008 not allowed.

    ``samples`` are findings about subjects that were left out (F009 for one that was not drawn). ``actor`` and
    ``on`` stand in where the answer does not name its own.
    """
    changed = 0
    try:
        with transaction(connection):
            for answer in samples:
                changed += _record_sample(connection, answer, actor, on, problems)
            for answer in answers:
                model = _model_of(connection, models, answer, problems)
                changed += model is not None and _record_one(connection, model, answer, actor, on, problems)
            if problems.errors:
                raise _RefusedError
    except _RefusedError:
        return Recorded(0, 0)
    return Recorded(changed, len(answers) + len(samples) - changed)


class _RefusedError(Exception):
    """Rolls the transaction back; the problems say why."""


def _model_of(
    connection: duckdb.DuckDBPyConnection, models: Models, answer: Answer, problems: Problems
) -> Model | None:
    rows = connection.execute("select model from clew.clue where clue_id = ?", [answer.clue_id]).fetchall()
    if not rows:
        problems.error(answer.place, "F006", f"there is no clue '{answer.clue_id}'", "list them with: clew clues")
        return None
    model = models.get(rows[0][0])
    if model is None:
        problems.error(answer.place, "F006", f"the clue's model '{rows[0][0]}' is not in this project")
    elif answer.disposition not in model.dispositions:
        problems.error(
            answer.place,
            "F007",
            f"'{answer.disposition}' is no disposition of the model {model.id}",
            did_you_mean(answer.disposition, model.dispositions),
        )
        return None
    return model


def _record_one(
    connection: duckdb.DuckDBPyConnection, model: Model, answer: Answer, actor: str, on: date, problems: Problems
) -> bool:
    try:
        return dispose(
            connection,
            answer.clue_id,
            answer.disposition,
            on=answer.on or on,
            actor=answer.actor or actor,
            note=answer.note,
            suppress_after=model.suppress_after,
        )
    except MoveError as error:
        problems.error(answer.place, "F008", str(error))
        return False


def _record_sample(
    connection: duckdb.DuckDBPyConnection, answer: Answer, actor: str, on: date, problems: Problems
) -> bool:
    done = answer_sample(
        connection,
        answer.clue_id,
        answer.disposition,
        on=answer.on or on,
        actor=answer.actor or actor,
        note=answer.note,
    )
    if done is None:
        problems.error(
            answer.place, "F009", f"'{answer.clue_id}' was not drawn here", "copy the number back from the workbook"
        )
    return bool(done)
