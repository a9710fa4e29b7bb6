"""What the rules of a screening did, written down: funnels, outcomes, what could not be decided, what was dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from clew.engine import Answers, Outcome
from clew.screening.variant import Variant


def outcomes(connection: duckdb.DuckDBPyConnection, answers: Answers) -> Mapping[str, int]:
    """Subjects by outcome; each counts once: CLUE before ERROR before INCONCLUSIVE before CLEAR.

    CLEAR is left out where the rule's population is not known.
    """
    tables = {"found": answers.clues, "failed": answers.errors, "undecided": answers.inconclusive}
    with_subject = {name: table.select(["subject"]) for name, table in tables.items()}
    for name, table in with_subject.items():
        connection.register(f"outcome_{name}", table)
    try:
        rows = connection.execute(
            """
            with ranked as (
                select subject, min(rank) as rank from (
                    select subject, 1 as rank from outcome_found
                    union all select subject, 2 from outcome_failed
                    union all select subject, 3 from outcome_undecided
                ) where trim(subject) <> '' group by subject)
            select count(*) filter (rank = 1), count(*) filter (rank = 2), count(*) filter (rank = 3) from ranked
            """
        ).fetchall()
    finally:
        for name in with_subject:
            connection.unregister(f"outcome_{name}")
    found, failed, undecided = rows[0]
    counts = {Outcome.CLUE.value: found, Outcome.ERROR.value: failed, Outcome.INCONCLUSIVE.value: undecided}
    if answers.evaluated is not None:
        counts[Outcome.CLEAR.value] = max(0, answers.evaluated - found - failed - undecided)
    return counts


def forget(connection: duckdb.DuckDBPyConnection, screening_id: str) -> None:
    """Remove what an unfinished screening wrote, so that it can be written whole."""
    for table in ("funnel", "outcome", "undecided", "exclusion"):
        connection.execute(f"delete from clew.{table} where screening_id = ?", [screening_id])  # noqa: S608 - fixed


def write_answers(
    connection: duckdb.DuckDBPyConnection,
    screening_id: str,
    variant: Variant,
    answers: Answers,
    counts: Mapping[str, int],
) -> None:
    """Write one rule's part of the ledger; call it inside the screening's transaction."""
    key = (screening_id, variant.rule, variant.name)
    for position, step in enumerate(answers.funnel, start=1):
        connection.execute(
            "insert into clew.funnel values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *key[:2],
                position,
                step.number,
                step.verb,
                step.sentence.zh,
                step.sentence.en,
                step.reason,
                step.rows,
                step.unknown,
                step.excluded,
                step.inconclusive,
                step.errors,
                key[2],
                step.clears.zh if step.clears else "",
                step.clears.en if step.clears else "",
                list(step.reads),
            ],
        )
    for outcome in Outcome:
        if outcome.value in counts:
            connection.execute(
                "insert into clew.outcome values (?, ?, ?, ?, ?)",
                [*key[:2], outcome.value, counts[outcome.value], key[2]],
            )
    _insert(
        connection,
        answers.inconclusive,
        "insert into clew.undecided select ?, ?, 'INCONCLUSIVE', subject, episode, step, reason, dataset, region,"
        " period_from, period_to, ? from ledger_rows order by subject, episode, step, dataset, region, period_from",
        key,
    )
    _insert(
        connection,
        answers.errors,
        "insert into clew.undecided select ?, ?, 'ERROR', subject, episode, step, reason, null, null, null, null, ?"
        " from ledger_rows order by subject, episode, step, reason",
        key,
    )
    _insert(
        connection,
        answers.excluded,
        "insert into clew.exclusion select ?, ?, step, reason, basis, subject, alias, rows, ? from ledger_rows"
        " order by step, subject, alias, rows",
        key,
    )


def write_failure(
    connection: duckdb.DuckDBPyConnection, screening_id: str, variant: Variant, step: str, message: str
) -> None:
    """Write down that a rule could not finish: no subject of it was decided."""
    connection.execute(
        "insert into clew.outcome values (?, ?, ?, 0, ?)",
        [screening_id, variant.rule, Outcome.ERROR.value, variant.name],
    )
    connection.execute(
        "insert into clew.undecided values (?, ?, ?, null, null, ?, ?, null, null, null, null, ?)",
        [screening_id, variant.rule, Outcome.ERROR.value, step, message, variant.name],
    )


def undecided_subjects(
    connection: duckdb.DuckDBPyConnection, screening_id: str, variants: Iterable[Variant], model: str
) -> frozenset[str]:
    """Those subjects of a model's stored clues that a screening could not decide."""
    found: set[str] = set()
    for variant in variants:
        rows = connection.execute(
            "select distinct subject from clew.undecided where screening_id = ? and rule = ? and variant = ?"
            " and subject in (select subject from clew.clue where model = ?)",
            [screening_id, variant.rule, variant.name, model],
        ).fetchall()
        found |= {row[0] for row in rows}
    return frozenset(found)


def _insert(connection: duckdb.DuckDBPyConnection, table: pa.Table, statement: str, key: tuple[str, str, str]) -> None:
    if table.num_rows == 0:
        return
    connection.register("ledger_rows", table)
    try:
        connection.execute(statement, list(key))
    finally:
        connection.unregister("ledger_rows")
