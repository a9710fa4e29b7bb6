"""Properties of the nested logical types: what their JSON text must hold."""

from __future__ import annotations

from clew.contracts.bounds import option_of
from clew.contracts.logical_type import NESTED, read_form
from clew.contracts.reading import Reading
from clew.contracts.shape import Shape
from clew.contracts.vocabulary import text_of
from clew.yaml_file import Node

_UNCHECKED = ("quality", "relationships", "enum", "unique", "logicalTypeOptions")


def read_shape(node: Node, problems: Reading) -> Shape:
    """The shape of a property of type object, array, map or vector; what is not checked inside it is said (C013)."""
    logical = text_of(node.get("logicalType")) or _logical(node)
    required = (flag := node.get("required")) is not None and flag.value is True
    if logical == "vector":
        size = _number(node, "dimensions")
        return Shape(logical, required, items=Shape("number", required=True), least=size, most=size)
    if logical == "map":
        inner = node.get("map")
        value = inner.get("value") if inner else None
        return Shape(logical, required, items=_inner(value, problems) if value else None)
    if logical == "array":
        items, distinct = node.get("items"), option_of(node, "uniqueItems")
        return Shape(
            logical, required, items=_inner(items, problems) if items else None,
            least=_number(node, "minItems"), most=_number(node, "maxItems"),
            distinct=distinct is not None and distinct.value is True,
        )  # fmt: skip
    if logical == "object":
        return Shape(
            logical, required, fields=_fields(node, problems),
            least=_number(node, "minProperties"), most=_number(node, "maxProperties"),
        )  # fmt: skip
    return Shape(logical, required)


def _fields(node: Node, problems: Reading) -> tuple[tuple[str, Shape], ...]:
    listed, wanted = node.get("properties"), option_of(node, "required")
    needed = [entry.text for entry in wanted.entries()] if wanted else []
    fields = {text_of(entry.get("name")): _inner(entry, problems) for entry in (listed.entries() if listed else [])}
    for name in needed:
        held = fields.get(name, Shape(""))
        fields[name] = Shape(
            held.logical, True, held.fields, held.items, held.least, held.most, held.distinct
        )  # fmt: skip
    return tuple(fields.items())


def _inner(node: Node, problems: Reading) -> Shape:
    for key in _UNCHECKED:
        part = node.get(key)
        nested = key == "logicalTypeOptions" and text_of(node.get("logicalType")) in NESTED
        if part is not None and part.value not in (False, [], {}) and not nested:
            problems.warn(
                node.key_place(key), "C013", f"'{key}' inside a nested column is not checked: only its shape is",
                "deliver the value as a column of its own, named by its path in physicalName",
            )  # fmt: skip
    if text_of(node.get("logicalType")):
        read_form(node, problems)  # for what it says about a physicalType that does not fit
    return read_shape(node, problems)


def _logical(node: Node) -> str:
    """The type of an element that has none of its own; what can be anything is not checked."""
    if not text_of(node.get("physicalType")):
        return ""
    form = read_form(node, Reading(open=True))
    return form.logical if form is not None else ""


def _number(node: Node, option: str) -> int | None:
    found = option_of(node, option)
    return found.value if found is not None and isinstance(found.value, int) else None
