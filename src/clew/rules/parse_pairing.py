"""From ``on`` and ``where`` of a step to a pairing of the rows so far with a dataset."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from clew.plan import Type
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Frame
from clew.rules.model import Step, Text
from clew.rules.pairing import Key, Pairing, column_names
from clew.yaml_file import Node


def pair(draft: Draft, frame: Frame, step: Step) -> tuple[Pairing | None, frozenset[str]]:
    """Read ``on`` and ``where`` of a step; without a pairing, the names that cannot be used further on."""
    alias = Text.of(step.subject)
    source = draft.input(alias)
    lost = frozenset({alias.value})
    if source is None:
        return None, lost
    if alias.value in frame.rows:
        draft.problems.error(
            alias.place,
            "E203",
            f"'{alias}' is already among the rows",
            f"declare the dataset once more under another name: other_{alias}: {source.dataset}",
        )
        return None, frozenset()
    columns = {**frame.columns, **source.columns}
    keys: list[Key] = []
    conditions: list[exp.Expr] = []
    on = step.options.get("on")
    typed = draft.expression(on, columns, frame.unknown, expect=Type.BOOLEAN) if on is not None else None
    if typed is None or on is None:
        return None, lost
    for part in _conjuncts(typed.tree):
        key = _key(part, alias.value, columns)
        if key is not None:
            keys.append(key)
        else:
            conditions.append(part)
    if not keys:
        draft.problems.error(
            on.place,
            "E305",
            f"'on' must say which column of '{alias}' equals one of the rows so far",
            f"write for example {alias}.person_id = {next(iter(frame.columns), 'x')}",
        )
        return None, lost
    where = _condition(draft, step.options.get("where"), columns, frame)
    if where is not None:
        conditions += _conjuncts(where.tree)
    draft.paired[alias.value] = tuple(keys)
    return Pairing(source, source.columns, tuple(keys), tuple(conditions)), frozenset()


def _condition(draft: Draft, node: Node | None, columns: Mapping[str, Type], frame: Frame) -> Typed | None:
    return draft.expression(node, columns, frame.unknown, expect=Type.BOOLEAN) if node is not None else None


def _conjuncts(tree: exp.Expr) -> list[exp.Expr]:
    if isinstance(tree, exp.Paren):
        return _conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return [*_conjuncts(tree.this), *_conjuncts(tree.expression)]
    return [tree]


def _key(part: exp.Expr, alias: str, columns: Mapping[str, Type]) -> Key | None:
    """The equality of one side's expression with the other's, or None."""
    if not isinstance(part, exp.EQ):
        return None
    first, second = column_names(part.this), column_names(part.expression)
    if not first or not second:
        return None
    if _all_of(second, alias) and not _any_of(first, alias):
        return Key(part.this, part.expression, first, _type(part.this, columns))
    if _all_of(first, alias) and not _any_of(second, alias):
        return Key(part.expression, part.this, second, _type(part.expression, columns))
    return None


def _all_of(names: frozenset[str], alias: str) -> bool:
    return all(name.startswith(f"{alias}.") for name in names)


def _any_of(names: frozenset[str], alias: str) -> bool:
    return any(name.startswith(f"{alias}.") for name in names)


def _type(tree: exp.Expr, columns: Mapping[str, Type]) -> Type:
    """The type of a key: exact for a column; any other key is compared as it is."""
    inner = tree.this if isinstance(tree, exp.Paren) else tree
    return columns.get(inner.name, Type.NULL) if isinstance(inner, exp.Column) else Type.NULL
