"""Delivered headers matched to a contract's columns: by ``physicalName``, or by canonical name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clew.contracts.model import Column, Contract
from clew.problems import Place, Problems, did_you_mean

_NUMBER = re.compile("[0-9]{6}")


@dataclass(frozen=True)
class Headers:
    """Where each contract column stands in the file: ``positions`` from 0; ``width`` columns were delivered."""

    positions: Mapping[str, int]
    width: int


def match_headers(
    delivered: Sequence[str], contract: Contract, shown: str, problems: Problems, *, line: int = 1
) -> Headers | None:
    """Match headers to columns; None (with I010 or I012) when a column is missing or stands twice.

    A delivered column that the contract does not name is said (I011) and never loaded: least data.
    """
    known = {header_key(column.name): column for column in contract.columns}
    known |= {header_key(column.header): column for column in contract.columns}
    positions: dict[str, int] = {}
    good = True
    titled = any(header_key(header) in known for header in delivered)
    for position, header in enumerate(delivered):
        column, place = known.get(header_key(header)), Place(shown, line, position + 1)
        if column is None:
            problems.warn(
                place,
                "I011",
                f"the column {shown_header(header, titled)} is not in the contract and was not loaded",
                did_you_mean(header, _unused(contract, delivered)) if titled else "",
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
    for column in contract.columns:
        if column.name not in positions:
            problems.error(
                Place(shown, line, 1),
                "I010",
                f"the column '{column.header}' ({column.name}) is missing",
                _missing_help(column, delivered if titled else ()),
            )
            good = False
    return Headers(positions, len(delivered)) if good else None


def _unused(contract: Contract, delivered: Sequence[str]) -> list[str]:
    present = {header_key(header) for header in delivered}
    return [
        column.header
        for column in contract.columns
        if not {header_key(column.header), header_key(column.name)} & present
    ]


def _missing_help(column: Column, delivered: Sequence[str]) -> str:
    shown = ", ".join(shown_header(header).strip("'") for header in delivered[:12])
    return (
        f"the file has: {shown}" if shown.strip(", ") else f"the first line must hold the headers, like {column.header}"
    )


def header_key(header: str) -> str:
    """A heading as it is compared: width, case and space at the ends do not count."""
    return unicodedata.normalize("NFKC", header).strip().strip("\ufeff").casefold()


def shown_header(header: str, titled: bool = True) -> str:
    """A delivered header as messages may show it.

    Where a file came without its header line (no header is known: not ``titled``) the first record stands there,
    and a record is nobody's to read in a message; so is a number as long as those that tell people apart.
    """
    text = " ".join(header.split())
    if not text:
        return "without a header"
    if not titled or _NUMBER.search(unicodedata.normalize("NFKC", text)):
        return "headed by what looks like data"
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"


def match_key(key: str, contract: Contract) -> Column | None:
    """The column that one delivered name means, or None."""
    return next((column for column in contract.columns if key in (column.header, column.name)), None)
