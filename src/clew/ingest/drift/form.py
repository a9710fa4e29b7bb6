"""Schema drift: how the form of a delivery differs from its contract, and the contract change that would accept it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from clew.contracts.model import Classification, Column, Contract
from clew.ingest.read.headers import shown_header
from clew.ingest.read.headings import header_key, meanings
from clew.plan import Type

FITS = 0.9
"""The share of a delivered column's values that must pass the checks of the column it may be."""

LONGEST_SHOWN = 40
ALIKE, FAINTLY_ALIKE = 0.6, 0.3
"""Likeness of headings from which a name speaks for itself, or speaks together with values only one column fits."""


@dataclass(frozen=True)
class Drift:
    """One difference. ``kind``: renamed, added, removed, widened, narrowed or reordered.

    ``column`` is the contract's, ``heading`` the delivered one ('' where it may be data). ``breaking``: what reads the
    column would not mean the same. ``change`` is YAML for the contract's ``properties`` ('' when none is needed).
    """

    kind: str
    column: str
    heading: str
    breaking: bool
    says_zh: str
    says_en: str
    change: str = ""


@dataclass(frozen=True)
class Sampled:
    """An unknown delivered column: ``fits`` is the share of its values that each missing column would take."""

    heading: str
    type: Type
    longest: int
    values: int
    fits: Mapping[str, float]


def of_headings(contract: Contract, names: Sequence[str], sampled: Mapping[str, Sampled]) -> list[Drift]:
    """Renamed, added and removed columns of a delivery with these headings."""
    known = meanings(contract)
    found = {known[key].column.name for name in names if (key := header_key(name)) in known}
    missing = [column for column in contract.columns if column.name not in found]
    unknown = [name for name in names if header_key(name) not in known and name.strip()]
    renamed = _renamed(missing, unknown, sampled)
    drifts = [
        _rename(column, heading, sampled.get(heading))
        for column in missing
        if (heading := renamed.get(column.name)) is not None
    ]
    drifts += [_removal(column) for column in missing if column.name not in renamed]
    drifts += [
        _addition(name, names.index(name) + 1, sampled.get(name))
        for name in dict.fromkeys(unknown)
        if name not in renamed.values()
    ]
    return drifts


def likeness(heading: str, column: Column) -> float:
    """How much a heading looks like a column's own headings, from 0 to 1."""
    key = header_key(heading)
    best = 0.0
    for name in (column.header, column.name, *column.aliases):
        other = header_key(name)
        within = 0.85 if min(len(key), len(other)) > 1 and (key in other or other in key) else 0.0
        best = max(best, within, SequenceMatcher(None, key, other).ratio())
    return best


def _renamed(missing: Sequence[Column], unknown: Sequence[str], sampled: Mapping[str, Sampled]) -> dict[str, str]:
    """Missing columns and the unknown headings that they stand under: the best pairs first, each name once."""
    pairs = []
    for column in missing:
        telling = [name for name in unknown if _telling(column) and _fit(sampled.get(name), column) >= FITS]
        for heading in unknown:
            like, fit = likeness(heading, column), _fit(sampled.get(heading), column)
            only = telling == [heading] and sampled[heading].values > 0
            if fit >= FITS and (like >= ALIKE or (only and (like >= FAINTLY_ALIKE or _proven(column)))):
                pairs.append((-(like + fit), column.name, heading))
    found: dict[str, str] = {}
    for _, name, heading in sorted(pairs):
        if name not in found and heading not in found.values():
            found[name] = heading
    return found


def _fit(sample: Sampled | None, column: Column) -> float:
    return sample.fits.get(column.name, 0.0) if sample else 0.0


def _telling(column: Column) -> bool:
    """Whether few other columns' values would pass its checks."""
    return column.type is not Type.TEXT or bool(column.enum or column.pattern or column.identity)


def _proven(column: Column) -> bool:
    """Whether values that pass can hardly be anything else: a check digit holds, or a closed list of values."""
    return bool(column.enum or column.identity)


def _rename(column: Column, heading: str, sample: Sampled | None) -> Drift:
    shown = _shown(heading)
    share = f"{_fit(sample, column):.0%}"
    aliases = ", ".join(json.dumps(name, ensure_ascii=False) for name in (*column.aliases, shown))
    change = f"- name: {column.name}\n  customProperties:\n    - {{property: aliases, value: [{aliases}]}}"
    if _cut(heading):  # an alias that is cut short would accept nothing
        change = f"# give '- name: {column.name}' the whole delivered heading as one of its aliases"
    return Drift(
        "renamed", column.name, shown, False,
        f"“{column.header}”（{column.name}）的列名变为“{shown}”：取值 {share} 符合该列的约定",
        f"'{column.header}' ({column.name}) now is headed '{shown}': {share} of the values fit that column",
        change,
    )  # fmt: skip


def _removal(column: Column) -> Drift:
    return Drift(
        "removed", column.name, "", True,
        f"“{column.header}”（{column.name}）没有交付，也没有其他列像它",
        f"'{column.header}' ({column.name}) is not in the file, and no other column looks like it",
        f"# take the entry '- name: {column.name}' out, once no rule reads the column",
    )  # fmt: skip


def _addition(heading: str, position: int, sample: Sampled | None) -> Drift:
    shown = _shown(heading)
    name = shown.lower() if shown.isascii() and shown.isidentifier() else f"column_{position}"
    logical = {Type.INTEGER: "integer", Type.DECIMAL: "number", Type.DATE: "date"}.get(
        sample.type if sample else Type.TEXT, "string"
    )
    lines = [f"- name: {name}"]
    end = "  # cut short: write it whole" if _cut(heading) else ""
    lines += [f"  physicalName: {json.dumps(shown, ensure_ascii=False)}{end}"] if shown else []
    lines += [f"  logicalType: {logical}"]
    lines += [f"  logicalTypeOptions: {{maxLength: {sample.longest}}}"] if sample and logical == "string" else []
    lines += ["  classification: sensitive"]
    return Drift(
        "added", "", shown, False,
        f"多出一列“{shown}”（第 {position} 列），未装载" if shown else f"多出一列（第 {position} 列），未装载",
        f"a new column '{shown}' (number {position}), not loaded" if shown else f"a new column (number {position})",
        "\n".join(lines),
    )  # fmt: skip


def _shown(heading: str) -> str:
    """A heading as sentences show it, cut short; '' where it looks like data and may stand nowhere."""
    shown = shown_header(heading)
    return " ".join(heading.split())[:LONGEST_SHOWN] if shown.startswith("'") else ""


def _cut(heading: str) -> bool:
    return len(" ".join(heading.split())) > LONGEST_SHOWN


def speaks_of_a_person(column: Column) -> bool:
    """Whether a column's values may stand nowhere but in the data."""
    return column.classification in (Classification.PERSONAL, Classification.SENSITIVE)
