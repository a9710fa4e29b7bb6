"""The states of a clue and the one table of moves that are allowed between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from clew.problems import did_you_mean


class State(StrEnum):
    """Where a clue stands. The five after ``verifying`` are the dispositions a handler may give."""

    NEW = "new"
    ASSIGNED = "assigned"
    VERIFYING = "verifying"
    SUBSTANTIATED = "substantiated"
    NOT_SUBSTANTIATED = "not_substantiated"
    LAWFUL_EXCEPTION = "lawful_exception"
    DATA_ERROR = "data_error"
    ALREADY_HANDLED = "already_handled"
    MEASURE = "measure"
    REPLY = "reply"
    CLOSED = "closed"


DISPOSITIONS = (
    State.SUBSTANTIATED,
    State.NOT_SUBSTANTIATED,
    State.LAWFUL_EXCEPTION,
    State.DATA_ERROR,
    State.ALREADY_HANDLED,
)

TITLES_ZH: Mapping[State, str] = {
    State.NEW: "新线索",
    State.ASSIGNED: "已分派",
    State.VERIFYING: "核查中",
    State.SUBSTANTIATED: "查证属实",
    State.NOT_SUBSTANTIATED: "查否",
    State.LAWFUL_EXCEPTION: "合法例外",
    State.DATA_ERROR: "数据错误",
    State.ALREADY_HANDLED: "已处理",
    State.MEASURE: "已采取监督措施",
    State.REPLY: "已回复",
    State.CLOSED: "已办结",
}

_SETTLED = frozenset({State.CLOSED, State.VERIFYING, State.NEW})

MOVES: Mapping[State, frozenset[State]] = {
    # A handler who gets a list may answer it at once, without recording that the clue was assigned and looked at.
    State.NEW: frozenset({State.ASSIGNED, State.VERIFYING, *DISPOSITIONS}),
    State.ASSIGNED: frozenset({State.NEW, State.VERIFYING, *DISPOSITIONS}),
    State.VERIFYING: frozenset({State.ASSIGNED, *DISPOSITIONS}),
    State.SUBSTANTIATED: frozenset({State.MEASURE, State.CLOSED, State.VERIFYING}),
    # Back to new: the screening finds the clue again after its suppression lapsed.
    State.NOT_SUBSTANTIATED: _SETTLED,
    State.LAWFUL_EXCEPTION: _SETTLED,
    State.DATA_ERROR: _SETTLED,
    State.ALREADY_HANDLED: _SETTLED,
    State.MEASURE: frozenset({State.REPLY, State.CLOSED}),
    State.REPLY: frozenset({State.MEASURE, State.CLOSED}),
    State.CLOSED: frozenset({State.NEW}),
}


class MoveError(ValueError):
    """A move that the table does not allow, said so that a person can choose another."""


def state_of(word: str) -> State:
    """The state of that name; MoveError with the nearest one otherwise."""
    if word not in set(State):
        raise MoveError(f"there is no state '{word}'; {did_you_mean(word, State)}")
    return State(word)


def check_move(before: State, after: State) -> None:
    """Raise MoveError unless a clue may go from ``before`` to ``after``."""
    if after not in MOVES[before]:
        allowed = ", ".join(state for state in State if state in MOVES[before])
        raise MoveError(f"a clue that is '{before}' cannot become '{after}'; it can become: {allowed}")
