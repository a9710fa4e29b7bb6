"""Problems: what is wrong, where, and how to mend it.

Every check in Clew collects :class:`Problem` objects in a :class:`Problems` list and goes on, so that a
person sees all root causes at once. The same objects feed the command line, ``--json`` and the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final

SHORTEST_SLIP = 4
"""Shortest word whose misspelling is beyond doubt, in characters."""


class Severity(StrEnum):
    """``error`` stops what was asked; ``warning`` is said and the work goes on."""

    ERROR = "error"
    WARNING = "warning"


UNSEEN = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
        *(0x2028, 0x2029, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ],
    "\ufffd",
)
"""For ``str.translate``: control signs, line ends of other kinds, changes of direction and halves of characters. A name
that somebody else chose could move a terminal's cursor with them, or read backwards."""


@dataclass(order=True, unsafe_hash=True, slots=True)
class Place:
    """A position in a file; line and column count from 1.

    Nothing changes one, which only the type checker ensures: every value and key of a project has a place, and what
    freezing generates would take thrice the time.
    """

    path: Final[str]
    line: Final[int] = 1
    column: Final[int] = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Edit:
    """At ``place`` the text ``old``, all of it on one line, becomes ``new``."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, order=True)
class Problem:
    """One root cause: ``path:line:column: CODE message`` and a ``help:`` line that mends it.

    ``edits`` mend it without anybody's judgement; empty where a person must decide.
    """

    place: Place
    code: str
    message: str
    help: str = ""
    severity: Severity = Severity.ERROR
    edits: tuple[Edit, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        text = f"{self.place}: {self.code} {self.message}"
        return f"{text}\n    help: {self.help}" if self.help else text

    def as_dict(self) -> dict[str, object]:
        """The problem as plain values, for ``--json``."""
        return asdict(self) | {"severity": self.severity.value}

    @staticmethod
    def of_dict(value: Mapping[str, Any]) -> Problem:
        """The problem from such values. Raises KeyError, TypeError or ValueError for any others."""
        edits = tuple(Edit(Place(**one["place"]), one["old"], one["new"]) for one in value["edits"])
        changed = {"place": Place(**value["place"]), "severity": Severity(value["severity"]), "edits": edits}
        return Problem(**{**value, **changed})


class ProblemError(Exception):
    """Raised where work cannot go on; carries every problem found, never just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Problems:
    """A growing, de-duplicated list of problems."""

    found: list[Problem] = field(default_factory=list)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.found))

    def __len__(self) -> int:
        return len(self.found)

    def error(self, place: Place, code: str, message: str, help: str = "", edits: Iterable[Edit] = ()) -> None:
        """Note something that must be mended."""
        self._add(Problem(place, code, message, help, edits=tuple(edits)))

    def warn(self, place: Place, code: str, message: str, help: str = "") -> None:
        """Note something that should be looked at."""
        self._add(Problem(place, code, message, help, Severity.WARNING))

    def _add(self, problem: Problem) -> None:
        if problem not in self.found:
            self.found.append(problem)

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop the work, in order of place."""
        return [problem for problem in self if problem.severity is Severity.ERROR]

    def raise_errors(self) -> None:
        """Raise :class:`ProblemError` with every error, if there is one."""
        if self.errors:
            raise ProblemError(self.errors)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A help sentence for a word outside a closed vocabulary: the nearest known word, or the list."""
    options = sorted(set(known))
    near = get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"use one of: {', '.join(options)}" if options and len(options) <= 24 else ""


def certainly_meant(word: str, known: Iterable[str]) -> str | None:
    """The one known word that differs from ``word`` by a single slip of the hand, or by capitals alone.

    A slip is a letter left out, added, changed, or swapped with its neighbour (Damerau 1964). None when several words
    are that near, when either is shorter than four letters, or when the slip is in a digit.
    """
    options = set(known) - {word}
    near = [one for one in options if one.casefold() == word.casefold()]
    if not near and len(word) >= SHORTEST_SLIP:
        near = [one for one in options if len(one) >= SHORTEST_SLIP and _one_slip(word, one)]
    return near[0] if len(near) == 1 else None


def _one_slip(word: str, other: str) -> bool:
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, right = word[start:], other[start:]
    if any(sign.isdigit() for sign in left[:1] + right[:1]):
        return False
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
