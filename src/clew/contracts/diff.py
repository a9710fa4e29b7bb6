"""What a new version of a contract changes, column by column, and whether a delivery or a rule can break by it.

A change is breaking when something that was right before no longer is: a delivery that passed is refused or loses rows
(a requirement added or tightened, a type narrowed), or a rule no longer finds what it reads (a column gone, renamed or
of another type). Loosening breaks nothing of that kind, and is said too: rules may now meet values they never saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from clew.contracts.limit import Limit
from clew.contracts.model import Action, Check, Column, Contract
from clew.plan import Type


class Direction(StrEnum):
    """``tightens``: less is accepted; ``loosens``: more is; ``changes``: other; ``words``: for people alone."""

    TIGHTENS = "tightens"
    LOOSENS = "loosens"
    CHANGES = "changes"
    WORDS = "words"


@dataclass(frozen=True)
class Change:
    """One change. ``column`` is '' for one of the whole table; ``what`` is the constraint that changed."""

    dataset: str
    column: str
    what: str
    direction: Direction
    text: str

    @property
    def breaking(self) -> bool:
        """Whether a delivery or a rule that was right can be wrong now."""
        return self.direction in (Direction.TIGHTENS, Direction.CHANGES)


def changes(old: Sequence[Contract], new: Sequence[Contract]) -> tuple[Change, ...]:
    """Every change from the tables of one document to those of another, in the order of the old one's columns."""
    before, after = {one.dataset: one for one in old}, {one.dataset: one for one in new}
    found: list[Change] = []
    for dataset, contract in before.items():
        if dataset not in after:
            found.append(Change(dataset, "", "dataset", Direction.CHANGES, "the dataset is gone"))
        else:
            found.extend(_contract(contract, after[dataset]))
    found += [
        Change(dataset, "", "dataset", Direction.LOOSENS, "a new dataset") for dataset in after if dataset not in before
    ]
    return tuple(found)


def _contract(old: Contract, new: Contract) -> Iterator[Change]:
    renamed = _renamed(old, new)
    for column in old.columns:
        later = new.column(renamed.get(column.name, column.name))
        if later is None:
            yield Change(old.dataset, column.name, "column", Direction.CHANGES, "the column is gone")
            continue
        if column.name in renamed:
            yield Change(old.dataset, column.name, "name", Direction.CHANGES, f"renamed to {later.name}")
        yield from _column(old.dataset, column, later)
    came = {column.name for column in new.columns} - {column.name for column in old.columns} - {*renamed.values()}
    for column in new.columns:
        if column.name in came:
            yield Change(
                old.dataset, column.name, "column", Direction.TIGHTENS,
                "a new column: a file without it is refused",
            )  # fmt: skip
    yield from _table(old, new, renamed)


def _renamed(old: Contract, new: Contract) -> dict[str, str]:
    """Columns that kept their delivered heading and type under another name."""
    gone = [column for column in old.columns if new.column(column.name) is None]
    came = [column for column in new.columns if old.column(column.name) is None]
    found = {}
    for column in gone:
        same = [
            one for one in came if (one.header, one.type) == (column.header, column.type) and one.header != one.name
        ]
        if len(same) == 1:
            found[column.name] = same[0].name
    return found


def _column(dataset: str, old: Column, new: Column) -> Iterator[Change]:
    def change(what: str, direction: Direction, text: str) -> Change:
        return Change(dataset, old.name, what, direction, text)

    if (old.type, old.logical) != (new.type, new.logical):
        direction = Direction.LOOSENS if (old.type, new.type) == (Type.INTEGER, Type.DECIMAL) else Direction.CHANGES
        kinds = [column.logical or column.type.value for column in (old, new)]
        yield change("type", direction, f"{kinds[0]} -> {kinds[1]}")
        return
    if old.type is Type.DECIMAL and old.precision != new.precision:
        (digits, scale), (more, finer) = old.precision, new.precision
        wider = more - finer >= digits - scale and finer >= scale
        said = f"DECIMAL({digits},{scale}) -> DECIMAL({more},{finer})"
        yield change("digits", Direction.LOOSENS if wider else Direction.TIGHTENS, said)
    if old.header != new.header and old.header not in new.aliases:
        yield change("physicalName", Direction.CHANGES, f"{old.header} -> {new.header}: files head it differently")
    for what, was, now in (("required", old.required, new.required), ("unique", old.unique, new.unique)):
        if was != now:
            yield change(what, Direction.TIGHTENS if now else Direction.LOOSENS, "now asked for" if now else "no more")
    yield from _values(old, new, change)
    yield from _bounds(old, new, change)
    for what in ("pattern", "identity", "form", "multiple_of", "shape"):
        was, now = getattr(old, what), getattr(new, what)
        if was != now:
            direction = _came_or_went(was, now)
            yield change(what, direction, f"{_shown(was)} -> {_shown(now)}" if what != "shape" else "another shape")
    if old.repairs != new.repairs or dict(old.values) != dict(new.values):
        lost = set(old.repairs) - set(new.repairs) or any(new.values.get(key) != value
                                                          for key, value in old.values.items())  # fmt: skip
        yield change("repairs", Direction.CHANGES if lost else Direction.LOOSENS, "values are repaired differently")
    if old.classification is not new.classification:
        yield change("classification", Direction.WORDS, f"{old.classification} -> {new.classification}")
    for what in ("title", "title_zh", "description"):
        follows = what == "title" and (old.title, new.title) == tuple(one.name.replace("_", " ") for one in (old, new))
        if getattr(old, what) != getattr(new, what) and not follows:
            yield change(what, Direction.WORDS, "said differently")


def _values(old: Column, new: Column, change: Any) -> Iterator[Change]:
    was, now = set(old.enum), set(new.enum)
    if was == now:
        return
    if not was or not now:
        yield change(
            "enum", Direction.TIGHTENS if now else Direction.LOOSENS, "values are listed" if now else "no list"
        )
        return
    if was - now:
        yield change("enum", Direction.TIGHTENS, f"no longer allowed: {', '.join(sorted(was - now))}")
    if now - was:
        yield change("enum", Direction.LOOSENS, f"now allowed too: {', '.join(sorted(now - was))}")


def _bounds(old: Column, new: Column, change: Any) -> Iterator[Change]:
    for what, sign in (("minimum", 1), ("maximum", -1), ("min_length", 1), ("max_length", -1)):
        was, now = getattr(old, what), getattr(new, what)
        open_was, open_now = getattr(old, f"open_{what}", False), getattr(new, f"open_{what}", False)
        if (was, open_was) == (now, open_now):
            continue
        if was is None or now is None:
            direction = Direction.TIGHTENS if was is None else Direction.LOOSENS
        elif was == now:
            direction = Direction.TIGHTENS if open_now else Direction.LOOSENS
        else:
            direction = Direction.TIGHTENS if (now > was) == (sign > 0) else Direction.LOOSENS
        yield change(what.replace("_l", "L"), direction, f"{_shown(was)} -> {_shown(now)}")


def _table(old: Contract, new: Contract, renamed: Mapping[str, str]) -> Iterator[Change]:
    def change(what: str, direction: Direction, text: str) -> Change:
        return Change(old.dataset, "", what, direction, text)

    key = tuple(renamed.get(name, name) for name in old.primary_key)
    if key != new.primary_key:
        wider = bool(key) and (not new.primary_key or set(new.primary_key) > set(key))
        said = f"({', '.join(old.primary_key)}) -> ({', '.join(new.primary_key)})"
        yield change("primaryKey", Direction.LOOSENS if wider else Direction.TIGHTENS, said)
    if old.regions != new.regions:
        direction = Direction.LOOSENS if set(new.regions) < set(old.regions) else Direction.TIGHTENS
        yield change("regions", direction, f"({', '.join(old.regions)}) -> ({', '.join(new.regions)})")
    for what in ("kind", "event_column", "region_column"):
        was, now = getattr(old, what), getattr(new, what)
        if renamed.get(str(was), was) != now:
            yield change(what, Direction.CHANGES, f"{_shown(was)} -> {_shown(now)}")
    if old.tolerance != new.tolerance:
        direction = Direction.TIGHTENS if new.tolerance < old.tolerance else Direction.LOOSENS
        yield change("quarantineTolerance", direction, f"{old.tolerance} -> {new.tolerance}")
    if old.file_format != new.file_format:
        yield change("server drop", Direction.CHANGES, "files are read differently")
    for what, was, now in (
        ("freshness", old.freshness_days, new.freshness_days),
        ("frequency", old.frequency, new.frequency),
        ("latency", old.latency, new.latency),
        ("roles", old.roles, new.roles),
        ("owner", old.owner, new.owner),
    ):
        if was != now:
            yield change(what, Direction.WORDS, "promised differently")
    yield from _checks(old, new)


def _checks(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = {check.name: check for check in old.checks}, {check.name: check for check in new.checks}
    for name, check in before.items():
        column = check.columns[0] if len(check.columns) == 1 else ""
        if name not in after:
            yield Change(old.dataset, column, f"check {name}", Direction.LOOSENS, "the check is gone")
        elif _meaning(check) != _meaning(after[name]):
            direction = _check_direction(check, after[name])
            yield Change(old.dataset, column, f"check {name}", direction, "the check is another")
    for name, check in after.items():
        column = check.columns[0] if len(check.columns) == 1 else ""
        if name not in before:
            hard = check.action is not Action.WARN
            yield Change(
                old.dataset, column, f"check {name}", Direction.TIGHTENS if hard else Direction.LOOSENS,
                "a new check" if hard else "a new check that only warns",
            )  # fmt: skip


def _meaning(check: Check) -> tuple[object, ...]:
    return check.kind, check.columns, repr(sorted(check.arguments.items())), check.action


_STRENGTH = {Action.WARN: 0, Action.QUARANTINE: 1, Action.STOP: 2}


def _check_direction(old: Check, new: Check) -> Direction:
    rest = [{key: value for key, value in check.arguments.items() if key != "limit"} for check in (old, new)]
    if (old.kind, old.columns, rest[0]) != (new.kind, new.columns, rest[1]):
        return Direction.CHANGES
    was, now = old.arguments.get("limit"), new.arguments.get("limit")
    if was == now:
        return Direction.TIGHTENS if _STRENGTH[new.action] > _STRENGTH[old.action] else Direction.LOOSENS
    if isinstance(was, Limit) and isinstance(now, Limit) and was.percent == now.percent:
        ends = {
            Decimal(0),
            Decimal(100),
            *(end for one in (was, now) for end in (one.low, one.high) if end is not None),
        }
        tried = [end + step for end in ends for step in (Decimal(-1), Decimal(0), Decimal("0.5"), Decimal(1))]
        lost = any(was.admits(number) and not now.admits(number) for number in tried)
        return Direction.TIGHTENS if lost else Direction.LOOSENS
    return Direction.TIGHTENS if now is None else Direction.CHANGES


def _came_or_went(was: object, now: object) -> Direction:
    if was is None:
        return Direction.TIGHTENS
    return Direction.LOOSENS if now is None else Direction.CHANGES


def _shown(value: object) -> str:
    return "none" if value is None else str(value)
