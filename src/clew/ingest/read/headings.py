"""What a delivered heading means: a column, and the unit its numbers are in. And who listens to what was delivered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from clew.contracts.model import Column, Contract

_UNIT_FORMS = ("{}({})", "{} ({})", "{}(单位:{})", "{}(单位: {})", "{}[{}]", "{}【{}】", "{}/{}", "{}_{}", "{},单位:{}")

_SPACED = re.compile(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
_MARKS = "*: "

LONGEST = 500
"""Characters of a heading that count; where a heading is looked for, a cell of megabytes may stand."""


@dataclass(frozen=True)
class Meaning:
    """A column, and the delivered unit that its heading names ('' when it names none or the column's own)."""

    column: Column
    unit: str = ""


@dataclass(frozen=True)
class Headings:
    """The headings of a file or a part of it as delivered, and whether every column was ``found`` among them.

    ``keyed``: each record names its own values; one that has no value may leave the name out, and order means nothing.
    """

    names: tuple[str, ...]
    found: bool
    keyed: bool = False


_listener: ContextVar[list[Headings] | None] = ContextVar("listener", default=None)


def header_key(header: str) -> str:
    """A heading as it is compared: width, case, space at the ends, space and line breaks beside a Chinese character
    (姓 名), and the marks that forms put round one (*姓名：) do not count."""
    text = unicodedata.normalize("NFKC", header[:LONGEST]).replace("\ufeff", "")
    return _SPACED.sub("", text.strip()).strip(_MARKS).casefold()


def meanings(contract: Contract) -> Mapping[str, Meaning]:
    """Every heading (as its key) that means a column: its headings first, then its aliases, then those with a unit."""
    found: dict[str, Meaning] = {}
    for column in contract.columns:
        found[header_key(column.name)] = Meaning(column)
    for column in contract.columns:
        found[header_key(column.header)] = Meaning(column)
    for column in contract.columns:
        for alias in column.aliases:
            found.setdefault(header_key(alias), Meaning(column))
    for column in contract.columns:
        if column.options.units:
            for name in (column.header, column.name, *column.aliases):
                for unit in (column.options.unit, *column.options.units):
                    said = Meaning(column, "" if unit == column.options.unit else unit)
                    for form in _UNIT_FORMS:
                        found.setdefault(header_key(form.format(name, unit)), said)
    return found


@contextmanager
def listening() -> Iterator[list[Headings]]:
    """Collect the headings that the readers meet within the block, in the order they are tried."""
    heard: list[Headings] = []
    token = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(token)


def heard_by() -> list[Headings] | None:
    """Where the headings go that are met from here on; None when nobody listens."""
    return _listener.get()


def say(names: Sequence[str], *, found: bool) -> None:
    """Say which headings were met."""
    heard = _listener.get()
    if heard is not None:
        heard.append(Headings(tuple(names), found))
