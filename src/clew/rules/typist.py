"""Gives every part of a raw expression tree its type, and builds the tree an engine may see.

A node's class is looked up by its *exact* type: a class not in the table is refused (E302), however harmless its
base class looks. A part whose fault is already noted is None, and what stands above it says nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlglot import exp

from clew.plan import Type
from clew.quantities import Quantity
from clew.rules.functions.function import Function, Piece
from clew.rules.measures import clash
from clew.rules.trees import cast

_WORDS = {
    Type.TEXT: "text",
    Type.INTEGER: "a whole number",
    Type.DECIMAL: "a number",
    Type.BOOLEAN: "a condition",
    Type.DATE: "a date",
    Type.TIMESTAMP: "a date and time",
    Type.DURATION: "a length of time",
    Type.LIST: "a list",
    Type.NULL: "null",
}
FORBIDDEN_NAMES = {
    "now": "use $as_of: a result must not depend on the clock",
    "today": "use $as_of: a result must not depend on the clock",
    "current_date": "use $as_of: a result must not depend on the clock",
    "current_timestamp": "use $as_of: a result must not depend on the clock",
    "getdate": "use $as_of: a result must not depend on the clock",
    "random": "a result must be the same on every run",
    "rand": "a result must be the same on every run",
    "uuid": "a result must be the same on every run",
    "cast": "types come from the data contracts and cannot be cast",
    "try_cast": "types come from the data contracts and cannot be cast",
}
_NOT_ALLOWED = "expressions compare and compute columns; see the list of functions and signs"
MAX_NESTED = 64
"""How many parts may stand inside one another; a sum of n terms nests n - 1 times."""
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?")


@dataclass(frozen=True)
class Scope:
    """What an expression may name.

    ``columns``: 'death.person_id' or 'overpaid' -> type. ``parameters``: name -> quantity, written ``$name``.
    ``unknown``: aliases and columns whose own fault is already reported: an expression that names one is given up in
    silence, so that one root cause gives one problem. ``values``: column -> the values its contract allows.
    ``sources``: alias -> contract file, for help lines. ``units``: column -> what it measures. ``titles``: column ->
    its Chinese title, for help lines.
    """

    columns: Mapping[str, Type]
    parameters: Mapping[str, Quantity]
    as_of: date
    unknown: frozenset[str] = frozenset()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """One fault of an expression, at a character of it. ``slip``: what stands there, and what was certainly meant."""

    code: str
    message: str
    offset: int
    help: str = ""
    slip: tuple[str, str] | None = None


def words(kind: Type) -> str:
    """A type in words for people."""
    return _WORDS[kind]


def column_name(node: exp.Column) -> str:
    """'alias.column' or 'column' as written, however many parts."""
    return ".".join(part.name for part in node.parts)


def offset_of(node: exp.Expr) -> int:
    """The first character of a part, from 0."""
    starts = [int(child.meta["start"]) for child in node.walk() if "start" in child.meta]
    return min(starts, default=0)


Build = Callable[..., Piece | None]
"""Types one class of node: (typist, node) -> piece, or None after a refusal."""
Nodes = Mapping[type[exp.Expr], tuple[Build, frozenset[str]]]
"""Class of node -> how it is typed, and the parts it may have."""


class Typist:
    """One expression's pass: collects refusals and the names used."""

    def __init__(self, scope: Scope, aggregates: bool, nodes: Nodes) -> None:
        self.scope = scope
        self.aggregates = aggregates
        self._nodes = nodes
        self.refusals: list[Refusal] = []
        self.columns: set[str] = set()
        self.bare: set[str] = set()
        self.parameters: set[str] = set()
        self.aggregate = False
        self.inside: Function | None = None
        self._depth = 0

    def piece(self, node: exp.Expr) -> Piece | None:
        """The typed form of a node, or None after a refusal (or where a name's fault is reported elsewhere)."""
        build, parts = self._nodes.get(type(node), (None, frozenset[str]()))
        if build is None:
            self.refuse("E302", node, f"{_called(node)} is not allowed in an expression", _NOT_ALLOWED)
            return None
        if type(node) is not exp.Column:
            for part, value in node.args.items():
                if value and part not in parts:
                    self.refuse("E302", node, f"'{part}' is not allowed in an expression", _NOT_ALLOWED)
                    return None
        if self._depth >= MAX_NESTED:
            self.refuse("E302", node, "the expression is nested too deeply", "split it with a derive step")
            return None
        self._depth += 1
        try:
            return build(self, node)
        finally:
            self._depth -= 1

    def fitted(self, piece: Piece, wanted: Type) -> Piece | None:
        """A piece as ``wanted``: the same, or a text literal read as a date or a moment; None when it does not fit."""
        if piece.type is wanted or piece.type is Type.NULL:
            return piece
        if piece.constant is None or not _TIME.fullmatch(piece.constant):
            return None
        try:
            moment = datetime.fromisoformat(piece.constant)
        except ValueError:
            return None
        if wanted is Type.DATE and len(piece.constant) == 10:
            return Piece(Type.DATE, date_literal(moment.date()))
        if wanted is Type.TIMESTAMP:
            return Piece(Type.TIMESTAMP, cast(exp.Literal.string(moment.isoformat(sep=" ")), "timestamp"))
        return None

    def refuse(
        self, code: str, node: exp.Expr, message: str, help: str = "", slip: tuple[str, str] | None = None
    ) -> None:
        """Note a fault at the start of a part."""
        self.refusals.append(Refusal(code, message, offset_of(node), help, slip))

    def condition(self, node: exp.Expr) -> Piece | None:
        """A part that must be true, false or unknown."""
        piece = self.piece(node)
        if piece is not None and piece.type not in (Type.BOOLEAN, Type.NULL):
            self.refuse(
                "E304",
                node,
                f"a condition is wanted here, and {shown(node)} is {words(piece.type)}",
                "compare it with something",
            )
            return None
        return piece

    def alike(self, nodes: Sequence[exp.Expr], pieces: Sequence[Piece], verb: str) -> list[Piece] | None:
        """All pieces as one type (numbers mix; text literals become dates beside dates), or None after a refusal."""
        wanted = next((p.type for p in pieces if p.constant is None and p.type is not Type.NULL), None)
        result: list[Piece] = []
        for side, piece in zip(nodes, pieces, strict=True):
            mixes = wanted is None or (wanted.is_number and piece.type.is_number)
            fits = piece if mixes or wanted is None else self.fitted(piece, wanted)
            if fits is None:
                self.refuse(
                    "E304",
                    side,
                    f"cannot {verb} {words(wanted or Type.NULL)} with {words(piece.type)} {shown(side)}",
                    _mixing_help(wanted, piece, nodes),
                )
                return None
            result.append(fits)
        return None if self.clashing(nodes, result, verb) else result

    def clashing(self, nodes: Sequence[exp.Expr], pieces: Sequence[Piece], verb: str) -> bool:
        """Whether numbers measure different things (noted: E309)."""
        first = next((piece for piece in pieces if piece.unit), None)
        for side, piece in zip(nodes, pieces, strict=True):
            help = clash(first.unit, piece.unit) if first is not None else None
            if first is not None and help is not None:
                message = f"cannot {verb} {first.unit} with {piece.unit} {shown(side)}"
                self.refuse("E309", side, message, help)
                return True
        return False


def date_literal(day: date) -> exp.Expr:
    """A date as engines read it."""
    return cast(exp.Literal.string(day.isoformat()), "date")


def shown(node: exp.Expr) -> str:
    """A part as it stands in messages, in quotes."""
    text = node.sql(normalize_functions=False)[:60]
    return text if type(node) is exp.Literal and node.is_string else f"'{text}'"


def _day_of(digits: str) -> date | None:
    """The day eight digits write, if there is such a day."""
    try:
        return date.fromisoformat(digits) if re.fullmatch(r"[0-9]{8}", digits) else None
    except ValueError:
        return None


def _called(node: exp.Expr) -> str:
    return f"'{type(node).__name__.lower()}'"


def _mixing_help(wanted: Type | None, piece: Piece, nodes: Sequence[exp.Expr]) -> str:
    kinds = {wanted, piece.type}
    if kinds == {Type.DATE, Type.INTEGER}:
        days = (_day_of(node.name) for node in nodes if type(node) is exp.Literal)
        return next((f"write '{day}'" for day in days if day is not None), "")
    if kinds == {Type.DATE, Type.TIMESTAMP}:
        return "take the date of the moment: date_of(...)"
    if kinds == {Type.DATE, Type.TEXT}:
        return "write a date as 'YYYY-MM-DD'"
    if wanted is Type.TEXT and piece.type.is_number:
        return "write text in quotes"
    return ""
