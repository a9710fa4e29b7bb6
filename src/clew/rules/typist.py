"""Gives every part of a raw expression tree its type, and builds the tree an engine may see.

A node's class is looked up by its *exact* type: a class not in the table is refused (E302), however harmless its
base class looks. A part whose fault is already noted is None, and what stands above it says nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from clew.plan import Type
from clew.problems import did_you_mean
from clew.quantities import Quantity
from clew.rules.functions import DIGITS, DURATION, FUNCTIONS, Function, Kind, Piece, moved, own

_WORDS = {
    Type.TEXT: "text", Type.INTEGER: "a whole number", Type.DECIMAL: "a number", Type.BOOLEAN: "a condition",
    Type.DATE: "a date", Type.TIMESTAMP: "a date and time", Type.DURATION: "a length of time", Type.LIST: "a list",
    Type.NULL: "null",
}
_FORBIDDEN_NAMES = {
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
    ``sources``: alias -> contract file, for help lines.
    """

    columns: Mapping[str, Type]
    parameters: Mapping[str, Quantity]
    as_of: date
    unknown: frozenset[str] = frozenset()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """One fault of an expression, at a character of it."""

    code: str
    message: str
    offset: int
    help: str = ""


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


class Typist:
    """One expression's pass: collects refusals and the names used."""

    def __init__(self, scope: Scope, aggregates: bool) -> None:
        self.scope = scope
        self.aggregates = aggregates
        self.refusals: list[Refusal] = []
        self.columns: set[str] = set()
        self.bare: set[str] = set()
        self.parameters: set[str] = set()
        self.aggregate = False
        self._inside: Function | None = None
        self._depth = 0

    def piece(self, node: exp.Expr) -> Piece | None:
        """The typed form of a node, or None after a refusal (or where a name's fault is reported elsewhere)."""
        build, parts = _NODES.get(type(node), (None, frozenset[str]()))
        if build is None:
            self._refuse("E302", node, f"{_called(node)} is not allowed in an expression", _NOT_ALLOWED)
            return None
        extra = next((part for part, value in node.args.items() if value and part not in parts), None)
        if extra is not None and type(node) is not exp.Column:
            self._refuse("E302", node, f"'{extra}' is not allowed in an expression", _NOT_ALLOWED)
            return None
        if self._depth >= MAX_NESTED:
            self._refuse("E302", node, "the expression is nested too deeply", "split it with a derive step")
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
            return Piece(Type.DATE, _date(moment.date()))
        if wanted is Type.TIMESTAMP:
            return Piece(Type.TIMESTAMP, exp.cast(exp.Literal.string(moment.isoformat(sep=" ")), "timestamp"))
        return None

    def _refuse(self, code: str, node: exp.Expr, message: str, help: str = "") -> None:
        self.refusals.append(Refusal(code, message, offset_of(node), help))

    # names and constants

    def _column(self, node: exp.Column) -> Piece | None:
        if type(node.this) is not exp.Identifier or node.args.get("join_mark"):
            self._refuse("E302", node, "'*' is allowed only in count(*)")
            return None
        name = column_name(node)
        if name.startswith("$"):
            return self._parameter(node, name[1:])
        if name in self.scope.unknown or node.parts[0].name in self.scope.unknown:
            return None
        kind = self.scope.columns.get(name)
        if kind is None:
            self._unknown_column(node, name)
            return None
        self.columns.add(name)
        if self._inside is None:
            self.bare.add(name)
        return Piece(kind, exp.column(name, quoted=True), name=name)

    def _unknown_column(self, node: exp.Column, name: str) -> None:
        same = [known for known in self.scope.columns if known.rpartition(".")[2] == name.rpartition(".")[2]]
        help = f"did you mean '{same[0]}'?" if len(same) == 1 else did_you_mean(name, self.scope.columns)
        source = self.scope.sources.get(name.partition(".")[0]) if "." in name else None
        if name.lower() in _FORBIDDEN_NAMES:
            help, source = _FORBIDDEN_NAMES[name.lower()], None
        self._refuse("E201", node, f"unknown column '{name}'", f"{help}   ({source})" if help and source else help)

    def _parameter(self, node: exp.Column, name: str) -> Piece | None:
        if name == "as_of":
            return Piece(Type.DATE, _date(self.scope.as_of))
        quantity = self.scope.parameters.get(name)
        if quantity is None:
            if f"${name}" not in self.scope.unknown:
                self._refuse("E204", node, f"unknown parameter '${name}'",
                             did_you_mean(name, [*self.scope.parameters, "as_of"]))
            return None
        self.parameters.add(name)
        if quantity.is_duration:
            return Piece(Type.DURATION, exp.Null(), quantity=quantity)
        return _number(Decimal(quantity.value))

    def _literal(self, node: exp.Literal) -> Piece | None:
        if node.is_string:
            return Piece(Type.TEXT, exp.Literal.string(node.name), constant=node.name)
        return _number(Decimal(node.name))

    def _boolean(self, node: exp.Boolean) -> Piece | None:
        return Piece(Type.BOOLEAN, exp.Boolean(this=bool(node.this)))

    def _null(self, _: exp.Null) -> Piece | None:
        return Piece(Type.NULL, exp.Null())

    def _paren(self, node: exp.Paren) -> Piece | None:
        inner = self.piece(node.this)
        return replace(inner, tree=exp.Paren(this=inner.tree), name="") if inner else None

    # conditions

    def _logic(self, node: exp.Expr) -> Piece | None:
        sides = [self._condition(side) for side in (node.this, node.expression)]
        if sides[0] is None or sides[1] is None:
            return None
        return Piece(Type.BOOLEAN, type(node)(this=sides[0].tree, expression=sides[1].tree))

    def _not(self, node: exp.Not) -> Piece | None:
        inner = self._condition(node.this)
        return Piece(Type.BOOLEAN, exp.Not(this=inner.tree)) if inner else None

    def _condition(self, node: exp.Expr) -> Piece | None:
        piece = self.piece(node)
        if piece is not None and piece.type not in (Type.BOOLEAN, Type.NULL):
            self._refuse("E304", node, f"a condition is wanted here, and {_shown(node)} is {words(piece.type)}",
                         "compare it with something")
            return None
        return piece

    def _comparison(self, node: exp.Expr) -> Piece | None:
        pair = self._comparable(node, node.this, [node.expression], ordered=type(node) not in (exp.EQ, exp.NEQ))
        if pair is None:
            return None
        return Piece(Type.BOOLEAN, type(node)(this=pair[0].tree, expression=pair[1].tree))

    def _between(self, node: exp.Between) -> Piece | None:
        found = self._comparable(node, node.this, [node.args["low"], node.args["high"]], ordered=True)
        if found is None:
            return None
        return Piece(Type.BOOLEAN, exp.Between(this=found[0].tree, low=found[1].tree, high=found[2].tree))

    def _in(self, node: exp.In) -> Piece | None:
        if not node.expressions:
            self._refuse("E302", node, "'in' takes a list of values in parentheses", "write: x in ('a', 'b')")
            return None
        found = self._comparable(node, node.this, node.expressions, ordered=False)
        if found is None:
            return None
        return Piece(Type.BOOLEAN, exp.In(this=found[0].tree, expressions=[piece.tree for piece in found[1:]]))

    def _is(self, node: exp.Is) -> Piece | None:
        inner = self.piece(node.this)
        if type(node.expression) is not exp.Null:
            self._refuse("E302", node, "after 'is' only 'null' and 'not null' are allowed", "use '='")
            return None
        return Piece(Type.BOOLEAN, exp.Is(this=inner.tree, expression=exp.Null())) if inner else None

    def _comparable(
        self, node: exp.Expr, left: exp.Expr, others: Sequence[exp.Expr], *, ordered: bool
    ) -> list[Piece] | None:
        """The sides of a comparison brought to one type; the first side against each of the others."""
        nodes = [left, *others]
        maybe = [self.piece(side) for side in nodes]
        pieces = [piece for piece in maybe if piece is not None]
        if len(pieces) < len(nodes):
            return None
        if Type.NULL in {piece.type for piece in pieces}:
            self._refuse("E304", node, "a comparison with null is never true", "write 'is null' or 'is not null'")
            return None
        unified = self._alike(nodes, pieces, "compare")
        if unified is None:
            return None
        kinds = {piece.type for piece in unified}
        if Type.LIST in kinds or Type.DURATION in kinds or (ordered and Type.BOOLEAN in kinds):
            self._refuse("E304", node, f"{words(unified[0].type)} cannot be compared this way")
            return None
        return None if self._outside_values(nodes, unified) else unified

    def _outside_values(self, nodes: Sequence[exp.Expr], pieces: Sequence[Piece]) -> bool:
        """Whether a literal is compared with a column whose contract does not allow that value."""
        outside = False
        allowed = next((self.scope.values[piece.name] for piece in pieces if piece.name in self.scope.values), None)
        for node, piece in zip(nodes, pieces, strict=True):
            if allowed and piece.constant is not None and piece.constant not in allowed:
                name = next(piece.name for piece in pieces if piece.name in self.scope.values)
                self._refuse("E304", node, f"'{piece.constant}' is not a value of '{name}'",
                             did_you_mean(piece.constant, allowed))
                outside = True
        return outside

    def _alike(self, nodes: Sequence[exp.Expr], pieces: Sequence[Piece], verb: str) -> list[Piece] | None:
        """All pieces as one type (numbers mix; text literals become dates beside dates), or None after a refusal."""
        wanted = next((p.type for p in pieces if p.constant is None and p.type is not Type.NULL), None)
        result: list[Piece] = []
        for side, piece in zip(nodes, pieces, strict=True):
            mixes = wanted is None or (wanted.is_number and piece.type.is_number)
            fits = piece if mixes or wanted is None else self.fitted(piece, wanted)
            if fits is None:
                self._refuse("E304", side, f"cannot {verb} {words(wanted or Type.NULL)} with {words(piece.type)}"
                             f" {_shown(side)}", _mixing_help(wanted, piece))
                return None
            result.append(fits)
        return result

    # arithmetic

    def _arithmetic(self, node: exp.Expr) -> Piece | None:
        left, right = self.piece(node.this), self.piece(node.expression)
        if left is None or right is None:
            return None
        if left.type is Type.DATE and right.quantity is not None and type(node) in (exp.Add, exp.Sub):
            return Piece(Type.DATE, moved(left.tree, right.quantity, 1 if type(node) is exp.Add else -1))
        if type(node) is exp.Sub and Type.DATE in (left.type, right.type):
            first, last = self.fitted(right, Type.DATE), self.fitted(left, Type.DATE)
            if first and last:
                return Piece(Type.INTEGER, own("days_between", first.tree, last.tree))
        numbers = (Type.INTEGER, Type.DECIMAL, Type.NULL)
        if left.type not in numbers or right.type not in numbers:
            self._refuse("E304", node, f"cannot reckon {_shown(node)}: {words(left.type)} and {words(right.type)}",
                         _reckoning_help(left, right))
            return None
        kind = Type.DECIMAL if Type.DECIMAL in (left.type, right.type) else Type.INTEGER
        if type(node) is exp.Div:
            return Piece(Type.DECIMAL, own("divide", left.tree, right.tree))
        tree: exp.Expr = type(node)(this=left.tree, expression=right.tree)
        if type(node) is exp.Mul and kind is Type.DECIMAL:
            # A product's scale is the sum of its factors' scales: bring it back, or a long product stops fitting.
            tree = exp.cast(tree, "decimal(38, 6)")
        return Piece(kind, tree)

    def _negative(self, node: exp.Neg) -> Piece | None:
        inner = self.piece(node.this)
        if inner is not None and not inner.type.is_number:
            self._refuse("E304", node, f"'-' wants a number, and {_shown(node.this)} is {words(inner.type)}")
            return None
        return Piece(inner.type, exp.Neg(this=inner.tree)) if inner else None

    # case and functions

    def _case(self, node: exp.Case) -> Piece | None:
        if node.this is not None:
            self._refuse("E302", node, "'case x when' is not part of expressions", "write: case when x = … then … end")
            return None
        branches = [(self._condition(branch.this), self.piece(branch.args["true"])) for branch in node.args["ifs"]]
        nodes = [branch.args["true"] for branch in node.args["ifs"]]
        values = [value for _, value in branches]
        if node.args.get("default") is not None:
            nodes.append(node.args["default"])
            values.append(self.piece(node.args["default"]))
        whens = [when for when, _ in branches if when is not None]
        pieces = [value for value in values if value is not None]
        if len(whens) < len(branches) or len(pieces) < len(values):
            return None
        unified = self._alike(nodes, pieces, "mix")
        if unified is None:
            return None
        case = exp.Case(ifs=[exp.If(this=when.tree, true=value.tree)
                             for when, value in zip(whens, unified, strict=False)])
        if len(unified) > len(whens):
            case.set("default", unified[-1].tree)
        return Piece(_widest(unified), case)

    def _call(self, node: exp.Anonymous) -> Piece | None:
        name = str(node.this)
        function = FUNCTIONS.get(name)
        if function is None:
            help = _FORBIDDEN_NAMES.get(name.lower()) or did_you_mean(name.lower(), FUNCTIONS)
            self._refuse("E303", node, f"unknown function '{name}'", help)
            return None
        if function.aggregate and not self._may_aggregate(node, function):
            return None
        outer, self._inside = self._inside, (function if function.aggregate else self._inside)
        try:
            pieces = self._arguments(node, function)
        finally:
            self._inside = outer
        if pieces is None:
            return None
        kind = function.gives if isinstance(function.gives, Type) else function.gives([p.type for p in pieces])
        return Piece(kind, function.tree(pieces))

    def _may_aggregate(self, node: exp.Expr, function: Function) -> bool:
        if self._inside is not None:
            self._refuse("E302", node, f"'{function.name}' cannot stand inside '{self._inside.name}'",
                         "compute the inner value in an aggregate step before")
            return False
        if not self.aggregates:
            self._refuse("E302", node, f"'{function.name}' needs many rows, and this place sees one row at a time",
                         "compute it in an aggregate step, and use its name here")
            return False
        self.aggregate = True
        return True

    def _arguments(self, node: exp.Anonymous, function: Function) -> list[Piece] | None:
        given = list(node.expressions)
        if function.name == "count" and len(given) == 1 and type(given[0]) is exp.Star:
            return [Piece(Type.INTEGER, exp.Star())]
        most = None if function.repeats else len(function.takes)
        least = function.least if function.least is not None else len(function.takes)
        if len(given) < least or (most is not None and len(given) > most):
            self._refuse("E304", node, f"'{function.name}' is written {function.signature}")
            return None
        pieces = []
        for position, argument in enumerate(given):
            kind = function.takes[min(position, len(function.takes) - 1)]
            pieces.append(self._argument(argument, kind, function))
        whole = [piece for piece in pieces if piece is not None]
        if len(whole) < len(given):
            return None
        return self._alike(given, whole, "mix") if function.alike else whole

    def _argument(self, node: exp.Expr, kind: Kind, function: Function) -> Piece | None:
        piece = self.piece(node)
        if piece is None:
            return None
        if len(kind.types) == 1:
            piece = self.fitted(piece, next(iter(kind.types))) or piece
        if kind is DIGITS and not (type(node) is exp.Literal and node.name in "0123456"):
            self._refuse("E304", node, f"'{function.name}' wants {kind.words}, and not {_shown(node)}")
            return None
        if piece.type not in kind.types and (piece.type is not Type.NULL or kind is DURATION):
            help = "take its date: date_of(...)" if Type.DATE in kind.types and piece.type is Type.TIMESTAMP else ""
            self._refuse("E304", node,
                         f"'{function.name}' wants {kind.words}, and {_shown(node)} is {words(piece.type)}", help)
            return None
        return piece


def _date(day: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _number(value: Decimal) -> Piece:
    text = format(abs(value), "f")
    kind = Type.DECIMAL if "." in text else Type.INTEGER
    literal: exp.Expr = exp.Literal.number(text)
    return Piece(kind, exp.Neg(this=literal) if value < 0 else literal)


def _widest(pieces: Sequence[Piece]) -> Type:
    kinds = [piece.type for piece in pieces if piece.type is not Type.NULL]
    if not kinds:
        return Type.NULL
    return Type.DECIMAL if Type.DECIMAL in kinds else kinds[0]


def _shown(node: exp.Expr) -> str:
    return node.sql()[:60] if type(node) is exp.Literal and node.is_string else f"'{node.sql()[:60]}'"


def _called(node: exp.Expr) -> str:
    return f"'{type(node).__name__.lower()}'"


def _mixing_help(wanted: Type | None, piece: Piece) -> str:
    kinds = {wanted, piece.type}
    if kinds == {Type.DATE, Type.TIMESTAMP}:
        return "take the date of the moment: date_of(...)"
    if kinds == {Type.DATE, Type.TEXT}:
        return "write a date as 'YYYY-MM-DD'"
    if wanted is Type.TEXT and piece.type.is_number:
        return "write text in quotes"
    return ""


def _reckoning_help(left: Piece, right: Piece) -> str:
    if Type.DATE in (left.type, right.type) and (left.type.is_number or right.type.is_number):
        return "add a parameter that has a unit: death.died_on + $grace"
    if Type.TIMESTAMP in (left.type, right.type):
        return "use date_of(...) or minutes_between(...)"
    return ""


_SIDES = frozenset({"this", "expression"})
_NODES: Mapping[type[exp.Expr], tuple[Callable[..., Piece | None], frozenset[str]]] = {
    exp.Column: (Typist._column, frozenset({"this", "table"})),
    exp.Literal: (Typist._literal, frozenset({"this", "is_string"})),
    exp.Boolean: (Typist._boolean, frozenset({"this"})),
    exp.Null: (Typist._null, frozenset()),
    exp.Paren: (Typist._paren, frozenset({"this"})),
    exp.And: (Typist._logic, _SIDES),
    exp.Or: (Typist._logic, _SIDES),
    exp.Not: (Typist._not, frozenset({"this"})),
    exp.EQ: (Typist._comparison, _SIDES),
    exp.NEQ: (Typist._comparison, _SIDES),
    exp.LT: (Typist._comparison, _SIDES),
    exp.LTE: (Typist._comparison, _SIDES),
    exp.GT: (Typist._comparison, _SIDES),
    exp.GTE: (Typist._comparison, _SIDES),
    exp.Between: (Typist._between, frozenset({"this", "low", "high"})),
    exp.In: (Typist._in, frozenset({"this", "expressions"})),
    exp.Is: (Typist._is, _SIDES),
    exp.Add: (Typist._arithmetic, _SIDES),
    exp.Sub: (Typist._arithmetic, _SIDES),
    exp.Mul: (Typist._arithmetic, _SIDES),
    exp.Div: (Typist._arithmetic, _SIDES),
    exp.Neg: (Typist._negative, frozenset({"this"})),
    exp.Case: (Typist._case, frozenset({"this", "ifs", "default"})),
    exp.Anonymous: (Typist._call, frozenset({"this", "expressions"})),
}
"""The allow-list: exactly these classes of node with nothing but these parts, and how each is typed."""
