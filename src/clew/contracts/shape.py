"""The shape of a JSON value: what an object, array, map or vector column must hold, as DuckDB SQL.

Such columns are kept as JSON text. The shape is checked down to the last level; a path with ``[*]`` asks all elements
of a list at once, so no row is taken apart in Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clew.contracts.literal import text_literal

_INTEGERS = ("UBIGINT", "BIGINT", "HUGEINT")
_JSON = {
    "string": ("VARCHAR",),
    "date": ("VARCHAR",),
    "timestamp": ("VARCHAR",),
    "time": ("VARCHAR",),
    "integer": _INTEGERS,
    "number": (*_INTEGERS, "DOUBLE"),
    "boolean": ("BOOLEAN",),
    "object": ("OBJECT",),
    "map": ("OBJECT",),
    "array": ("ARRAY",),
    "vector": ("ARRAY",),
}
_EVERY = ("VARCHAR", *_INTEGERS, "DOUBLE", "BOOLEAN", "OBJECT", "ARRAY")


@dataclass(frozen=True)
class Shape:
    """``logical``: an ODCS logicalType, '' where it is not said. ``fields`` are those of an object; ``items`` the
    elements of an array or vector, or the values of a map; ``least`` and ``most`` count them."""

    logical: str
    required: bool = False
    fields: tuple[tuple[str, Shape], ...] = ()
    items: Shape | None = None
    least: int | None = None
    most: int | None = None
    distinct: bool = False


def shape_violated(value: str, shape: Shape) -> str:
    """SQL: there is a text and it is not JSON of that shape.

    The functions are given NULL in the place of malformed text, for the engine may work them out before any CASE.
    """
    sound = f"case when json_valid({value}) then {value} end"
    tests = "".join(f" or coalesce({test}, false)" for test in _tests(sound, shape, "$", many=False))
    return f"{value} is not null and (not json_valid({value}){tests})"


def _tests(value: str, shape: Shape, path: str, *, many: bool) -> Iterator[str]:
    """SQL tests, each true when something at ``path`` is wrong; ``many``: the path names a list of values."""
    at = text_literal(path)
    kind = f"json_type({value}, {at})"
    if shape.logical in _JSON:
        allowed = _JSON[shape.logical]
        wrong = [name for name in _EVERY if name not in allowed] + (["NULL"] if path == "$" or shape.required else [])
        listed = ", ".join(map(text_literal, wrong))
        yield f"list_has_any({kind}, [{listed}])" if many else f"{kind} in ({listed})"
    if not many:
        yield from _counted(value, shape, at)
    inner = "$" if path == "$" else path
    for name, field in shape.fields:
        below = f"{inner}.{_key(name)}"
        if field.required:
            here, there = f"json_type({value}, {text_literal(below)})", kind
            yield f"len({here}) < len({there})" if many else f"{here} is null"
        yield from _tests(value, field, below, many=many)
    if shape.items is not None:
        step = ".*" if shape.logical == "map" else "[*]"
        yield from _tests(value, shape.items, f"{inner}{step}", many=True)


def _counted(value: str, shape: Shape, at: str) -> Iterator[str]:
    keyed = shape.logical in ("object", "map")
    count = f"len(json_keys({value}, {at}))" if keyed else f"json_array_length({value}, {at})"
    if shape.least:
        yield f"{count} < {shape.least}"
    if shape.most is not None:
        yield f"{count} > {shape.most}"
    if shape.distinct:
        elements = f"json_extract({value}, {text_literal(at[1:-1] + '[*]')})"
        yield f"len(list_distinct({elements})) < len({elements})"


def _key(name: str) -> str:
    """A step of a JSON path; a name with a quotation mark cannot be one, so nothing is asked of it."""
    return '"' + name.replace('"', "") + '"'
