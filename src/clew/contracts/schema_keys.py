"""Which keys a JSON schema knows for an object, followed through references, combinations and conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft201909Validator


def known_keys(schema: Any, instance: Any, validator: Draft201909Validator) -> Iterator[str]:
    """The keys a schema knows for this instance; for None, the keys it knows under any condition."""
    if not isinstance(schema, dict):
        return
    yield from schema.get("properties", {})
    if "$ref" in schema:
        yield from known_keys(resolved(schema["$ref"], validator.schema), instance, validator)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, []):
            yield from known_keys(part, instance, validator)
    if "if" in schema and (instance is None or holds(schema["if"], instance, validator)):
        yield from known_keys(schema.get("then"), instance, validator)


def holds(condition: Any, instance: Any, validator: Draft201909Validator) -> bool:
    """Whether an ``if`` of a schema holds. One that compares keys with words is decided here: the official schema asks
    dozens of them of each column and server, and a validator for each took a third of reading all contracts.
    """
    if not isinstance(condition, dict) or not isinstance(instance, dict):
        return bool(validator.evolve(schema=condition).is_valid(instance))
    if condition.keys() == {"anyOf"}:
        return any(holds(part, instance, validator) for part in condition["anyOf"])
    words = {
        key: part.get("const") for key, part in condition.get("properties", {}).items() if part.keys() == {"const"}
    }
    decided = condition.keys() <= {"properties", "required"} and len(words) == len(condition.get("properties", {}))
    if not decided or not all(isinstance(word, str) for word in words.values()):
        return bool(validator.evolve(schema=condition).is_valid(instance))
    return all(key in instance for key in condition.get("required", [])) and all(
        instance[key] == word for key, word in words.items() if key in instance
    )


def key_schemas(schema: Any, key: str, validator: Draft201909Validator) -> Iterator[dict[str, Any]]:
    """Every schema a key may have, whatever the conditions."""
    if not isinstance(schema, dict):
        return
    if key in schema.get("properties", {}):
        yield schema["properties"][key]
    if "$ref" in schema:
        yield from key_schemas(resolved(schema["$ref"], validator.schema), key, validator)
    for part in [*schema.get("allOf", []), schema.get("then")]:
        yield from key_schemas(part, key, validator)


def switch_values(schema: Any) -> list[str]:
    """The values of ``type`` on which a schema makes its keys depend, as servers do."""
    conditions = [part.get("if", {}) for part in schema.get("allOf", []) if isinstance(part, dict)]
    found = [condition.get("properties", {}).get("type", {}).get("const") for condition in conditions]
    return [kind for kind in found if isinstance(kind, str)] if "type" in schema.get("required", []) else []


def resolved(reference: str, schema: Any) -> Any:
    """The schema a local ``$ref`` points to."""
    for step in reference.removeprefix("#/").split("/"):
        schema = schema[step]
    return schema
