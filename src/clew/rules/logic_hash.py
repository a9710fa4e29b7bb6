"""What a rule decides, as one hash.

The hash covers what the author decided: parameters, datasets, steps and clue, as parsed. Layout, titles, reasons,
messages, dates and tests are left out, and so is everything derived.
"""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

from clew.rules.grammar import normal_form
from clew.rules.lock import Entry
from clew.rules.model import ClueSpec, Parameter, Rule, Step
from clew.yaml_file import Node

_UNHASHED_OPTIONS = ("reason", "reason_zh", "basis")
_VERBATIM = ("pattern",)
"""Keys whose text is no expression: every blank of it counts."""


def entry_of(rule: Rule) -> Entry:
    """What the lock says, or is to say, of a rule."""
    node = rule.node.get("version")
    return Entry(rule.id, rule.version, logic_hash(rule), rule.place, node.place if node else rule.place)


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
