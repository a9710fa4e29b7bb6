"""Given/expect tests of rules and of models: small tables as text, typed later by the data contracts (E109)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from clew.problems import Place, Problems
from clew.rules.model import GivenTable, Trial
from clew.rules.shape import Is, Key, entries_of, of_kind
from clew.yaml_file import Node

TRIAL = {
    "name": Key(Is.TEXT),
    "as_of": Key(Is.DATE),
    "given": Key(Is.MAPPING),
    "expect": Key(Is.ANY),
    "watermark": Key(Is.MAPPING, False),
    "coverage": Key(Is.MAPPING, False),
    "with": Key(Is.MAPPING, False),
    "inconclusive": Key(Is.TEXTS, False),
}
PERIOD = {"region": Key(Is.SCALAR, False), "from": Key(Is.DATE), "to": Key(Is.DATE)}


def parse_trials(node: Node, problems: Problems) -> tuple[Trial, ...]:
    """The tests in a list. Tables of a rule's tests are named by alias, those of a model's by dataset."""
    if not node.is_list:
        problems.error(node.place, "E103", "tests must be a list, each entry after '- '")
        return ()
    found = []
    names: dict[str, Place] = {}
    for entry in node.entries():
        trial = _trial(entry, problems)
        if trial is None:
            continue
        if trial.name in names:
            problems.error(
                trial.place,
                "E109",
                f"two tests are named '{trial.name}'; the first is on line {names[trial.name].line}",
                "give each its own name",
            )
        names.setdefault(trial.name, trial.place)
        found.append(trial)
    return tuple(found)


def _trial(node: Node, problems: Problems) -> Trial | None:
    entries = entries_of(node, TRIAL, "a test", problems)
    given_node, expect_node, inconclusive = entries.get("given"), entries.get("expect"), entries.get("inconclusive")
    given = [_table(name, value, given_node, problems) for name, value in given_node.items()] if given_node else []
    expect = _expect(expect_node, problems) if expect_node else None
    watermark = _days(entries.get("watermark"), problems)
    coverage = _coverage(entries.get("coverage"), problems)
    numbers = _numbers(entries.get("with"), problems)
    if not entries.complete or expect is None or None in given:
        return None
    as_of = entries["as_of"].value
    assert isinstance(as_of, date)  # noqa: S101 - the kind was checked by table
    return Trial(
        name=entries.text("name"),
        as_of=as_of,
        watermark=watermark,
        coverage=coverage,
        parameters=numbers,
        given=tuple(table for table in given if table),
        expect=expect,
        inconclusive=entries.texts("inconclusive") if inconclusive else None,
        place=node.place,
    )


def _table(name: str, node: Node, parent: Node, problems: Problems) -> GivenTable | None:
    """A table from a text block: a header line, then rows; commas or tabs between cells; an empty cell is null."""
    if not of_kind(node, Is.TEXT):
        problems.error(
            parent.key_place(name),
            "E103",
            f"the table '{name}' must be a text block",
            f"write '{name}: |' and the table below it, indented",
        )
        return None
    first = node.place.line + (1 if node.lead is None else 0)
    (top, *below), (heading, *rows) = _cut(node.text)
    header = tuple([cell or "" for cell in heading])
    for column in header:
        if not column or header.count(column) > 1:
            problems.error(
                Place(node.place.path, first + top),
                "E109",
                f"the header of '{name}' has {'an empty name' if not column else f'{column!r} twice'}",
            )
            return None
    whole = True
    for number, row in zip(below, rows, strict=True):
        if len(row) != len(header):
            problems.error(
                Place(node.place.path, first + number),
                "E109",
                f"this row of '{name}' has {len(row)} cells, and its header has {len(header)}",
                'put a value that holds a comma in "double quotes"',
            )
            whole = False
    if not whole:
        return None
    return GivenTable(name, header, tuple(rows), node.place, tuple([first + number for number in below]), first + top)


@lru_cache(maxsize=256)
def _cut(text: str) -> tuple[tuple[int, ...], tuple[tuple[str | None, ...], ...]]:
    """The lines of a table that are not blank: which each is, from 0, and its cells. The tests of a rule repeat half of
    their tables."""
    lines = [(number, line) for number, line in enumerate(text.split("\n")) if line.strip()]
    delimiter = "\t" if "\t" in lines[0][1] else ","
    return tuple([number for number, _ in lines]), tuple([_cells(line, delimiter) for _, line in lines])


def _cells(line: str, delimiter: str) -> tuple[str | None, ...]:
    if '"' not in line:
        return tuple([cell.strip() or None for cell in line.split(delimiter)])
    row = next(csv.reader([line.strip(" ")], delimiter=delimiter, skipinitialspace=True), [])
    return tuple(cell.strip() or None for cell in row)


def _expect(node: Node, problems: Problems) -> tuple[Mapping[str, Node], ...] | None:
    if node.text == "none" and node.is_scalar:
        return ()
    if not node.entries():
        problems.error(
            node.place,
            "E103",
            "'expect' must be a list of clues, or none",
            "write 'expect: none', or '- {subject: A1, strength: 0.5}' below it",
        )
        return None
    found: list[Mapping[str, Node]] = []
    for entry in node.entries():
        subject = entry.get("subject")
        if subject is None or not of_kind(subject, Is.SCALAR):
            problems.error(
                entry.place, "E102", "an expected clue must name its subject", "write: - {subject: A1, strength: 0.5}"
            )
            return None
        for key, value in entry.items():
            if not value.is_scalar:
                problems.error(value.place, "E103", f"the expected '{key}' must be one value")
                return None
        found.append(dict(entry.items()))
    return tuple(found)


def _days(node: Node | None, problems: Problems) -> dict[str, date]:
    found = {}
    for name, value in node.items() if node else ():
        if isinstance(value.value, date):
            found[name] = value.value
        else:
            problems.error(value.place, "E103", f"the watermark of '{name}' must be {Is.DATE.value}")
    return found


def _coverage(node: Node | None, problems: Problems) -> dict[str, tuple[tuple[str, date, date], ...]]:
    found = {}
    for name, value in node.items() if node else ():
        if not value.is_list:
            problems.error(
                value.place,
                "E103",
                f"the coverage of '{name}' must be a list of periods",
                "write: - {region: '3501', from: 2026-01-01, to: 2026-07-01}",
            )
            continue
        periods = []
        for entry in value.entries():
            period = entries_of(entry, PERIOD, f"a period of '{name}'", problems)
            if not period.complete:
                continue
            start, end = period["from"].value, period["to"].value
            if isinstance(start, date) and isinstance(end, date):
                if end <= start:
                    problems.error(
                        period["to"].place,
                        "E107",
                        "'to' is not after 'from'",
                        "'to' is the first day no longer covered",
                    )
                periods.append((period.text("region"), start, end))
        found[name] = tuple(periods)
    return found


def _numbers(node: Node | None, problems: Problems) -> dict[str, Decimal]:
    found = {}
    for name, value in node.items() if node else ():
        if of_kind(value, Is.NUMBER):
            found[name] = Decimal(str(value.value))
        else:
            problems.error(value.place, "E103", f"the parameter '{name}' must be {Is.NUMBER.value}")
    return found
