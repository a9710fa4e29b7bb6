"""One JSON schema error as one sentence at the node that causes it.

jsonschema reports what the schema's structure says; an author needs the root cause. Alternatives (anyOf, oneOf)
are resolved to the branch the author meant, an unknown key hides the missing key it misspells, and the cascades
of ``unevaluatedProperties`` (every key of an object one of whose parts is wrong) are recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError

from clew.problems import Problems, did_you_mean
from clew.yaml_file import Node

_CODE = "C001"
_TYPES = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
          "array": "a list", "object": "a block of keys", "null": "empty"}
_CLOSED = ("unevaluatedProperties", "additionalProperties")


def explain(error: ValidationError, root: Node, validator: Draft201909Validator, problems: Problems) -> None:
    """Note the root cause of a schema error, or nothing when another error already is that cause."""
    error = _meant(error)
    parents, node = _walk(root, list(error.absolute_path))
    name = _name(error)
    if _wants_logical_type(error, parents, problems):
        return
    if error.validator in _CLOSED:
        _unknown_keys(error, node, validator, problems)
    elif error.validator == "required":
        _missing_keys(error, node, validator, problems)
    elif error.validator == "type":
        _wrong_type(error, node, name, problems)
    elif error.validator in ("enum", "const"):
        allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
        options = [str(option) for option in allowed]
        problems.error(node.place, _CODE, f"'{_shown(node)}' is not a value of '{name}'",
                       did_you_mean(_shown(node), options))
    else:
        problems.error(node.place, _CODE, _sentence(error, node, name), _help(error))


def _meant(error: ValidationError) -> ValidationError:
    """Descend into the alternative that fits best: the one whose errors lie deepest, not a mere wrong type."""
    while error.validator in ("anyOf", "oneOf") and error.context:
        branches: dict[int, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(int(inner.schema_path[0]), []).append(inner)
        fits = [inner for inner in branches.values()
                if not any(_is_shape(one, error) or one.validator == "required" for one in inner)]
        if len(fits) != 1:
            return error
        error = max(fits[0], key=lambda one: len(one.absolute_path))
    return error


def _is_shape(inner: ValidationError, outer: ValidationError) -> bool:
    return inner.validator == "type" and len(inner.absolute_path) == len(outer.absolute_path)


def _walk(root: Node, path: list[Any]) -> tuple[list[Node], Node]:
    parents: list[Node] = []
    node = root
    for step in path:
        parents.append(node)
        child = node.entries()[step] if isinstance(step, int) else node.get(str(step))
        if child is None:
            break
        node = child
    return parents, node


def _name(error: ValidationError) -> str:
    words: list[str] = [step for step in error.absolute_path if isinstance(step, str)]
    return words[-1] if words else "the contract"


def _wants_logical_type(error: ValidationError, parents: list[Node], problems: Problems) -> bool:
    """The schema applies every type's options to a property without a type: say that instead."""
    path = list(error.absolute_path)
    if "logicalTypeOptions" not in path:
        return False
    owner = parents[path.index("logicalTypeOptions")] if len(parents) > path.index("logicalTypeOptions") else None
    if owner is None or owner.get("logicalType") is not None:
        return False
    problems.error(owner.place, _CODE, "logicalTypeOptions needs a logicalType beside it",
                   "add logicalType: string, integer, number, boolean, date or timestamp")
    return True


def _unknown_keys(
    error: ValidationError, node: Node, validator: Draft201909Validator, problems: Problems
) -> None:
    known = set(_known(error.schema, error.instance, validator))
    elsewhere = set(_known(error.schema, None, validator))
    present = {key for key, _ in node.items()}
    kind = node.get("type") or node.get("logicalType")
    for key in present - known:
        if key in elsewhere and kind is not None:
            said = f"'{key}' is not a key of {_named(error)} when its type is '{_shown(kind)}'"
        else:
            said = f"'{key}' is not a key of {_named(error)}"
        problems.error(node.key_place(key), _CODE, said, did_you_mean(key, known - present))


def _known(schema: Any, instance: Any, validator: Draft201909Validator) -> Iterator[str]:
    """The keys a schema knows for this instance; for None, the keys it knows under any condition."""
    if not isinstance(schema, dict):
        return
    yield from schema.get("properties", {})
    if "$ref" in schema:
        yield from _known(_resolved(schema["$ref"], validator.schema), instance, validator)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, []):
            yield from _known(part, instance, validator)
    if "if" in schema and (instance is None or validator.evolve(schema=schema["if"]).is_valid(instance)):
        yield from _known(schema.get("then"), instance, validator)


def _resolved(reference: str, schema: Any) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        schema = schema[step]
    return schema


def _missing_keys(
    error: ValidationError, node: Node, validator: Draft201909Validator, problems: Problems
) -> None:
    missing = next((key for key in error.validator_value if f"'{key}' is a required" in error.message), "")
    present = [key for key, _ in node.items()]
    unknown = [key for key in present if key not in set(_known(error.schema, error.instance, validator))]
    if any(did_you_mean(key, [missing]).startswith("did you mean") for key in unknown):
        return  # the misspelled key is the root cause, and is reported on its own
    problems.error(node.place, _CODE, f"the key '{missing}' is missing from {_named(error)}", _describe(error, missing))


def _wrong_type(error: ValidationError, node: Node, name: str, problems: Problems) -> None:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    _say_type(node, name, [_TYPES.get(kind, kind) for kind in map(str, wanted)], problems)


def _say_type(node: Node, name: str, wanted: list[str], problems: Problems) -> None:
    words = " or ".join(wanted)
    if node.is_scalar and node.value is None:
        problems.error(node.place, _CODE, f"'{name}' is empty: it must be {words}",
                       "write a value, or remove the key")
    else:
        quotes = node.is_scalar and "text" in wanted
        problems.error(node.place, _CODE, f"'{name}' must be {words}, not {_kind(node)}",
                       f"write it in quotes: '{_shown(node)}'" if quotes else "")


def _sentence(error: ValidationError, node: Node, name: str) -> str:
    value = error.validator_value
    match error.validator:
        case "oneOf" | "anyOf":
            return _alternatives(error, node, name)
        case "not":
            keys = [str(key) for key in value.get("required", [])] if isinstance(value, dict) else []
            return f"'{keys[0]}' does not belong here" if keys else f"'{name}' is not allowed here"
        case "pattern":
            return f"'{_shown(node)}' does not have the form of '{name}'"
        case "format":
            return f"'{_shown(node)}' is not a valid {value}"
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


def _alternatives(error: ValidationError, node: Node, name: str) -> str:
    branches = error.validator_value
    required = [str(key) for branch in branches for key in branch.get("required", [])]
    if required and all(len(branch.get("required", [])) == 1 for branch in branches):
        present = [key for key in required if node.get(key) is not None]
        if len(present) > 1:
            return f"only one of {', '.join(present)} may stand in '{name}'"
        return f"'{name}' needs one of {', '.join(required)}"
    kinds = [_TYPES.get(str(branch["type"]), str(branch["type"])) for branch in branches if "type" in branch]
    if kinds and node.is_scalar and node.value is None:
        return f"'{name}' is empty: it must be {' or '.join(kinds)}"
    if kinds:
        return f"'{name}' must be {' or '.join(kinds)}, not {_kind(node)}"
    return f"'{_shown(node)}' does not have the form of '{name}'"


def _help(error: ValidationError) -> str:
    for schema in (error.schema, error.validator_value):
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            return str(schema["description"])
    return ""


def _describe(error: ValidationError, key: str) -> str:
    entry = error.schema.get("properties", {}).get(key, {}) if isinstance(error.schema, dict) else {}
    said = entry.get("description", "") if isinstance(entry, dict) else ""
    return f"{key}: {said}" if said else ""


def _named(error: ValidationError) -> str:
    path = list(error.absolute_path)
    if not path:
        return "the contract"
    if isinstance(path[-1], int):
        return f"entry {path[-1] + 1} of '{_name(error)}'"
    return f"'{path[-1]}'"


def _kind(node: Node) -> str:
    if node.is_mapping:
        return "a block of keys"
    if node.is_list:
        return "a list"
    return f"'{_shown(node)}'" if isinstance(node.value, str) else f"the {_scalar_kind(node)} {_shown(node)}"


def _scalar_kind(node: Node) -> str:
    if isinstance(node.value, bool):
        return "truth value"
    return "empty value" if node.value is None else "number"


def _shown(node: Node) -> str:
    text = node.text if node.is_scalar else ""
    return text if len(text) <= 60 else f"{text[:57]}..."
