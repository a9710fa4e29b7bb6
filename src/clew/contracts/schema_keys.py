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
    if "if" in schema and (instance is None or validator.evolve(schema=schema["if"]).is_valid(instance)):
        yield from known_keys(schema.get("then"), instance, validator)


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
