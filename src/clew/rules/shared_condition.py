"""A condition written once and called by its name: the words it takes, and the values that a call puts for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from clew.problems import Problems
from clew.rules.functions import FUNCTIONS
from clew.yaml_file import Node, read_yaml

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VALUE = re.compile(r"\$?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


class Named(Protocol):
    """Something that rules call by a name."""

    @property
    def name(self) -> str:
        """The name, which is its file's too."""


Read = TypeVar("Read", bound=Named)


def read_folder(
    folder: Path, shown: str, parse: Callable[[Node, str, Problems], Read | None], problems: Problems
) -> dict[str, Read]:
    """Every ``<name>.yml`` of a folder by name; none where there is no folder. ``shown`` is the folder in messages."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        node = read_yaml(path, problems, f"{shown}/{path.name}")
        read = parse(node, path.stem, problems) if node else None
        if read is not None:
            found[read.name] = read
    return found


def check_name(name: Node, stem: str, what: str, problems: Problems) -> None:
    """E108 where the name is not ``stem``, the file's; E208 where it is a function's, or no word. ``what`` is the
    condition for people: 'exclusion'.
    """
    if name.text != stem:
        problems.error(name.place, "E108", f"the {what} is named '{name.text}', and its file says '{stem}'")
    if name.text in FUNCTIONS or not _NAME.fullmatch(name.text):
        problems.error(name.place, "E208", f"'{name.text}' cannot name an {what}", "choose another name")


def check_takes(takes: Node, when: str, problems: Problems) -> None:
    """E208 for a word taken and never used."""
    unquoted = " ".join(when.split("'")[::2])
    for taken in takes.entries():
        if not _NAME.fullmatch(taken.text) or not _word(taken.text).search(unquoted):
            problems.error(taken.place, "E208", f"'{taken.text}' does not stand in 'when'", "take it out, or use it")


def values_of(given: str, takes: Sequence[str]) -> list[str] | None:
    """What stands between the brackets of a call, in order; None unless there is one column or parameter for each
    word taken.
    """
    values = [value.strip() for value in given.split(",")] if given.strip() else []
    return values if len(values) == len(takes) and all(_VALUE.fullmatch(value) for value in values) else None


def filled(when: str, takes: Sequence[str], values: Sequence[str]) -> str:
    """The condition with the values of a call; what stands between quotes is left alone."""
    if not takes:
        return when
    given = dict(zip(takes, values, strict=True))
    pattern = re.compile("|".join(_word(name).pattern for name in takes))
    pieces = when.split("'")
    pieces[::2] = [pattern.sub(lambda found: given[found[0]], piece) for piece in pieces[::2]]
    return "'".join(pieces)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.$]){re.escape(name)}(?![\w.(])")
