"""Why a clue exists: from the clue to its rules, their steps, the source rows, the files and who delivered them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from clew.clues.event import Event, Kind
from clew.engine import FunnelStep
from clew.ingest.read.part_record import find_part
from clew.ingest.repair.originals import delivered
from clew.screening.funnel import read_funnels
from clew.screening.row_history import Correction, WayBack, corrected, way_back


@dataclass(frozen=True)
class Source:
    """One row of evidence and the delivery it came in: the acquisition record.

    ``row`` counts from 1 as in the file received, ``part_row`` in its ``part``: a sheet, or an archive's member.
    ``superseded_by`` names the batch that took its place, if any.
    ``way_back`` tells how it came in after it was set aside; ``corrected`` what took its place.
    ``delivered`` holds the text as delivered of every column that a repair of the contract changed.
    """

    alias: str
    dataset: str
    record: Mapping[str, Any]
    batch: int
    row: int
    file: str
    part: str | None
    part_row: int | None
    sha256: str
    received_on: date
    sender: str | None
    letter: str | None
    received_by: str | None
    region: str
    superseded_by: int | None
    superseded_on: date | None
    delivered: Mapping[str, Any] = field(default_factory=dict)
    way_back: WayBack | None = None
    corrected: Correction | None = None


@dataclass(frozen=True)
class RuleChain:
    """One rule's part: what it said, what it added to the score, the law, the steps that ran, and its rows.

    ``evidence_rows`` counts the rows per dataset alias; ``sources`` may show fewer. ``parameters`` as they ran.
    """

    rule: str
    version: int
    variant: str
    title: str
    title_zh: str
    message: str
    message_zh: str
    weight: Any
    strength: Any
    result: Any
    facts: Mapping[str, Any]
    law: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any]
    logic_hash: str
    steps: tuple[FunnelStep, ...]
    evidence_rows: Mapping[str, int]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Chain:
    """The whole chain of one clue. ``clue`` holds the columns of the stored clue; ``factors`` what they added."""

    clue: Mapping[str, Any]
    model_title_zh: str
    as_of: date
    rules: tuple[RuleChain, ...]
    factors: tuple[Mapping[str, Any], ...]
    events: tuple[Event, ...]


def why(connection: duckdb.DuckDBPyConnection, clue_id: str) -> Chain | None:
    """The chain of a clue as the last screening that found it left it; None when there is no such clue."""
    clues = _records(connection, "select * from clew.clue where clue_id = ?", clue_id)
    if not clues:
        return None
    clue = clues[0]
    screenings = _records(connection, "select * from clew.screening where screening_id = ?", clue["last_screening"])
    manifest = json.loads(screenings[0]["manifest"])
    model = manifest["models"][clue["model"]]
    variants = {use["rule"]: use["variant"] for use in model["rules"]}
    signals = _records(connection, "select * from clew.signal where clue_id = ? order by position", clue_id)
    evidence = _records(
        connection,
        "select e.rule, e.alias, e.dataset, e.record, e.batch, e.row, d.file, d.sha256, d.received_on, d.sender,"
        " d.letter, d.received_by, d.region, d.superseded_by, d.superseded_on"
        " from clew.evidence e join clew.delivery d on d.batch = e.batch where e.clue_id = ?"
        " order by e.rule, e.alias, e.batch, e.row",
        clue_id,
    )
    funnels = {
        (funnel.rule, funnel.variant): funnel.steps
        for funnel in read_funnels(connection, clue["last_screening"], sorted(variants))
    }
    ran = {(rule["rule"], rule["variant"]): rule for rule in manifest["rules"]}
    events = _records(
        connection, "select * exclude (position) from clew.event where clue_id = ? order by position", clue_id
    )
    return Chain(
        clue=clue,
        model_title_zh=model["title_zh"],
        as_of=screenings[0]["as_of"],
        rules=tuple(
            _rule(
                signal,
                variants[signal["rule"]],
                ran,
                funnels,
                tuple(_source(row, connection) for row in evidence if row["rule"] == signal["rule"]),
                clue["happened_on"],
            )
            for signal in signals
        ),
        factors=tuple(
            _records(
                connection,
                "select condition, title_zh, weight, result from clew.factor where clue_id = ? order by position",
                clue_id,
            )
        ),
        events=tuple(Event(**{**event, "kind": Kind(event["kind"])}) for event in events),
    )


def _rule(
    signal: Mapping[str, Any],
    variant: str,
    ran: Mapping[tuple[str, str], Mapping[str, Any]],
    funnels: Mapping[tuple[str, str], tuple[FunnelStep, ...]],
    sources: tuple[Source, ...],
    happened_on: date | None,
) -> RuleChain:
    key = signal["rule"], variant
    return RuleChain(
        rule=signal["rule"],
        version=signal["rule_version"],
        variant=variant,
        **{name: signal[name] for name in ("title", "title_zh", "message", "message_zh")},
        **{name: signal[name] for name in ("weight", "strength", "result")},
        facts=json.loads(signal["facts"]),
        law=tuple(basis for basis in ran[key]["legal_basis"] if _relied_on(basis, happened_on)),
        parameters=ran[key]["parameters"],
        logic_hash=ran[key]["logic_hash"],
        steps=funnels.get(key, ()),
        evidence_rows=json.loads(signal["evidence_rows"]),
        sources=sources,
    )


def _relied_on(basis: Mapping[str, Any], day: date | None) -> bool:
    """Whether the rule relied on an article for what happened on a day; dates of a manifest are text."""
    start, end = (basis.get(name) for name in ("effective_from", "effective_to"))
    on = day.isoformat() if day else None
    return on is None or ((start is None or start <= on) and (end is None or on < end))


def _source(row: Mapping[str, Any], connection: duckdb.DuckDBPyConnection) -> Source:
    kept = {name: value for name, value in row.items() if name != "rule"}
    kept["part"], kept["part_row"] = find_part(connection, row["batch"], row["row"])
    before = delivered(connection, row["dataset"], row["batch"], row["row"])
    place = row["batch"], row["row"]
    return Source(
        **{**kept, "record": json.loads(row["record"]), "delivered": before},
        way_back=way_back(connection, *place),
        corrected=corrected(connection, *place),
    )


def _records(connection: duckdb.DuckDBPyConnection, query: str, key: str) -> list[dict[str, Any]]:
    done = connection.execute(query, [key])
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]
