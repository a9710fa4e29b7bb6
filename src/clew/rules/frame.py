"""The rows so far: what a step may name, what identifies a row, and which rows a join has repeated."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlglot import exp

from clew.plan import Type
from clew.rules.trees import call, column, null


class Count(StrEnum):
    """What a mark counts in the tally of its block."""

    KEEP = "keep"
    DROP = "drop"
    DERIVE = "derive"
    KNOWN = "known"


@dataclass(frozen=True)
class Mark:
    """One row-wise step since ``Frame.base``: a condition (or a column's expression) and the step it counts for.

    ``number`` is '' for a column that is only a part of its step.
    """

    number: str
    count: Count
    tree: exp.Expr
    name: str = ""


@dataclass(frozen=True)
class Pending:
    """Where the identities of grouped rows are to be gathered from, once few groups are left.

    ``source`` is the relation that was grouped; ``lists`` are the aggregates that gather, each under its name.
    """

    source: str
    lists: tuple[exp.Expr, ...]


@dataclass(frozen=True)
class Frame:
    """The rows so far, as relation ``relation``.

    ``columns``: what an author may name. ``rows``: alias -> whether its row identity is a list (``alias##``).
    ``key``: columns that tell two rows apart. ``repeated``: alias -> the join that repeats its rows.
    ``fans``: how many joins fanned out. ``suspect``: aliases whose rows may be repeated by a join without
    ``expect`` (guarded when run). ``shared``: aliases whose rows may stand here twice, or not at all, by the
    author's own word (branches of a union, an optional match): sums over them are guarded, counts are not.
    ``origins``: computed column -> the aliases it comes from. ``base`` and ``marks``: the row-wise block, for counting.
    ``pairs``: steps that made pairs; what belongs to a pair comes from the step, not from either row.
    ``unknown``: names whose own fault is already reported. ``pending``: the identities are not gathered yet.
    ``told_by``: alias -> columns whose values tell its row, as no two rows of it share them.
    """

    relation: str
    columns: Mapping[str, Type]
    rows: Mapping[str, bool]
    key: tuple[str, ...]
    base: str
    marks: tuple[Mark, ...] = ()
    repeated: Mapping[str, str] = field(default_factory=dict)
    suspect: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    fans: int = 0
    pairs: tuple[str, ...] = ()
    origins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    pending: Pending | None = None
    told_by: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def identity(self, alias: str) -> str:
        """The column that holds the row identity (or identities) of an alias."""
        return f"{alias}##" if self.rows[alias] else f"{alias}#"

    @property
    def grouped(self) -> bool:
        """Whether a row stands for many rows of a dataset."""
        return any(self.rows.values())

    @property
    def light(self) -> bool:
        """Whether reading the rows again costs no more than a scan: a dataset's, with no function called on them."""
        return self.base.startswith("in_") and self.plain

    @property
    def plain(self) -> bool:
        """Whether no function is called on the rows of the block."""
        return not any(mark.tree.find(exp.Anonymous) for mark in self.marks)

    def computes(self, names: Set[str]) -> bool:
        """Whether any of these columns is computed in the block, so that nothing is known of its values."""
        return any(mark.name in names for mark in self.marks if mark.count is Count.DERIVE)

    def tells_apart(self, names: Set[str]) -> bool:
        """Whether no two rows share the values of these columns."""
        told = {f"{alias}#" for alias, by in self.told_by.items() if by <= names}
        return set(self.key) <= names | told

    def rows_of(self, alias: str) -> exp.Expr:
        """The row identities of an alias as one list, never NULL."""
        own = column(self.identity(alias))
        return call("clew_rows_or_none", own) if self.rows[alias] else call("clew_row_or_none", own)

    def gathered(self, alias: str, table: str | None = None) -> exp.Expr:
        """The aggregate that gathers the row identities of an alias: looked through for doubles where a row may stand
        here twice."""
        own = column(self.identity(alias), table)
        if self.rows[alias]:
            return call("clew_row_lists", own)
        once = alias not in {*self.repeated, *self.suspect, *self.shared}
        return call("clew_rows_once" if once else "clew_rows", own)

    def everything(self, table: str | None = None) -> list[exp.Expr]:
        """Every column of the rows so far, identities included."""
        identities = [self.identity(alias) for alias in self.rows] if self.pending is None else []
        extra = [name for name in self.key if name not in self.columns and name not in identities]
        return [column(name, table) for name in (*self.columns, *identities, *extra)]

    def aliases_of(self, name: str) -> frozenset[str]:
        """The dataset aliases a column's values come from."""
        if "." in name:
            return frozenset({name.split(".", 1)[0]})
        return self.origins.get(name, frozenset())

    def marked(self, relation: str, *marks: Mark) -> Frame:
        """The rows after one more row-wise step."""
        return replace(self, relation=relation, marks=(*self.marks, *marks))


def missing_row() -> exp.Expr:
    """The row identity of an alias a row has nothing from."""
    return null(Type.INTEGER)


def missing_rows() -> exp.Expr:
    """The row identities of an alias a row has nothing from, as a list."""
    return call("clew_row_or_none", null(Type.INTEGER))
