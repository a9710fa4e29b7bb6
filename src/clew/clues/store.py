"""The clue store: a screening's clues are remembered, never doubled, and never silently dropped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from clew.clues.event import Event, Kind, numbered
from clew.clues.identity import content_hash, evidence_hash
from clew.clues.lifecycle import MOVES, State
from clew.clues.model import Clue
from clew.clues.rows import replace_parts, write
from clew.clues.stored import StoredClue, stored_clues
from clew.clues.suppression import lapse

ACTOR = "screening"


@dataclass(frozen=True)
class Remembered:
    """What one screening did to one model's clues, in numbers. ``suppressed`` are found but not asked again."""

    found: int
    new: int
    changed: int
    gone: int
    suppressed: int
    lifted: int


def remember(
    connection: duckdb.DuckDBPyConnection,
    model: str,
    clues: Sequence[Clue],
    *,
    screening_id: str,
    as_of: date,
    undecided: Collection[str] = (),
) -> Remembered:
    """Bring a model's stored clues in line with what a screening found; call it inside a transaction.

    A clue found again keeps its state, its first dates and, unless its route changed, its deadline. One no longer
    found is marked gone, with an event that says whether its subject (in ``undecided``) could not be decided.
    """
    before = stored_clues(connection, model)
    events: list[Event] = []
    rows = [_row(clue, before.get(clue.clue_id), screening_id, as_of, events) for clue in clues]
    missing = set(before) - {clue.clue_id for clue in clues}
    vanished = [before[clue_id] for clue_id in sorted(missing) if not before[clue_id].gone]
    corrected = _corrected(connection, vanished)
    events += [_vanished(clue, clue.subject in undecided, as_of, corrected.get(clue.clue_id, "")) for clue in vanished]
    write(connection, "clue", rows)
    replace_parts(connection, clues)
    connection.execute(
        "update clew.clue set gone = true where clue_id in (select unnest(cast(? as varchar[])))",
        [[clue.clue_id for clue in vanished]],
    )
    write(connection, "event", numbered(connection, events))
    kinds = [event.kind for event in events]
    return Remembered(
        found=len(rows),
        new=kinds.count(Kind.FOUND),
        changed=kinds.count(Kind.CHANGED),
        gone=len(vanished),
        suppressed=sum(row["suppressed_reason"] is not None for row in rows),
        lifted=kinds.count(Kind.LIFTED),
    )


def _row(
    clue: Clue, before: StoredClue | None, screening_id: str, as_of: date, events: list[Event]
) -> Mapping[str, Any]:
    """The clue's table row, given what was known of it; what changed is added to ``events``."""
    said = evidence_hash(clue.evidence)
    fresh = {
        **vars(clue),
        "state": State.NEW.value, "disposition": None,
        "first_screening": screening_id, "last_screening": screening_id, "first_as_of": as_of, "last_as_of": as_of,
        "gone": False, "content_hash": content_hash(clue), "evidence_hash": said,
        "suppressed_until": None, "suppressed_reason": None, "suppressed_source": None,
    }  # fmt: skip
    for part in ("signals", "factors", "evidence"):
        del fresh[part]

    def note(kind: Kind, old: str | None, new: str | None, why: str) -> None:
        events.append(Event(clue.clue_id, as_of, kind, old, new, ACTOR, why))

    if before is None:
        note(Kind.FOUND, None, f"{clue.band} {clue.score}", f"first found by screening {screening_id}")
        return fresh
    fresh |= {"first_screening": before.first_screening, "first_as_of": before.first_as_of}
    fresh |= {"state": before.state.value, "disposition": before.disposition}
    if before.gone:
        note(Kind.FOUND_AGAIN, None, f"{clue.band} {clue.score}", "the screening finds it again")
    elif before.route == clue.route:
        fresh["due_on"] = before.due_on
    if before.content_hash != fresh["content_hash"]:
        note(Kind.CHANGED, f"{before.band} {before.score}", f"{clue.band} {clue.score}", _change(clue, before, said))
    if before.suppressed is not None:
        lifted = lapse(before.suppressed, as_of, said)
        if lifted:
            note(Kind.LIFTED, before.suppressed.reason, None, lifted)
            if State.NEW in MOVES[before.state]:
                note(Kind.MOVED, before.state, State.NEW, f"found again after its suppression: {lifted}")
                fresh |= {"state": State.NEW.value, "disposition": None, "due_on": clue.due_on}
        else:
            fresh |= {f"suppressed_{part}": value for part, value in vars(before.suppressed).items()}
    return fresh


def _change(clue: Clue, before: StoredClue, evidence: str) -> str:
    told = (("score", before.score, clue.score), ("band", before.band, clue.band), ("route", before.route, clue.route))
    parts = [f"{name} {old} to {new}" for name, old, new in told if old != new]
    return "; ".join([*parts, *(["the evidence rows changed"] if evidence != before.evidence_hash else [])]) or "facts"


def _vanished(clue: StoredClue, undecided: bool, as_of: date, corrected: str) -> Event:
    kind = Kind.UNDECIDED if undecided else Kind.GONE
    why = "the data no longer reach far enough to decide" if undecided else "the data no longer show it"
    return Event(clue.clue_id, as_of, kind, f"{clue.band} {clue.score}", None, ACTOR, why + corrected)


def _corrected(connection: duckdb.DuckDBPyConnection, clues: Sequence[StoredClue]) -> Mapping[str, str]:
    """Clue -> the end of a sentence: which of its sources were corrected since it was last found, and when."""
    rows = connection.execute(
        "select clue_id, list_sort(list(distinct dataset)), max(corrected_on) from clew.source_correction"
        " join clew.clue using (clue_id) where corrected_on >= last_as_of"
        " and clue_id in (select unnest(cast(? as varchar[]))) group by clue_id",
        [[clue.clue_id for clue in clues]],
    ).fetchall()
    return {clue: f"; its source ({', '.join(names)}) was corrected on {on}" for clue, names, on in rows}
