"""What a function of the language is: the kinds of its arguments, what it gives, and the tree it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Type
from clew.quantities import Quantity
from clew.rules.trees import call


@dataclass(frozen=True)
class Piece:
    """A typed part of an expression. A duration has no tree: it is a ``quantity`` that date functions take in.

    ``name`` is the column's name when the piece is a bare column; ``constant`` is text written as a literal.
    ``unit`` is what a number measures, '' where that is not known.
    """

    type: Type
    tree: exp.Expr
    quantity: Quantity | None = None
    name: str = ""
    constant: str | None = None
    unit: str = ""


@dataclass(frozen=True)
class Kind:
    """What an argument may be: a set of types and the words for it."""

    words: str
    types: frozenset[Type]


TEXT = Kind("text", frozenset({Type.TEXT}))
NUMBER = Kind("a number", frozenset({Type.INTEGER, Type.DECIMAL}))
BOOLEAN = Kind("a condition", frozenset({Type.BOOLEAN}))
DATE = Kind("a date", frozenset({Type.DATE}))
TIMESTAMP = Kind("a date and time", frozenset({Type.TIMESTAMP}))
DURATION = Kind("a parameter in days, months or years", frozenset({Type.DURATION}))
ORDERED = Kind(
    "a number, a date or text", frozenset({Type.INTEGER, Type.DECIMAL, Type.DATE, Type.TIMESTAMP, Type.TEXT})
)
ANY = Kind("a value", ORDERED.types | {Type.BOOLEAN})
SHARE = Kind("a share from 0 to 1", frozenset({Type.INTEGER, Type.DECIMAL}))
DIGITS = Kind("a whole number from 0 to 6", frozenset({Type.INTEGER}))

Tree = Callable[[Sequence[Piece]], exp.Expr]
Result = Type | Callable[[Sequence[Type]], Type]


@dataclass(frozen=True)
class Function:
    """One function. ``repeats`` lets the last argument stand any number of times; ``least`` is the fewest arguments.
    ``built`` makes its tree; without it, the function is a call of one that every engine defines.

    Where a kind of ``takes`` allows several types and ``alike`` is set, all arguments must be of one type.
    """

    name: str
    takes: tuple[Kind, ...]
    gives: Result
    en: str
    zh: str
    built: Tree | None = None
    aggregate: bool = False
    repeats: bool = False
    alike: bool = False
    least: int | None = None

    def tree(self, pieces: Sequence[Piece]) -> exp.Expr:
        """A call of it with these arguments."""
        if self.built is not None:
            return self.built(pieces)
        return call(f"clew_{self.name}", *(piece.tree for piece in pieces))

    @property
    def signature(self) -> str:
        """How it is written, for help lines."""
        return f"{self.name}({', '.join(kind.words for kind in self.takes)}{', ...' if self.repeats else ''})"


def first_type(types: Sequence[Type]) -> Type:
    """The result of a function that gives back what it takes."""
    return types[0]
