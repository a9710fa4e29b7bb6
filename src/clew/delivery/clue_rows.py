"""The clues of one batch with their signals, factors and evidence, read in a fixed order and masked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from clew.clues.lifecycle import State
from clew.contracts.model import Contract
from clew.delivery import masking, words
from clew.delivery.cells import cell, shown_subject, shown_words
from clew.delivery.clearing import clearings
from clew.delivery.contents import ClueRow, EvidenceRow, FactorRow, SignalRow
from clew.engine import FunnelStep
from clew.rules.model import Rule

OPEN_STATES = (State.NEW, State.ASSIGNED, State.VERIFYING)
_LISTED = (
    "last_screening = ? and route = ? and not gone and suppressed_reason is null"
    " and state in (select unnest(cast(? as varchar[])))"
)
_CLUES = f"""
select clue_id, model, subject_type, subject, subject_name, score, band, amount, happened_on, due_on,
       limitation_ends_on, shadow,
       first_screening = last_screening, state
from clew.clue where {_LISTED}
order by case band when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end, score desc, clue_id
"""  # noqa: S608 - fixed text
_SIGNALS = f"""
select clue_id, rule, rule_version, title, title_zh, message, message_zh, weight, strength, result, facts,
       evidence_rows
from clew.signal where clue_id in (select clue_id from clew.clue where {_LISTED}) order by clue_id, position
"""  # noqa: S608 - fixed text
_FACTORS = f"""
select clue_id, title_zh, weight, result from clew.factor
where clue_id in (select clue_id from clew.clue where {_LISTED}) order by clue_id, position
"""  # noqa: S608 - fixed text
_ALSO_HELD = f"""
select mine.clue_id, other.route, other.model
from clew.clue mine join clew.clue other using (subject_type, subject)
where mine.clue_id in (select clue_id from clew.clue where {_LISTED}) and other.clue_id <> mine.clue_id
  and not other.gone and other.suppressed_reason is null and other.state <> 'closed'
order by all
"""  # noqa: S608 - fixed text
_EVIDENCE = f"""
select e.clue_id, e.rule, e.dataset, d.file, e.row, d.sha256, d.received_on, e.record, e.alias
from clew.evidence e join clew.delivery d using (batch)
where e.clue_id in (select clue_id from clew.clue where {_LISTED})
order by e.clue_id, e.rule, e.alias, e.dataset, e.batch, e.row
"""  # noqa: S608 - fixed text


@dataclass(frozen=True)
class Names:
    """Contracts and rules by id, each model's title, each clue's division code; ``law`` gives the lines of a rule's
    articles for what happened on a day."""

    contracts: Mapping[str, Contract]
    rules: Mapping[str, Rule]
    models: Mapping[str, str]
    law: Callable[[str, date | None], Sequence[str]]
    regions: Mapping[str, str]
    steps: Mapping[tuple[str, str], Sequence[FunnelStep]] = field(default_factory=dict)
    """The steps that ran, by model and rule."""


def read_clues(
    connection: duckdb.DuckDBPyConnection,
    names: Names,
    screening_id: str,
    unit: str,
    *,
    mask: bool,
    language: str = "zh",
) -> tuple[ClueRow, ...]:
    """The unit's open clues of this screening, the worst first."""
    bound = [screening_id, unit, [state.value for state in OPEN_STATES]]
    clues = connection.execute(_CLUES, bound).fetchall()
    signals = _by_clue(connection.execute(_SIGNALS, bound).fetchall())
    factors = _by_clue(connection.execute(_FACTORS, bound).fetchall())
    evidence = _by_clue(connection.execute(_EVIDENCE, bound).fetchall())
    held = _by_clue(connection.execute(_ALSO_HELD, bound).fetchall())
    return tuple(
        _clue(
            row,
            names,
            signals[row[0]],
            factors[row[0]],
            evidence[row[0]],
            held[row[0]],
            names.regions.get(row[0], ""),
            mask=mask,
            language=language,
        )
        for row in clues
    )


def _by_clue(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    grouped: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(row[1:])
    return grouped


def _clue(
    row: tuple[Any, ...],
    names: Names,
    signals: list[tuple[Any, ...]],
    factors: list[tuple[Any, ...]],
    evidence: list[tuple[Any, ...]],
    held: list[tuple[Any, ...]],
    region: str,
    *,
    mask: bool,
    language: str,
) -> ClueRow:
    clue_id, model, kind, subject, name, score, band, amount, happened_on, due_on, ends_on, shadow, fresh, state = row
    records = [(entry[1], json.loads(entry[6])) for entry in evidence]
    facts = [(names.rules.get(entry[0]), json.loads(entry[9])) for entry in signals]
    shown_as = shown_words(kind, subject, name, records, facts, names.contracts) if mask else {}
    private = mask and kind == "person"
    return ClueRow(
        clue_id=clue_id,
        model=model,
        model_title=names.models.get(model, model),
        subject_type=kind,
        subject=shown_subject(kind, subject, shown_as) if mask else subject,
        subject_name=(masking.masked_personal(name) if private else name) if name else "",
        region=region,
        score=score,
        band=band,
        amount=amount,
        happened_on=happened_on,
        due_on=due_on,
        limitation_ends_on=ends_on,
        law="\n".join(dict.fromkeys(line for entry in signals for line in names.law(entry[0], happened_on))),
        shadow=shadow,
        fresh=fresh,
        state=state,
        signals=tuple(
            _signal(entry, names, model, _records_of(entry[0], evidence), shown_as if mask else None, language)
            for entry in signals
        ),
        factors=tuple(FactorRow(*entry) for entry in factors),
        evidence=tuple(_evidence(clue_id, entry, names.contracts, mask=mask) for entry in evidence),
        also_held="\n".join(f"{words.unit(unit)}：{names.models.get(other, other)}" for unit, other in held),
    )


def _records_of(rule: str, evidence: list[tuple[Any, ...]]) -> dict[str, list[Mapping[str, Any]]]:
    """The source rows of one rule, by dataset alias."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in evidence:
        if entry[0] == rule:
            found[entry[7]].append(json.loads(entry[6]))
    return found


def _signal(
    entry: tuple[Any, ...],
    names: Names,
    model: str,
    records: Mapping[str, list[Mapping[str, Any]]],
    shown_as: Mapping[str, str] | None,
    language: str,
) -> SignalRow:
    """One rule's answer; ``shown_as`` masks it, None shows all."""
    rule, version, title, title_zh, message, message_zh, weight, strength, result, stored, counts = entry
    known, facts = names.rules.get(rule), json.loads(stored)
    labelled = _facts(facts, known)
    texts = [message, message_zh, *(text for _, text in labelled)]
    if shown_as is not None:
        texts = [masking.masked_text(text, shown_as) for text in texts]
    return SignalRow(
        rule=rule,
        rule_version=version,
        title=title,
        title_zh=title_zh,
        message=texts[0],
        message_zh=texts[1],
        weight=weight,
        strength=strength,
        result=result,
        facts=tuple(zip((label for label, _ in labelled), texts[2:], strict=True)),
        evidence_rows=sum(json.loads(counts).values()),
        clearings=clearings(
            names.steps.get((model, rule), ()), facts, records, known, names.contracts, language, shown_as
        ),
    )


def _facts(facts: Mapping[str, Any], rule: Rule | None) -> list[tuple[str, str]]:
    """The facts the rule's author chose to show, under their titles and in their order."""
    if rule is None:
        return []
    labels = rule.clue.labels
    shown: list[tuple[str, str]] = []
    for item in rule.clue.evidence:
        if item.show is None or facts.get(item.show.value) is None:
            continue
        name, value = item.show.value, str(facts[item.show.value])
        words = labels.get(name, {}).get(value)
        shown.append((item.title_zh or item.title or name, words[0] if words else value))
    return shown


def _evidence(clue_id: str, entry: tuple[Any, ...], contracts: Mapping[str, Contract], *, mask: bool) -> EvidenceRow:
    rule, dataset, file, number, sha256, received_on, record, _ = entry
    contract = contracts.get(dataset)
    values = json.loads(record)
    order = [column for column in contract.columns if column.name in values] if contract else []
    cells = [(column.title_zh or column.name, cell(values[column.name], column, mask=mask)) for column in order]
    known = {column.name for column in order}
    cells += [(name, masking.HIDDEN if mask else values[name]) for name in sorted(values) if name not in known]
    return EvidenceRow(
        clue_id=clue_id,
        rule=rule,
        dataset=dataset,
        dataset_title=contract.title_zh or dataset if contract else dataset,
        file=file,
        row=number,
        sha256=sha256,
        received_on=received_on,
        values=tuple(cells),
    )
