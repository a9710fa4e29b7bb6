"""Words for what is wrong with a node of a contract."""

from __future__ import annotations

from jsonschema.exceptions import ValidationError

from clew.yaml_file import Node

TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of keys",
    "null": "empty",
}
"""The schema's types, as an author would say them."""


def name_of(error: ValidationError) -> str:
    """The key an error is about."""
    words: list[str] = [step for step in error.absolute_path if isinstance(step, str)]
    return words[-1] if words else "the contract"


def sentence(error: ValidationError, node: Node, name: str) -> str:
    """What an error says of the node, where nothing more is known of it."""
    value = error.validator_value
    match error.validator:
        case "not":
            keys = [str(key) for key in value.get("required", [])] if isinstance(value, dict) else []
            return f"'{keys[0]}' does not belong here" if keys else f"'{name}' is not allowed here"
        case "pattern":
            return f"'{shown(node)}' does not have the form of '{name}'"
        case "format":
            return f"'{shown(node)}' is not a valid {value}"
        case "minItems":
            return f"'{name}' needs at least {value} entries"
        case "maxItems":
            return f"'{name}' takes at most {value} entries"
        case "uniqueItems":
            return f"'{name}' holds the same entry twice"
        case "minimum" | "exclusiveMinimum":
            return f"'{name}' must be {'at least' if error.validator == 'minimum' else 'more than'} {value}"
        case _:
            return f"'{name}' breaks the ODCS rule '{error.validator}'"


def described(error: ValidationError) -> str:
    """What the schema says the thing is; '' where it does not."""
    for schema in (error.schema, error.validator_value):
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            return str(schema["description"])
    return ""


def said_of(error: ValidationError, key: str) -> str:
    """What the schema says a key of the node is."""
    entry = error.schema.get("properties", {}).get(key, {}) if isinstance(error.schema, dict) else {}
    said = entry.get("description", "") if isinstance(entry, dict) else ""
    return f"{key}: {said}" if said else ""


def owner_of(error: ValidationError) -> str:
    """The block in which an error lies."""
    path = list(error.absolute_path)
    if not path:
        return "the contract"
    if isinstance(path[-1], int):
        return f"entry {path[-1] + 1} of '{name_of(error)}'"
    return f"'{path[-1]}'"


def kind_of(node: Node) -> str:
    """What a node is: a block, a list, or its text."""
    if node.is_mapping:
        return "a block of keys"
    if node.is_list:
        return "a list"
    return f"'{shown(node)}'" if isinstance(node.value, str) else f"the {_scalar_kind(node)} {shown(node)}"


def _scalar_kind(node: Node) -> str:
    if isinstance(node.value, bool):
        return "truth value"
    return "empty value" if node.value is None else "number"


def shown(node: Node) -> str:
    """A node as it is quoted, cut where it is long."""
    text = node.text if node.is_scalar else kind_of(node)
    return text if len(text) <= 60 else f"{text[:57]}..."
