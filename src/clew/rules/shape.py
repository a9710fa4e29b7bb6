"""Which keys a piece of YAML may hold and what kind of value each takes, checked by table (E101 to E103, E113).

No JSON Schema is used: a reader of messages must learn which key of which thing is wrong, and its nearest known
spelling, never that "no branch of oneOf matched".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum

from clew.curly_quotes import inside, straight
from clew.problems import Problems, certainly_meant, did_you_mean
from clew.yaml_file import Node

VERBS = (
    "from",
    "where",
    "derive",
    "latest",
    "join",
    "exists",
    "not_exists",
    "not_followed_by",
    "sequence",
    "overlap",
    "union",
    "aggregate",
    "peer",
    "link",
    "match",
    "extract",
    "exclude",
)
"""The seventeen verbs of the format; the first key of a step is its verb."""


class Is(Enum):
    """The kinds of value, each with its words for messages."""

    TEXT = "text"
    SCALAR = "one value"
    WHOLE = "a whole number"
    NUMBER = "a number"
    DATE = "a date like 2026-06-30"
    FLAG = "true or false"
    MAPPING = "keys with values, indented below it"
    LIST = "a list, each entry after '- '"
    TEXTS = "a list of texts, each after '- '"
    ANY = "a value"


@dataclass(frozen=True)
class Key:
    """One allowed key: the kind of its value, and whether it must be there."""

    kind: Is
    required: bool = True


@dataclass(frozen=True)
class Entries:
    """The usable entries of a checked mapping; ``complete`` when every required key is there and of its kind."""

    node: Node
    found: Mapping[str, Node]
    complete: bool

    def __getitem__(self, key: str) -> Node:
        return self.found[key]

    def get(self, key: str) -> Node | None:
        """The value under a key, None when absent or of a wrong kind."""
        return self.found.get(key)

    def text(self, key: str, default: str = "") -> str:
        """The text under a key."""
        node = self.found.get(key)
        return default if node is None else node.text

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list under a key."""
        node = self.found.get(key)
        return tuple(entry.text for entry in node.entries()) if node else ()


def entries_of(node: Node, keys: Mapping[str, Key], what: str, problems: Problems) -> Entries:
    """Check a mapping against its table. ``what`` names it in messages: 'a parameter', 'clue.subject'.

    E101 unknown key, E102 missing key, E103 value of a wrong kind, E113 curly quotes around a text. A missing key
    whose misspelling is already reported is not reported again.
    """
    if not node.is_mapping:
        problems.error(node.place, "E103", f"{what} must be {Is.MAPPING.value}")
        return Entries(node, {}, False)
    unknown = [key for key, _ in node.items() if key not in keys]
    absent = [key for key in keys if node.get(key) is None]
    slips = {key: key.partition(" ")[0] for key in unknown}
    for key in unknown:
        near = did_you_mean(key, absent) if get_close_matches(key, absent, n=1) else did_you_mean(key, keys)
        missed = slips[key] in keys and slips[key] != key
        meant = certainly_meant(key, keys)
        alone = meant is not None and [certainly_meant(other, keys) for other in unknown].count(meant) == 1
        problems.error(
            node.key_place(key),
            "E101",
            f"unknown key '{key}' in {what}",
            f"a colon is missing after '{slips[key]}'" if missed else near,
            node.renamed(key, meant if alone else None),
        )
    complete = True
    for key, rule in keys.items():
        if rule.required and key in absent:
            complete = False
            if key not in slips.values() and not get_close_matches(key, unknown, n=1, cutoff=0.6):
                problems.error(node.place, "E102", f"{what} has no '{key}'", f"add '{key}:' with {rule.kind.value}")
    found = {}
    for key, value in node.items():
        if key in keys:
            if of_kind(value, keys[key].kind):
                found[key] = value
                _quoted(key, value, keys[key].kind, problems)
            else:
                complete = complete and not keys[key].required
                _wrong_kind(key, value, keys[key].kind, problems)
    return Entries(node, found, complete)


def of_kind(node: Node, kind: Is) -> bool:
    """Whether a value is of a kind. Empty text is of none; booleans are not numbers."""
    value = node.value
    match kind:
        case Is.TEXT:
            return isinstance(value, str) and bool(value.strip())
        case Is.SCALAR:
            return node.is_scalar and value is not None and bool(node.text.strip())
        case Is.WHOLE:
            return isinstance(value, int) and not isinstance(value, bool)
        case Is.NUMBER:
            return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        case Is.DATE:
            return isinstance(value, date)
        case Is.FLAG:
            return isinstance(value, bool)
        case Is.MAPPING:
            return node.is_mapping
        case Is.LIST:
            return node.is_list
        case Is.TEXTS:
            return node.is_list and all(of_kind(entry, Is.SCALAR) for entry in node.entries())
        case Is.ANY:
            return value is not None


def one_of(node: Node, words: Iterable[str], what: str, problems: Problems) -> bool:
    """Whether a text is in a closed list of words (E104 with the nearest one)."""
    known = tuple(words)
    if node.text in known and node.is_scalar:
        return True
    problems.error(
        node.place,
        "E104",
        f"{what} '{node.text}' is not known",
        did_you_mean(node.text, known),
        node.respelt(certainly_meant(node.text, known)),
    )
    return False


def chosen(node: Node | None, words: Sequence[str], default: str = "") -> str:
    """The word an author chose; ``default`` where there is none, or one outside the list (its E104 is noted)."""
    return node.text if node is not None and node.text in words else default


def _quoted(key: str, value: Node, kind: Is, problems: Problems) -> None:
    """E113 for texts in quotes that YAML does not know: people would read them. In straight quotes they are meant."""
    for node in value.entries() if kind is Is.TEXTS else [value] if kind is Is.TEXT else []:
        body = inside(node.text) if node.lead == 0 else None
        if body is not None:
            right = straight(body)
            problems.error(
                node.place,
                "E113",
                f"'{key}' stands in curly quotes, which would be part of its text",
                f"write {right}; to keep them, put straight quotes outside",
                node.respelt(right),
            )


def _wrong_kind(key: str, value: Node, kind: Is, problems: Problems) -> None:
    if value.value is None or (value.is_scalar and not value.text.strip()):
        message = f"'{key}' is empty: it must be {kind.value}"
    elif value.is_scalar:
        message = f"'{key}' must be {kind.value}, and '{value.text[:60]}' is not"
    else:
        message = f"'{key}' must be {kind.value}, and it is {'a list' if value.is_list else 'a group of keys'}"
    help = ""
    if kind is Is.TEXT and value.is_scalar and value.value is not None and value.text:
        help = "put it in quotes to make it text"
    if kind is Is.TEXT and value.is_mapping:
        help = "text that holds ': ' or starts with { must stand in quotes"
    plain = kind is Is.TEXT and value.is_scalar and value.value is not None and value.lead == 0
    problems.error(value.place, "E103", message, help, value.respelt(f'"{value.text}"' if plain else None))
