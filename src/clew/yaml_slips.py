"""Slips that make a file no YAML at all and have one mend: tabs, a comma inside ``{ }``, a full-width colon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from clew.problems import Edit, Place

_TABBED = re.compile(r"^(?: *\t)[ \t]*(?=\S)", re.MULTILINE)
_FLOW = re.compile(r"(?:^|[:-] +)\{(?P<entries>[^{}]*)\}[ \t]*(?:#.*)?$")
_ENTRY = re.compile(
    r"""\s*[\w.]+\s*:\s+
        (?P<value>(?: '(?:[^']|'')*' | "(?:[^"\\]|\\.)*" | \((?:[^()]|\([^()]*\))*\) | [^,()'"] )+)
        (?:,|$)""",
    re.VERBOSE,
)
"""One entry of a ``{ }``; its value goes on over commas inside quotes and round brackets."""
_COLON = re.compile(r"^[ ]*(?:- +)*(?P<key>[a-z_][a-z0-9_]*)(?P<colon>：[ ]*)", re.MULTILINE)
_MOST_COLONS = 20
_OTHER_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
TAB_WIDTHS = (2, 4, 8)
"""What a tab may have looked like to its author; the file must mean the same under each width that can be read."""


def mends(text: str, name: str, read: Callable[[str], Any]) -> tuple[Edit, ...]:
    """The edits that make an unreadable file readable; none where more than one reading is possible.

    ``read`` gives the plain value of a text, None when it is no YAML; ``name`` is the path shown in messages.
    """
    commas = [edit for number, line in enumerate(text.split("\n"), 1) for edit in _commas(line, number, name)]
    if not _TABBED.search(text):
        return tuple(commas) if commas and read(edited(text, commas)) is not None else ()
    found = {}
    for width in TAB_WIDTHS:
        edits = [*_tabs(text, name, width), *commas]
        value = read(edited(text, edits))
        if value is not None:
            found[width] = value, edits
    if not found or any(value != found[min(found)][0] for value, _ in found.values()):
        return ()
    return tuple(found[min(found)][1])


def colons(text: str, name: str, read: Callable[[str], Any]) -> tuple[Edit, ...]:
    """The edits of full-width colons behind keys, each one needed for the file to be read; none where that does not
    make it readable. One inside a text that goes on over lines is not needed, and stays.
    """
    found = [
        Edit(Place(name, number, one.start("colon") + 1), one["colon"], ": " if line[one.end() :].strip() else ":")
        for number, line in enumerate(text.split("\n"), 1)
        if (one := _COLON.match(line))
    ]
    if not 0 < len(found) <= _MOST_COLONS or read(edited(text, found)) is None:
        return ()
    return tuple(edit for edit in found if read(edited(text, [one for one in found if one is not edit])) is None)


def edited(text: str, edits: list[Edit] | tuple[Edit, ...]) -> str:
    """A text with edits made, the last first; one whose old text does not stand at its place is left out."""
    if _OTHER_BREAKS.search(text):
        return text  # YAML counts lines there that no editor shows
    lines = text.split("\n")
    for edit in sorted(edits, reverse=True):
        at = edit.place.column - 1
        line = lines[edit.place.line - 1] if edit.place.line <= len(lines) else ""
        if line[at : at + len(edit.old)] == edit.old:
            lines[edit.place.line - 1] = line[:at] + edit.new + line[at + len(edit.old) :]
    return "\n".join(lines)


def _tabs(text: str, name: str, width: int) -> Iterator[Edit]:
    for number, line in enumerate(text.split("\n"), 1):
        found = _TABBED.match(line)
        if found:
            yield Edit(Place(name, number, 1), found.group(), found.group().replace("\t", " " * width))


def _commas(line: str, number: int, name: str) -> Iterator[Edit]:
    """Values of a ``{ }`` on one line whose commas stand inside round brackets: they want quotes round them."""
    flow = _FLOW.search(line)
    if flow is None:
        return
    start, end = flow.span("entries")
    while start < end:
        entry = _ENTRY.match(line, start, end)
        if entry is None:
            return
        value = entry["value"].rstrip()
        if "," in value and value[0] not in "'\"[" and not set('"\\') & set(value):
            yield Edit(Place(name, number, entry.start("value") + 1), value, f'"{value}"')
        start = entry.end()
