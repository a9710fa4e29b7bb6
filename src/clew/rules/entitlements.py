"""Who is entitled: conditions that both directions of a question read, each written once under ``rules/entitlements/``.

The rule that finds who is not paid asks ``severely_disabled(certificate.level, $severe_level)``; the rule that finds
who is paid too much asks ``not severely_disabled(...)``. A call may stand wherever a condition may, and is written out
before anything else reads the rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clew.problems import Place, Problems, certainly_meant
from clew.rules.functions import FUNCTIONS
from clew.rules.shape import Is, Key, entries_of
from clew.rules.shared_condition import check_name, check_takes, filled, read_folder, values_of
from clew.yaml_file import Node

ENTITLEMENT = {
    "entitlement": Key(Is.TEXT),
    "title": Key(Is.TEXT),
    "title_zh": Key(Is.TEXT),
    "takes": Key(Is.TEXTS),
    "when": Key(Is.TEXT),
    "basis": Key(Is.TEXT),
}

CALL = re.compile(r"(?<![\w.$])(?P<name>[a-z][a-z0-9_]*)\s*\((?:(?P<given>[^()']*)(?P<closed>\)))?")
NO_CONDITION = ("reason", "reason_zh", "basis", "patterns")
"""Keys of a step whose text is for people, or a pattern."""


@dataclass(frozen=True)
class Entitlement:
    """One condition. ``takes`` are the words of ``when`` that a call puts its values for, in their order."""

    name: str
    title: str
    title_zh: str
    takes: tuple[str, ...]
    when: str
    basis: str
    place: Place


Entitlements = Mapping[str, Entitlement]


def read_entitlements(folder: Path, problems: Problems, shown: str) -> dict[str, Entitlement]:
    """Every ``<name>.yml`` of the folder; none where there is no folder.

    E101 to E103 for its keys, E108 where the name is not the file's, E208 for a name that is a function's or a word
    taken and never used.
    """
    return read_folder(folder, shown, parse_entitlement, problems)


def parse_entitlement(node: Node, stem: str, problems: Problems) -> Entitlement | None:
    """Build one from its YAML; ``stem`` is the file's name. None where a needed key is missing."""
    top = entries_of(node, ENTITLEMENT, "the entitlement", problems)
    if not top.complete:
        return None
    check_name(top["entitlement"], stem, "entitlement", problems)
    check_takes(top["takes"], top.text("when"), problems)
    return Entitlement(
        top.text("entitlement"), top.text("title"), top.text("title_zh"), top.texts("takes"),
        " ".join(top.text("when").split()), top.text("basis"), node.place,
    )  # fmt: skip


def with_entitlements(rule: Node, entitlements: Entitlements, problems: Problems) -> Node:
    """The rule with every call in its steps and in the strength of its clue replaced by the condition, in brackets
    where more stands beside it. E208 for a name misspelt, E209 for values that are too many, too few, or no columns and
    parameters.
    """
    if not isinstance(rule.value, dict):
        return rule
    entries = dict(rule.value)
    if "steps" in entries:
        entries["steps"] = _walked(entries["steps"], entitlements, problems)
    clue = entries.get("clue")
    strength = clue.get("strength") if clue else None
    if clue is not None and isinstance(clue.value, dict) and strength is not None:
        bands = _walked(strength, entitlements, problems)
        entries["clue"] = clue.with_value({**clue.value, "strength": bands})
    return rule.with_value(entries)


def _walked(node: Node, entitlements: Entitlements, problems: Problems) -> Node:
    if isinstance(node.value, list):
        return node.with_value([_walked(entry, entitlements, problems) for entry in node.value])
    if isinstance(node.value, dict):
        walked = {
            key: value if key in NO_CONDITION else _walked(value, entitlements, problems)
            for key, value in node.value.items()
        }
        return node.with_value(walked)
    return _written(node, entitlements, problems) if isinstance(node.value, str) else node


def _written(node: Node, entitlements: Entitlements, problems: Problems) -> Node:
    """A scalar with its calls written out; ``false`` where one of them is at fault, so that nothing follows from it."""
    if "(" not in node.text:
        return node
    pieces = node.text.split("'")
    sound = True

    def condition(call: re.Match[str]) -> str:
        nonlocal sound
        shared = entitlements.get(call["name"])
        if shared is None:
            meant = None if call["name"] in FUNCTIONS else certainly_meant(call["name"], entitlements)
            if meant is not None:
                sound = False
                help = f"did you mean '{meant}'?"
                problems.error(node.place, "E208", f"there is no shared entitlement '{call['name']}'", help)
            return call[0]
        values = values_of(call["given"], shared.takes) if call["closed"] else None
        if values is None:
            sound = False
            takes = f"'{shared.name}' takes {len(shared.takes)} columns or parameters"
            help = f"write: {shared.name}({', '.join(shared.takes)})"
            problems.error(node.place, "E209", f"{takes}, and '{node.text}' does not give them", help)
            return call[0]
        whole = filled(shared.when, shared.takes, values)
        return whole if call[0] == node.text.strip() else f"({whole})"

    pieces[::2] = [CALL.sub(condition, piece) for piece in pieces[::2]]
    text = "'".join(pieces) if sound else "false"
    return node if text == node.text else Node(text, node.place, text=text)
