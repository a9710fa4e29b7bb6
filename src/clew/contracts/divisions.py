"""Codes of administrative divisions (GB/T 2260) over time, from the reference file shipped beside this module.

``divisions.csv`` holds one line for each code and name with the first and last list that has it, and the code that
followed an abolished one where there is exactly one, with its ``basis``: the ``name``, what the ``list``s leave as the
only answer, or a ``decision`` that no list tells. ``tools/build_divisions.py`` makes it and says from what.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_PSEUDO = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "省直辖行政单位")


@dataclass(frozen=True)
class Spell:
    """A code under one name, from the list of ``first`` to the list of ``last``; ``successor`` is '' or a code."""

    code: str
    name: str
    first: date
    last: date
    successor: str

    def valid(self, on: date) -> bool:
        """Whether the list of that day has it."""
        return self.first <= on <= self.last


@cache
def spells() -> tuple[Spell, ...]:
    """Every code and name since 2002, in the order of the codes."""
    with files("clew.contracts").joinpath("divisions.csv").open(encoding="utf-8") as file:
        return tuple(
            Spell(row["code"], row["name"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"]),
                  row["successor"])
            for row in csv.DictReader(file)
        )  # fmt: skip


@cache
def lists() -> tuple[date, ...]:
    """The days of the lists known, oldest first."""
    return tuple(sorted({day for spell in spells() for day in (spell.first, spell.last)}))


def list_of(on: date | None) -> date:
    """The newest list not later than a day; without a day the newest, before the first list the first."""
    return max((day for day in lists() if on is None or day <= on), default=lists()[0])


@cache
def valid_codes(on: date | None = None) -> frozenset[str]:
    """The codes of the list in force on a day (default: the newest)."""
    day = list_of(on)
    return frozenset(spell.code for spell in spells() if spell.valid(day))


@cache
def moved_codes(on: date | None = None) -> Mapping[str, str]:
    """Codes that the list of a day does not have -> the one code of that list that they became, or came from.

    A code without exactly one answer is left out: a prefecture that was split, a code merged from several.
    """
    day, valid = list_of(on), valid_codes(on)
    after: dict[str, list[tuple[date, str]]] = {}
    before: dict[str, set[str]] = {}
    for spell in spells():
        if spell.successor:
            after.setdefault(spell.code, []).append((spell.last, spell.successor))
            before.setdefault(spell.successor, set()).add(spell.code)
    found = {}
    for code in {spell.code for spell in spells()} - valid:
        older = [spell.last for spell in spells_of()[code] if spell.last < day]
        target = _forward(code, max(older), day, after, valid) if older else _backward(code, before, valid)
        if target:
            found[code] = target
    return dict(sorted(found.items()))


@cache
def spells_of() -> Mapping[str, tuple[Spell, ...]]:
    """The spells of each code."""
    found: dict[str, tuple[Spell, ...]] = {}
    for spell in spells():
        found[spell.code] = (*found.get(spell.code, ()), spell)
    return found


@cache
def named_codes(on: date | None = None) -> Mapping[str, str]:
    """Names, plain and with the names above them in front (安徽省合肥市蜀山区) -> the one code of the day's list.

    A name that more than one division ever bore is left out unless all of them are the same one by now.
    """
    valid, moved = valid_codes(on), moved_codes(on)
    meant: dict[str, set[str | None]] = {}
    for spell in spells():
        if spell.name in _PSEUDO:
            continue
        target = spell.code if spell.code in valid else moved.get(spell.code)
        for name in _forms(spell):
            meant.setdefault(name, set()).add(target)
    return {name: code for name, codes in sorted(meant.items()) if len(codes) == 1 and (code := next(iter(codes)))}


def _forms(spell: Spell) -> set[str]:
    """The ways to write a division's name."""
    above = []
    for parent in (spell.code[:2] + "0000", spell.code[:4] + "00"):
        held = next((one for one in spells_of().get(parent, ()) if one.valid(spell.last)), None)
        if parent != spell.code and held is not None and held.name not in _PSEUDO:
            above.append(held.name)
    return {spell.name, "".join([*above, spell.name]), *(name + spell.name for name in above)}


def _forward(
    code: str, last: date, day: date, after: Mapping[str, list[tuple[date, str]]], valid: frozenset[str]
) -> str:
    seen = {code}
    while code not in valid:
        steps = [(gone, new) for gone, new in after.get(code, []) if last <= gone < day and new not in seen]
        if not steps:
            return ""
        last, code = min(steps)
        seen.add(code)
    return code


def _backward(code: str, before: Mapping[str, set[str]], valid: frozenset[str]) -> str:
    level = {code}
    while level:
        found = level & valid
        if found:
            return next(iter(found)) if len(level) == 1 else ""
        level = {older for one in level for older in before.get(one, ())}
    return ""
