"""An author's pattern for a passage of text, brought to three groups: what stands before, the value, what stands after.

RE2 runs in linear time whatever the text; what it cannot match (lookaround, back-references) is refused in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clew.contracts.pattern import PatternError, check_pattern

LONGEST = 500
_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_REPEATED = ("*", "+", "?", "{")


@dataclass
class _Group:
    """The one capture group: where its bracket opens and closes."""

    opens: int = -1
    closes: int = -1


def three_groups(pattern: str) -> str:
    """The pattern as ``(before)(value)(after)``. Raises :class:`PatternError` with the reason, for the author."""
    if len(pattern) > LONGEST:
        raise PatternError(f"it has {len(pattern)} characters, {LONGEST} are allowed")
    known = check_pattern(pattern)
    group = _capture(known)
    before, value, after = known[: group.opens], known[group.opens : group.closes + 1], known[group.closes + 1 :]
    return check_pattern(f"({before}){value}({after})")


def _capture(pattern: str) -> _Group:
    """Where the capture group stands: at the top, once, and not beside a bare '|'."""
    group, at = _Group(), 0
    open_brackets: list[int] = []
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            if pattern[at + 1 : at + 2] in ("Q", "E"):
                raise PatternError("'\\Q' is not part of the language")
            at += 2
            continue
        if letter == "[":
            found = _CLASS.match(pattern, at)
            at = found.end() if found else at + 1
            continue
        if letter == "(":
            _open(pattern, at, open_brackets, group)
        elif letter == ")":
            if open_brackets.pop() == group.opens and group.closes < 0:
                group.closes = at
                if pattern[at + 1 : at + 2] in _REPEATED:
                    raise PatternError("the group that captures the value is repeated: put the repetition inside it")
        elif letter == "|" and not open_brackets:
            raise PatternError("a bare '|' beside the captured value: write (?:…|…)")
        at += 1
    if group.opens < 0:
        raise PatternError("it captures nothing: put the value in round brackets, as in 编号：([0-9]+)")
    return group


def _open(pattern: str, at: int, open_brackets: list[int], group: _Group) -> None:
    captures = pattern[at + 1 : at + 2] != "?"
    if not captures and pattern[at + 1 : at + 3] != "?:":
        raise PatternError("'(?' begins a form that is not taken; only (?:…) groups without capturing")
    if captures and group.opens >= 0:
        raise PatternError("it captures two values: one name, one value; write (?:…) around what is no value")
    if captures and open_brackets:
        raise PatternError("the captured value stands inside another group: it must stand at the top")
    if captures:
        group.opens = at
    open_brackets.append(at)
