"""What people do to clues: move them on, and say what came of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import duckdb

from clew.clues.event import Event, Kind, numbered
from clew.clues.lifecycle import DISPOSITIONS, MoveError, State, check_move, state_of
from clew.clues.rows import write
from clew.clues.stored import StoredClue, stored_clue
from clew.clues.suppression import suppression
from clew.quantities import Quantity


def move(connection: duckdb.DuckDBPyConnection, clue_id: str, to: str, *, on: date, actor: str, note: str = "") -> None:
    """Move a clue to another state and record who did it; call it inside a transaction.

    A clue that is taken up again (new, verifying) loses its disposition and is no longer suppressed. Raises
    MoveError for an unknown clue or state, for a move that is not allowed, and for a day before the last move. A
    disposition is given with :func:`dispose`, which also silences the clue as its model says.
    """
    if to in DISPOSITIONS:
        raise MoveError(f"'{to}' is a disposition: record it with clew dispose")
    clue = _known(connection, clue_id)
    after = state_of(to)
    check_move(clue.state, after)
    latest = connection.execute(
        "select max(as_of) from clew.event where clue_id = ? and kind = ?", [clue_id, Kind.MOVED.value]
    ).fetchall()[0][0]
    if latest is not None and on < latest:
        raise MoveError(f"{on} is earlier than the last move of the clue, of {latest}")
    connection.execute("update clew.clue set state = ? where clue_id = ?", [after.value, clue_id])
    if after in (State.NEW, State.VERIFYING):
        connection.execute(
            "update clew.clue set disposition = null, suppressed_until = null, suppressed_reason = null,"
            " suppressed_source = null where clue_id = ?",
            [clue_id],
        )
    _record(connection, Event(clue_id, on, Kind.MOVED, clue.state, after, actor, note))


def dispose(
    connection: duckdb.DuckDBPyConnection,
    clue_id: str,
    disposition: str,
    *,
    on: date,
    actor: str,
    note: str = "",
    suppress_after: Mapping[str, Quantity | str],
    allowed: Collection[str] = DISPOSITIONS,
) -> bool:
    """Record what came of a clue, and silence it as its model's ``suppress_after`` says; inside a transaction.

    ``allowed`` are the dispositions that the model takes.

    Giving the same answer again changes nothing and returns False. Raises MoveError like :func:`move`.
    """
    clue = _known(connection, clue_id)
    after = state_of(disposition)
    if after not in DISPOSITIONS or after not in allowed:
        raise MoveError(f"'{disposition}' is not a disposition of this model; use one of: {', '.join(allowed)}")
    if clue.state is after:
        return False
    check_move(clue.state, after)
    silence = suppression(after, suppress_after.get(after), on, clue.evidence_hash)
    parts = (silence.until, silence.reason, silence.source) if silence else (None, None, None)
    connection.execute(
        "update clew.clue set state = ?, disposition = ?, suppressed_until = ?, suppressed_reason = ?,"
        " suppressed_source = ? where clue_id = ?",
        [after.value, after.value, *parts, clue_id],
    )
    events = [Event(clue_id, on, Kind.MOVED, clue.state, after, actor, note)]
    if silence:
        until = silence.until.isoformat() if silence.until else "the source changes"
        events.append(Event(clue_id, on, Kind.SUPPRESSED, None, after, actor, f"not asked again until {until}"))
    _record(connection, *events)
    return True


def _known(connection: duckdb.DuckDBPyConnection, clue_id: str) -> StoredClue:
    clue = stored_clue(connection, clue_id)
    if clue is None:
        raise MoveError(f"there is no clue '{clue_id}'")
    return clue


def _record(connection: duckdb.DuckDBPyConnection, *events: Event) -> None:
    write(connection, "event", numbered(connection, events))
