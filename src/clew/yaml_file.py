"""YAML whose every value and key knows its line and column.

Scalars follow YAML 1.2's core schema, and stricter: ``no`` and ``012`` stay text, so codes keep their zeros.
Duplicate keys, anchors' merge keys and tabs are refused with a sentence, not a parser's trace.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.tag import Tag

from clew.curly_quotes import inside, straight
from clew.problems import Edit, Place, Problems
from clew.yaml_slips import colons, mends

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]{1,2})?")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

MAX_NUMBER = 40
"""Longest number, in characters; anything longer stays text, and is refused where a number is wanted."""
MAX_DEPTH = 100
"""Deepest nesting of one file."""
_BRACKET = re.compile(r"[\[\]{}]")
_INDENTED = re.compile(rf"^[ \t]*([-?:][ \t]+){{{MAX_DEPTH}}}|^[ \t]{{{4 * MAX_DEPTH}}}")
_UNTAGGED = Tag()
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMERIC = "+-0123456789"
"""How a number or a date begins."""
MAX_NODES = 50_000
"""Most values in one file, aliases written out: nine lines of aliases could otherwise stand for a billion."""

NO_KEYS: Mapping[str, Place] = {}
Scalar = str | int | Decimal | bool | date | None


@dataclass(slots=True)
class Node:
    """A YAML value with its place: a scalar, a list of nodes, or a mapping of text to nodes.

    ``keys`` holds the place of each key of a mapping; ``text`` is a scalar as the author wrote it. ``lead`` is how
    many characters stand between ``place`` and the scalar's first character when its text is one unbroken piece of
    one line (0 plain, 1 quoted), None otherwise: a word's column can be told only where it is known. Nothing changes a
    node; as of a place, there are too many to freeze them.
    """

    value: Final[Scalar | list[Node] | dict[str, Node]]
    place: Final[Place]
    keys: Final[Mapping[str, Place]] = field(default_factory=dict)
    text: Final[str] = ""
    lead: Final[int | None] = None

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.value, list)

    @property
    def is_scalar(self) -> bool:
        """Whether this is one plain value."""
        return not self.is_mapping and not self.is_list

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping; nothing for anything else."""
        return iter(self.value.items()) if isinstance(self.value, dict) else iter(())

    def entries(self) -> list[Node]:
        """The elements of a list; nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def at(self, offset: int) -> Place | None:
        """Where the scalar's character at ``offset`` stands; None when its text is broken over lines or escaped."""
        if self.lead is None:
            return None
        return replace(self.place, column=self.place.column + self.lead + offset)

    def respelt(self, word: str | None) -> tuple[Edit, ...]:
        """The edit that makes this scalar another word; none without a word, or where its place cannot be told."""
        start = self.at(0)
        return (Edit(start, self.text, word),) if word and start else ()

    def renamed(self, key: str, word: str | None) -> tuple[Edit, ...]:
        """The edit that makes a key of this mapping another word, unless it has that one already."""
        return (Edit(self.key_place(key), key, word),) if word and self.get(word) is None else ()

    def with_value(self, value: list[Node] | dict[str, Node]) -> Node:
        """The same with other entries."""
        return Node(value, self.place, self.keys, self.text, self.lead)

    def key_place(self, key: str) -> Place:
        """Where a key stands, or the mapping's own place."""
        return self.keys.get(key, self.place)

    def plain(self) -> Any:
        """The same value without places, as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class _Composer(CParser):  # type: ignore[misc]
    """Leaves every scalar a plain text: its kind is decided below, and guessing it twice takes half the time."""

    def resolve(self, _kind: Any, _value: Any, _implicit: Any) -> Tag:
        """The tag of a node whose author gave it none."""
        return _UNTAGGED

    descend_resolver = operator.is_
    ascend_resolver = tuple
    """Nothing is resolved by its path: these two, called for every node, do nothing, and in C."""


def read_yaml(path: Path, problems: Problems, shown: str | None = None) -> Node | None:
    """Read one YAML document; None when it cannot be read (the problem is noted: E001, E002 or E003).

    ``shown`` is the path as it should appear in messages (default: ``path`` as given).
    """
    name = shown or str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.error(Place(name), "E003", f"the file cannot be read: {error.strerror}")
        return None
    return decode_yaml(content, name, problems)


def decode_yaml(content: bytes, name: str, problems: Problems) -> Node | None:
    """Read YAML from the bytes of a file; ``name`` is the path shown in messages."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        problems.error(
            Place(name),
            "E003",
            f"the file is not UTF-8 text (byte {error.start})",
            "save it as UTF-8 in the editor",
        )
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return parse_yaml(text, name, problems)


def parse_yaml(text: str, name: str, problems: Problems) -> Node | None:
    """Read YAML from text; ``name`` is the path shown in messages."""
    if _too_deep(text):
        problems.error(Place(name), "E001", "this YAML is nested too deeply or too large", "flatten or split the file")
        return None
    try:
        root = _Composer(text).get_single_node()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        wide = colons(text, name, _value)
        for edit in wide:
            problems.error(edit.place, "E001", "the colon after a key is a full-width '：'", "write ': '", [edit])
        if wide:
            return None
        edits = mends(text, name, _value)
        problems.error(
            place, "E001", f"this is not valid YAML: {error.problem or error.context}", _hint(text, place), edits
        )
        return None
    except (YAMLError, ValueError) as error:
        problems.error(
            Place(name),
            "E001",
            f"this is not valid YAML: {' '.join(str(error).split())}",
            "remove control characters and save the file as UTF-8",
        )
        return None
    except RecursionError:
        problems.error(Place(name), "E001", "this YAML is nested too deeply", "flatten the file")
        return None
    if root is None:
        problems.error(Place(name), "E003", "the file is empty")
        return None
    try:
        return _Conversion(name, problems).node(root)
    except OverflowError:
        problems.error(Place(name), "E001", "this YAML is nested too deeply or too large", "flatten or split the file")
        return None


def _value(text: str) -> Any:
    """The plain value of a text; None when it is no YAML."""
    try:
        return YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError):
        return None


def _too_deep(text: str) -> bool:
    """Whether brackets or indentation nest past MAX_DEPTH. The C parser recurses without a check: it would crash."""
    lines = text.split("\n")
    if max(map(len, lines)) >= 2 * MAX_DEPTH and any(map(_INDENTED.match, lines)):
        return True
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        if depth > MAX_DEPTH:
            return True
    return False


class _Conversion:
    """One file's nodes, with places."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.name = name
        self.problems = problems
        self.left = MAX_NODES
        self.open: set[int] = set()
        """The lists and mappings that the next node stands inside."""

    def node(self, node: Any) -> Node:
        """A parsed node as ours. Raises OverflowError past the limits."""
        self.left -= 1
        if self.left < 0 or len(self.open) > MAX_DEPTH:
            raise OverflowError
        start = node.start_mark
        place = Place(self.name, start.line + 1, start.column + 1)
        if node.ctag is not _UNTAGGED and str(node.tag).rpartition(":")[2] not in ("str", "seq", "map"):
            self.problems.error(
                place, "E001", f"the tag '{node.tag}' is not allowed", "leave out the word that starts with !"
            )
            return Node(None, place)
        if type(node) is ScalarNode:
            text = node.value
            return Node(text if node.style else _scalar(text), place, NO_KEYS, text, _lead(node))
        own = id(node)
        if own in self.open:
            self.problems.error(place, "E001", "an alias that contains itself is not allowed", "write the value out")
            return Node(None, place)
        self.open.add(own)
        if type(node) is SequenceNode:
            found = Node([self.node(child) for child in node.value], place)
        else:
            found = self.mapping(node, place)
        self.open.discard(own)
        return found

    def mapping(self, node: MappingNode, place: Place) -> Node:
        """A mapping with each key once."""
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for key_node, value_node in self.whole(node):
            at = self.place(key_node)
            if type(key_node) is not ScalarNode or key_node.value == "<<":
                self.problems.error(at, "E001", "a key must be a plain word", "write the entries out")
                continue
            key = key_node.value
            if key in values:
                first = keys[key].line
                self.problems.error(
                    at, "E002", f"the key '{key}' stands twice; the first is on line {first}", "keep one of them"
                )
                continue
            values[key] = self.node(value_node)
            keys[key] = at
        return Node(values, place, keys)

    def whole(self, node: MappingNode) -> list[tuple[Any, Any]]:
        """The entries of a mapping; in a ``{ }`` a value that its own commas tore apart is put together (E001)."""
        entries: list[tuple[Any, Any]] = node.value
        if not node.flow_style or all(value.value for _, value in entries):
            return entries
        found: list[tuple[Any, Any]] = []
        torn: set[int] = set()
        for key, value in entries:
            before = found[-1][1] if found else ScalarNode(None, "", None, None, style="'")
            if _is_piece(before, key, value):
                torn.add(len(found) - 1)
                gap = key.start_mark.column - before.end_mark.column - 1
                text = f"{before.value},{' ' * gap}{key.value}"
                joined = ScalarNode(before.ctag, text, before.start_mark, key.end_mark, style=before.style)
                found[-1] = (found[-1][0], joined)
            else:
                found.append((key, value))
        for index in sorted(torn):
            value = found[index][1]
            exact = _lead(value) == 0 and not {'"', "\\"} & set(value.value)
            place = self.place(value)
            self.problems.error(
                place,
                "E001",
                f"inside {{ }} a comma splits entries, and '{value.value[:60]}' holds one",
                "put text that holds a comma in quotes",
                [Edit(place, value.value, straight(inside(value.value) or value.value))] if exact else (),
            )
        return found

    def place(self, node: Any) -> Place:
        """Where a parsed node begins."""
        mark = node.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1)


def _scalar(text: str) -> Scalar:
    """What a plain text stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if len(text) <= MAX_NUMBER and _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= MAX_NUMBER and _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _is_piece(before: Any, key: Any, value: Any) -> bool:
    """Whether a key without a value is the rest of the plain text before it: no word, or it closes a bracket."""
    plain = isinstance(before, ScalarNode) and isinstance(key, ScalarNode) and not before.style and not key.style
    if not plain or not isinstance(value, ScalarNode) or value.value or value.start_mark.index != key.end_mark.index:
        return False  # "key:" has its value, an empty one, behind the colon
    return before.value.count("(") > before.value.count(")") or not _WORD.fullmatch(key.value)


def _lead(node: ScalarNode) -> int | None:
    start, end = node.start_mark, node.end_mark
    if start.line != end.line or node.style in ("|", ">"):
        return None
    lead = 1 if node.style else 0
    return lead if end.column - start.column == len(node.value) + 2 * lead else None


def _hint(text: str, place: Place) -> str:
    lines = text.splitlines()
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    before = lines[place.line - 2] if 1 < place.line <= len(lines) + 1 else ""
    if "\t" in line or "\t" in before:
        return "indent with spaces, not tabs"
    if line[place.column - 1 :][:1] == ":" and ("{" in line or "[" in line):
        return "put a blank behind the colon, or quotes around text that holds one"
    if "{" in line or "{" in before:
        return "inside { } a comma splits entries: put text that holds a comma in quotes"
    if ": " in line.split(": ", 1)[-1]:
        return "put text that holds a colon in quotes"
    return "check the indentation of this line and the one above it"
