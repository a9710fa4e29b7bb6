"""The lock: a hash of each rule's logic and the version it stands under, so that no rule changes unseen.

The hash covers what the author decided: parameters, datasets, steps and clue, as parsed. Layout, titles, reasons,
messages, dates and tests are left out, and so is everything derived.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from clew.problems import Place, Problems
from clew.rules.grammar import normal_form
from clew.rules.model import ClueSpec, Parameter, Rule, Step
from clew.yaml_file import Node

_UNHASHED_OPTIONS = ("reason", "reason_zh", "basis")
_VERBATIM = ("pattern",)
"""Keys whose text is no expression: every blank of it counts."""


@dataclass(frozen=True)
class Locked:
    """What the lock says of one rule."""

    version: int
    logic_hash: str


def logic_hash(rule: Rule) -> str:
    """SHA-256, in hex, of what the rule decides."""
    logic = {
        "parameters": {name: _parameter(parameter) for name, parameter in rule.parameters.items()},
        "datasets": {alias: dataset.value for alias, dataset in rule.datasets.items()},
        "steps": [_step(step) for step in rule.steps],
        "clue": _clue(rule.clue),
    }
    text = json.dumps(logic, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def read_lock(path: Path, problems: Problems, shown: str | None = None) -> dict[str, Locked]:
    """The lock file; empty when there is none. A file that is no lock is noted as E801."""
    if not path.exists():
        return {}
    place = Place(shown or str(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(rule): Locked(int(entry["version"]), str(entry["logic_hash"])) for rule, entry in content.items()}
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError):
        problems.error(place, "E801", "this is no lock file", "restore it from version control, or write it anew")
        return {}


def write_lock(path: Path, rules: Iterable[Rule]) -> None:
    """Write the lock, whole or not at all."""
    content = {
        rule.id: {"version": rule.version, "logic_hash": logic_hash(rule)}
        for rule in sorted(rules, key=lambda rule: rule.id)
    }
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(content, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def check_lock(rules: Iterable[Rule], locked: Mapping[str, Locked], problems: Problems) -> None:
    """E802: logic changed under an old version; E803: version lowered; E804 (a warning): the lock is behind."""
    for rule in rules:
        entry = locked.get(rule.id)
        if entry is None:
            problems.warn(rule.place, "E804", f"'{rule.id}' is not in the lock yet", "write the lock")
        elif rule.version < entry.version:
            problems.error(
                _version_place(rule),
                "E803",
                f"version {rule.version} is lower than the locked version {entry.version}",
                "a version only rises",
            )
        elif logic_hash(rule) == entry.logic_hash:
            continue
        elif rule.version == entry.version:
            problems.error(
                _version_place(rule),
                "E802",
                f"the logic of '{rule.id}' changed, and its version is still {rule.version}",
                f"write 'version: {rule.version + 1}', and test the models that use it",
            )
        else:
            problems.warn(
                _version_place(rule), "E804", f"the lock holds version {entry.version} of '{rule.id}'", "write the lock"
            )


def _version_place(rule: Rule) -> Place:
    node = rule.node.get("version")
    return node.place if node else rule.place


def _parameter(parameter: Parameter) -> dict[str, Any]:
    quantity = parameter.quantity
    return {
        "value": _number(quantity.value),
        "unit": quantity.unit,
        "counting": quantity.counting,
        "rounding": quantity.rounding,
        "start": quantity.start,
        "range": [_number(end) for end in parameter.range] if parameter.range else None,
    }


def _step(step: Step) -> dict[str, Any]:
    options = {key: _plain(node) for key, node in step.options.items() if key not in _UNHASHED_OPTIONS}
    return {"verb": step.verb, "subject": _plain(step.subject), "options": options}


def _clue(clue: ClueSpec) -> dict[str, Any]:
    texts = {
        "subject": clue.subject,
        "episode": clue.episode,
        "happened_on": clue.happened_on,
        "amount": clue.amount,
        "name": clue.subject_name,
    }
    return {
        "type": clue.subject_type,
        **{key: normal_form(text.value) if text else None for key, text in texts.items()},
        "strength": [
            [normal_form(band.when.value) if band.when else None, _number(band.strength)] for band in clue.strength
        ],
        "evidence": [
            [item.show.value if item.show else None, item.rows.value if item.rows else None, item.limit]
            for item in clue.evidence
        ],
    }


def _plain(node: Node) -> Any:
    if node.is_mapping:
        return {
            key: value.text if key in _VERBATIM else _plain(value)
            for key, value in node.items()
            if key not in _UNHASHED_OPTIONS
        }
    if node.is_list:
        return [_plain(entry) for entry in node.entries()]
    if isinstance(node.value, (int, Decimal)) and not isinstance(node.value, bool):
        return _number(node.value)
    return normal_form(node.text)


def _number(value: int | Decimal) -> str:
    """A number by its value: 0.50 and 0.5 are the same decision."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
