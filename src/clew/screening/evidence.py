"""Fetching the evidence of clues: only their rows, only the columns the rule read, chosen by what they say.

Rows are shown in the order of their content, not of their delivery: the same register delivered again must not
change which rows stand for a clue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from clew.clues.identity import plain_json
from clew.clues.model import Clue, EvidenceRow
from clew.engines.duckdb import DuckDBEngine
from clew.plan import ROW_BITS, Input
from clew.rules.model import Rule
from clew.supervision.answer import Answered
from clew.supervision.merge import EvidenceIds, MergedClue

SHOWN = 24
"""Rows kept per clue and dataset where the rule states no limit; the true count stands in the signal."""
FETCHED = 1000
"""Most rows of one clue and dataset that are fetched to choose from."""


def with_evidence(merged: Sequence[MergedClue], answered: Mapping[str, Answered], engine: DuckDBEngine) -> list[Clue]:
    """The clues with their evidence rows, one query per rule and dataset."""
    wanted: dict[tuple[str, str], set[int]] = {}
    for found in merged:
        for ids in found.evidence:
            wanted.setdefault((ids.rule, ids.alias), set()).update(ids.rows[:FETCHED])
    records = {key: _records(answered[key[0]], key[1], rows, engine) for key, rows in sorted(wanted.items())}
    return [
        replace(
            found.clue,
            evidence=tuple(
                row for ids in found.evidence for row in _chosen(ids, answered[ids.rule], records[ids.rule, ids.alias])
            ),
        )
        for found in merged
    ]


def _records(ran: Answered, alias: str, rows: Iterable[int], engine: DuckDBEngine) -> Mapping[int, Mapping[str, Any]]:
    """Row identity -> the columns the rule reads, by their name in the contract."""
    table = engine.rows(_input(ran, alias), sorted(rows))
    names = {name: name.removeprefix(f"{alias}.") for name in table.column_names}
    return {
        row[f"{alias}#"]: {names[name]: value for name, value in row.items() if name != f"{alias}#"}
        for row in table.to_pylist()
    }


def _chosen(ids: EvidenceIds, ran: Answered, records: Mapping[int, Mapping[str, Any]]) -> Iterable[EvidenceRow]:
    source = _input(ran, ids.alias)

    def place(row: int) -> tuple[str, str, int]:
        record = records[row]
        return str(record.get(source.event_column or "", "")), plain_json(record), row

    for row in sorted((row for row in ids.rows[:FETCHED] if row in records), key=place)[: limit(ran.rule, ids.alias)]:
        batch, number = row >> ROW_BITS, row & ((1 << ROW_BITS) - 1)
        yield EvidenceRow(ids.rule, ids.alias, source.dataset, batch, number, records[row])


def _input(ran: Answered, alias: str) -> Input:
    return next(one for one in ran.plan.inputs if one.alias == alias)


def limit(rule: Rule, alias: str) -> int:
    """How many rows of a dataset alias a clue of this rule keeps."""
    return next((item.limit for item in rule.clue.evidence if item.rows and item.rows.value == alias), SHOWN)
