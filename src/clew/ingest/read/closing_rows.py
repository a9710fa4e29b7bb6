"""Closing rows (合计, 制表人): no records where the contract says so, and at the end alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clew.ingest.read.source import Request, Row
from clew.problems import Place, Problems

INSIDE = "footer: 合计行不在末尾"


@dataclass(frozen=True)
class Closing:
    """Positions of matching rows: the ``ends`` after the last record, and those ``inside``, between records."""

    ends: tuple[int, ...]
    inside: tuple[int, ...]


def closing(firsts: Sequence[str], pattern: str) -> Closing:
    """Which rows close the file, by their first values."""
    matches = [bool(re.fullmatch(pattern, text.strip())) for text in firsts]
    last = max((index for index, match in enumerate(matches) if not match), default=-1)
    inside = tuple(index for index, match in enumerate(matches[:last]) if match)
    return Closing(tuple(range(last + 1, len(matches))), inside)


def without_closing(rows: Iterator[Row], request: Request, problems: Problems) -> Iterator[Row]:
    """Rows without those that close the file, which are said; one between records is set aside."""
    pattern = request.contract.file_format.footer
    held: list[Row] = []
    for row in rows:
        first = next((cell for cell in row.cells if cell), "")
        if re.fullmatch(pattern, first.strip()):
            held.append(row)
            continue
        yield from (replace(one, fault=one.fault or INSIDE) for one in held)
        held = []
        yield row
    say_closing([row.number for row in held], request, problems)


def say_closing(numbers: Sequence[int], request: Request, problems: Problems) -> None:
    """Name the rows that were left out."""
    if numbers:
        which = f"row {numbers[0]} matches" if len(numbers) == 1 else f"rows {numbers[0]} to {numbers[-1]} match"
        problems.warn(Place(request.shown), "I037", f"at the end {which} 'footer' of the contract: no record")
