"""The words of an incremental fetch, which databases and interfaces share."""

from __future__ import annotations

from clew.contracts.model import Contract, Kind
from clew.problems import did_you_mean
from clew.sources.cursor import TYPES, Overlap, read_overlap
from clew.sources.words import Words

WORDS = ("cursorColumn", "overlap")


def read_cursor(words: Words, contract: Contract, whole: str) -> str | None:
    """The contract's column of an incremental fetch; None where ``fetch`` is ``whole``, the default."""
    if words.choice("fetch", (whole, "incremental"), whole) == whole:
        for word in WORDS:
            if word in words.found:
                words.wrong(word, "belongs to a fetch that is incremental", "write fetch: incremental, or take it out")
        return None
    name = words.needed("cursorColumn", "name the contract's column that rises with every new or changed row")
    column = contract.column(name)
    if not name:
        return None
    if column is None or column.type not in TYPES:
        words.problems.error(
            words.place("cursorColumn"),
            "N005",
            f"'{name}' cannot be the cursor: it is {'no column of this contract' if column is None else 'a boolean'}",
            did_you_mean(name, [one.name for one in contract.columns if one.type in TYPES]),
        )
        return None
    if contract.kind is Kind.REGISTER:
        words.problems.error(
            words.place("fetch"),
            "N005",
            "a register is fetched in full: each delivery is the whole list, and some of its rows would replace it",
            f"write fetch: {whole}",
        )
    return name


def overlap_of(words: Words, contract: Contract, cursor: str | None) -> Overlap:
    """How far before the last cursor a fetch begins again."""
    column = contract.column(cursor) if cursor else None
    text = words.text("overlap")
    if not text or column is None:
        return Overlap()
    found = read_overlap(text, column.type)
    if found is None:
        words.wrong(
            "overlap",
            f"cannot be '{text}' for a column of type {column.type.value}",
            "write a span like 3d or 12h for dates and moments, a number for numbers, and none for text",
        )
    return found or Overlap()
