"""Delivered headers matched to a contract's columns: by ``physicalName``, or by canonical name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clew.contracts.model import Contract
from clew.ingest.read.headings import header_key, meanings, say
from clew.ingest.read.personal_name import looks_like_a_name
from clew.problems import Place, Problems, did_you_mean

MOST = 20
"""Columns that are told one by one although the contract does not name them."""
NONE_NAMED = "no column of the contract is named in its first rows"
SHOWN = 6
"""Columns that are named where none was found."""
_NUMBER = re.compile("[0-9]{6}")
_SEPARATORS = {"semicolons": ";", "tabs": "\t", "bars": "|", "commas": ","}


@dataclass(frozen=True)
class Headers:
    """Where each contract column stands in the file: ``positions`` from 0; ``width`` columns were delivered.

    ``units``: columns whose heading says that their numbers are in another unit than the column's own.
    """

    positions: Mapping[str, int]
    width: int
    units: Mapping[str, str] = field(default_factory=dict)


def match_headers(
    delivered: Sequence[str], contract: Contract, shown: str, problems: Problems, *, line: int = 1
) -> Headers | None:
    """Match headers to columns; None (with I010 or I012) when a column is missing or stands twice.

    A delivered column that the contract does not name is said (I011) and never loaded: least data.
    """
    known = meanings(contract)
    positions: dict[str, int] = {}
    units: dict[str, str] = {}
    good = True
    if not any(header_key(header) in known for header in delivered):
        problems.error(Place(shown, line), "I010", *_no_headings(delivered, contract))
        say(delivered, found=False)
        return None
    unused, strangers = _unused(contract, delivered), 0
    for position, header in enumerate(delivered):
        meaning, place = known.get(header_key(header)), Place(shown, line, position + 1)
        column = meaning.column if meaning else None
        if column is None:
            strangers += 1
            if strangers > MOST:
                continue
            problems.warn(
                place,
                "I011",
                f"the column {shown_header(header)} is not in the contract and was not loaded",
                did_you_mean(header, unused),
            )
        elif column.name in positions:
            problems.error(
                place,
                "I012",
                f"two columns are headed as '{column.header}' ({column.name}): "
                f"columns {positions[column.name] + 1} and {position + 1}",
                "keep one of them",
            )
            good = False
        else:
            positions[column.name] = position
            if meaning is not None and meaning.unit:
                units[column.name] = meaning.unit
    if strangers > MOST:
        problems.warn(
            Place(shown, line),
            "I011",
            f"{strangers - MOST} more columns are not in the contract and were not loaded",
            "it may be another file than the contract speaks of",
        )
    there = ", ".join(shown_header(header).strip("'") for header in delivered[:12])
    for column in contract.columns:
        if column.name not in positions:
            problems.error(
                Place(shown, line, 1),
                "I010",
                f"the column '{column.header}' ({column.name}) is missing",
                f"the file has: {there}",
            )
            good = False
    say(delivered, found=good)
    return Headers(positions, len(delivered), units) if good else None


def _unused(contract: Contract, delivered: Sequence[str]) -> list[str]:
    known = meanings(contract)
    present = {known[key].column.name for header in delivered if (key := header_key(header)) in known}
    return [column.header for column in contract.columns if column.name not in present]


def _no_headings(delivered: Sequence[str], contract: Contract) -> tuple[str, str]:
    """What to say where no column of the contract is named, and how to mend it.

    The first record may stand there, and a record is nobody's to read in a message: nothing of it is shown.
    """
    known = meanings(contract)
    for name, mark in _SEPARATORS.items():
        if any(header_key(part) in known for header in delivered for part in header.split(mark)[1:]):
            return (
                f"its columns are separated by {name}, which the contract does not say",
                f"write 'delimiter: {mark if mark.isprintable() else 'tab'}' for the server 'drop' of the contract",
            )
    wanted = ", ".join(column.header for column in contract.columns[:SHOWN])
    more = ", ..." if len(contract.columns) > SHOWN else ""
    return NONE_NAMED, f"one line must name the columns: {wanted}{more}"


def shown_header(header: str, titled: bool = True) -> str:
    """A delivered header as messages may show it.

    Where a file came without its header line (no header is known: not ``titled``) the first record stands there,
    and a record is nobody's to read in a message; so is a number as long as those that tell people apart, and what
    could be a person's name.
    """
    text = " ".join(header.split())
    if not text:
        return "without a header"
    if not titled or _NUMBER.search(unicodedata.normalize("NFKC", text)) or looks_like_a_name(text):
        return "headed by what looks like data"
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"
