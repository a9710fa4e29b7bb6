"""The conditions of the official schema are decided as its own validator decides them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from clew.contracts.schema_keys import holds

SCHEMAS = files("datacontract") / "schemas"
WORDS = ("string", "date", "integer", "map", "custom", "kafka", "sql", "library", "nothing known", 1, None, ["string"])
INSTANCES: list[Any] = [
    *({key: word} for key in ("type", "logicalType", "metric") for word in WORDS),
    *({"type": kind, "metric": metric} for kind in WORDS for metric in ("count", 1)),
    *({}, [], "string", None),
]


@pytest.mark.parametrize("version", ["3.0.2", "3.1.0", "3.2.0"])
def test_every_condition_is_decided_as_by_the_library(version: str) -> None:
    schema = json.loads((SCHEMAS / f"odcs-{version}.schema.json").read_text(encoding="utf-8"))
    validator = Draft201909Validator(schema)
    asked = list(conditions(schema))
    assert len(asked) > 20
    for condition in asked:
        own = Draft201909Validator(condition)
        for instance in INSTANCES:
            assert holds(condition, instance, validator) == own.is_valid(instance), (condition, instance)


def conditions(schema: Any) -> Iterator[Any]:
    """Every ``if`` of a schema, however deep."""
    if isinstance(schema, dict):
        if "if" in schema:
            yield schema["if"]
        for part in schema.values():
            yield from conditions(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from conditions(part)
