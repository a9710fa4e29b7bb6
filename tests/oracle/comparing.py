"""Where an engine's answers differ from the oracle's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clew.engine import Answers
from clew.plan import ROW_BITS
from tests.oracle.whole_rule import Answer, WholeRule

ROW = (1 << ROW_BITS) - 1


def differences(rule: WholeRule, wanted: Answer, found: Answers) -> Iterator[str]:
    """One line each, '' where there is none."""
    ledger = wanted.ledger
    got = {(row["subject"], row["episode"]): row for row in found.clues.to_pylist()}
    names = ["happened_on", "amount", "strength", *rule.shown]
    yield from _sets("clues", {(subject, episode) for subject, episode in wanted.clues}, set(got))
    for key, clue in wanted.clues.items():
        if key in got:
            for name in [*names, *(one for one in clue if one.endswith("##"))]:
                value = got[key].get(name)
                value = sorted(one & ROW for one in value) if name.endswith("##") else value
                if value != clue[name] and not (name == "amount" and _near(value, clue[name])):
                    yield f"clue {key} {name}: wanted {clue[name]!r}, found {value!r}"
    clued = set(wanted.clues)
    errors = {one for one in ledger.errors if not _told(one, clued)}
    undecided = {one for one in ledger.undecided if not _told(one, clued) and not _told(one, errors)}
    told = {(one["subject"], one["episode"], one["step"]) for one in found.errors.to_pylist()}
    yield from _sets("errors", {*map(_error, errors)}, {*map(_error, told)})
    parts = ("subject", "episode", "step", "dataset", "region")
    anywhere = {one[2] for one in undecided if one[3] is None}
    gaps = {
        tuple(None if part == "dataset" and one["step"] in anywhere else one[part] for part in parts)
        for one in found.inconclusive.to_pylist()
    }
    yield from _sets("undecided", {one[: len(parts)] for one in undecided}, gaps)
    dropped: dict[tuple[str, Any, str], set[int]] = {}
    for one in found.excluded.to_pylist():
        dropped.setdefault((one["step"], one["subject"], one["alias"]), set()).update(n & ROW for n in one["rows"])
    yield from _sets("excluded", {one[:2] for one in ledger.excluded}, {one[:2] for one in dropped})
    same = set(ledger.excluded) & set(dropped)  # of a computed column either dataset may be the one it speaks of
    yield from _maps("dropped", {one: ledger.excluded[one] for one in same}, {one: dropped[one] for one in same})
    yield from _maps("rows", ledger.rows, {one.number: one.rows for one in found.funnel if one.number != "clue"})
    unknown = {one.number: one.unknown for one in found.funnel if one.unknown}
    yield from _maps("unknown", {step: number for step, number in ledger.unknown.items() if number}, unknown)
    if (found.evaluated or 0) != len(wanted.population):
        yield f"evaluated: wanted {len(wanted.population)}, found {found.evaluated}"


def _near(value: Any, wanted: Any) -> bool:
    """Amounts are kept with two digits."""
    return value is not None and wanted is not None and abs(value - wanted) <= 0.005


def _told(one: tuple[Any, ...], others: Iterable[tuple[Any, ...]]) -> bool:
    """Whether another outcome speaks of the same known subject and episode (None: any)."""
    return one[0] is not None and any(
        one[0] == other[0] and (None in (one[1], other[1]) or one[1] == other[1]) for other in others
    )


def _error(one: tuple[Any, ...]) -> tuple[Any, ...]:
    """Rows of one moment are an error for their subject, whatever the episode."""
    return (one[0], one[2]) if "sequence" in one[2] else one


def _sets(what: str, wanted: set[Any], found: set[Any]) -> Iterator[str]:
    if wanted - found:
        yield f"{what} missing: {sorted(wanted - found, key=repr)}"
    if found - wanted:
        yield f"{what} too many: {sorted(found - wanted, key=repr)}"


def _maps(what: str, wanted: Mapping[Any, Any], found: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted({*wanted, *found}, key=repr):
        if wanted.get(key) != found.get(key):
            yield f"{what} {key}: wanted {wanted.get(key)}, found {found.get(key)}"
