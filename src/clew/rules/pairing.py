"""Pairing the rows so far with a dataset: keys that must be equal, and conditions that may be unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from clew.plan import Input, Type
from clew.rules.trees import both, call, cast, column, either, is_null, named, not_null, text


@dataclass(frozen=True)
class Key:
    """One equality between the rows so far (``left``) and the dataset (``right``)."""

    left: exp.Expr
    right: exp.Expr
    left_columns: frozenset[str]
    type: Type


@dataclass(frozen=True)
class Pairing:
    """A dataset to pair with: equal keys, and further conditions over both sides.

    An empty key (NULL, '' or blanks) never matches. A condition that is NULL makes a match possible, not certain.
    ``given`` are columns of the rows so far that are never NULL where matches are looked for.
    """

    source: Input
    columns: Mapping[str, Type]
    keys: tuple[Key, ...]
    conditions: tuple[exp.Expr, ...]
    given: frozenset[str] = frozenset()

    def also(self, *conditions: exp.Expr) -> Pairing:
        """The same with more conditions."""
        return replace(self, conditions=(*self.conditions, *conditions))

    def folded(self, name: str) -> tuple[Pairing, list[exp.Expr], exp.Expr]:
        """The same with what the dataset alone decides as one column of it; that column under its name, if any; and
        which rows of the dataset it leaves possible."""
        alone = [one for one in self.conditions if column_names(one) <= set(self.columns)]
        if not alone:
            return self, [], exp.true()
        others = [one for one in self.conditions if one not in alone]
        return replace(self, conditions=(*others, column(name))), [named(both(alone), name)], both(map(_maybe, alone))

    def knowing(self, trees: Iterable[exp.Expr]) -> Pairing:
        """The same where the columns of these trees are known not to be NULL."""
        return replace(self, given=self.given.union(*(column_names(tree) for tree in trees)))

    @property
    def identity(self) -> str:
        """The dataset's row identity."""
        return f"{self.source.alias}#"

    @property
    def reads(self) -> frozenset[str]:
        """Every column, of either side, that keys and conditions name."""
        trees = (*self.conditions, *(side for key in self.keys for side in (key.left, key.right)))
        return frozenset().union(*(column_names(tree) for tree in trees))

    @property
    def plain_keys(self) -> frozenset[str]:
        """The columns of the rows so far that are keys as they are."""
        return frozenset(key.left.name for key in self.keys if isinstance(key.left, exp.Column))

    def equal(self) -> exp.Expr:
        """The keys are equal and not empty."""
        equalities: list[exp.Expr] = [exp.EQ(this=key.left, expression=key.right) for key in self.keys]
        return both([*equalities, *(_filled(key) for key in self.keys if key.type is Type.TEXT)])

    def known(self) -> exp.Expr:
        """Whether the rows so far have a key to match by (never NULL)."""
        return both(
            both([not_null(key.left), _filled(key)]) if key.type is Type.TEXT else not_null(key.left)
            for key in self.keys
        )

    def certain(self) -> exp.Expr:
        """The conditions, three-valued."""
        return both(self.conditions)

    def possible(self) -> exp.Expr:
        """The conditions hold or are unknown; each apart, so that an engine can push it down."""
        return both(map(_maybe, self.conditions))

    def unknown(self) -> exp.Expr:
        """Possible but not certain."""
        return both([self.possible(), is_null(self.certain())])

    def key_text(self) -> exp.Expr:
        """The key of the rows so far as one text, for messages."""
        return call("concat_ws", text(", "), *(cast(key.left, "varchar") for key in self.keys))


_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_CONSTANTS = (exp.Literal, exp.Cast, exp.DataType, exp.Neg, exp.Boolean)


def _maybe(condition: exp.Expr) -> exp.Expr:
    """The condition holds or is unknown. Of a column and constants it is said in the way that engines look up as they
    read; no row is read for it where the column is never unknown."""
    if isinstance(condition, _COMPARISONS) and isinstance(condition.this, exp.Column):
        others = (part for part in condition.walk() if part is not condition)
        own = set(condition.this.walk())
        if all(part in own or isinstance(part, _CONSTANTS) for part in others):
            return exp.Paren(this=either(condition, is_null(condition.this)))
    return exp.Not(this=exp.Is(this=exp.Paren(this=condition), expression=exp.false()))


def _filled(key: Key) -> exp.Expr:
    """Not '' and no blank at its start: '!' is the first sign after the blank. Engines copy this condition to the
    other side of the equality, so it must be cheap."""
    return exp.GTE(this=key.left, expression=text("!"))


def column_names(tree: exp.Expr) -> frozenset[str]:
    """The columns that a tree names."""
    return frozenset(one.name for one in tree.find_all(exp.Column))
