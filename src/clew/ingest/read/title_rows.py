"""Headings that do not stand in the first row: a title above them, and merged cells over two or three rows.

A heading over several columns stands in the first of them alone; joined with those below it reads ``上级/下级``.
Nothing is guessed: rows are headings only when every column of the contract is found in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from clew.contracts.model import Contract
from clew.ingest.read.headers import SHOWN, Headers, match_headers
from clew.ingest.read.headings import header_key, meanings
from clew.problems import Place, Problems

TITLE_ROWS = 10
"""Rows that may stand above the headers: a title, a date, the name of the office."""

DEEPEST = 3
"""Rows that the headings may take up."""


def find_headers(
    top: Sequence[Sequence[str]], contract: Contract, shown: str, problems: Problems
) -> tuple[Headers, int] | None:
    """The headers among a file's first rows, and how many rows stand before the data; None after noting why not."""
    skip = contract.file_format.skip
    starts = range(len(top)) if skip is None else [skip] if skip < len(top) else []
    for depth in range(1, DEEPEST + 1):
        for start in starts:
            lines = top[start : start + depth]
            if len(lines) == depth and (depth == 1 or _touching(lines)):
                own = Problems()
                headers = match_headers(joined(lines, contract), contract, shown, own, line=start + depth)
                if headers is not None:
                    problems.found.extend(own.found)
                    return headers, start + depth
    best = max(starts, key=lambda start: (_known(top[start], contract), any(top[start]), -start), default=None)
    if best is None or not any(top[best]):
        more = ", ..." if len(contract.columns) > SHOWN else ""
        wanted = ", ".join(column.header for column in contract.columns[:SHOWN]) + more
        problems.error(
            Place(shown, 1 if skip is None else skip + 1),
            "I013",
            "it has no header line" if top else "it is empty and has no header line",
            f"one line must name the columns: {wanted}",
        )
    else:
        match_headers(top[best], contract, shown, problems, line=best + 1)
    return None


def joined(lines: Sequence[Sequence[str]], contract: Contract) -> list[str]:
    """One heading for each column: ``上级/下级`` where that or nothing shorter is a name the contract knows."""
    if len(lines) == 1:
        return list(lines[0])
    known = set(meanings(contract))
    width = max(len(line) for line in lines)
    names = []
    over = [""] * (len(lines) - 1)
    for position in range(width):
        cells = [line[position].strip() if position < len(line) else "" for line in lines]
        below = cells[-1]
        for level, cell in enumerate(cells[:-1]):
            if cell:
                over[level:] = [cell, *[""] * (len(over) - level - 1)]
        own = [cell for cell in cells if cell]
        spread = [text for text in (*over, below) if text] if below else own
        names.append(_first_known([spread, own, own[-1:]], known))
    return names


def _first_known(candidates: Sequence[Sequence[str]], known: set[str]) -> str:
    texts = ["/".join(texts) for texts in candidates if texts]
    return next((text for text in texts if header_key(text) in known), texts[0] if texts else "")


def _touching(lines: Sequence[Sequence[str]]) -> bool:
    return all(any(line) for line in lines)


def _known(line: Sequence[str], contract: Contract) -> int:
    known = meanings(contract)
    return len({known[key].column.name for cell in line if (key := header_key(cell)) in known})
