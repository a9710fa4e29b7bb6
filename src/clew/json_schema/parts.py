"""The pieces schemas are built of: kinds of value, closed lists of words, groups of keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clew.json_schema.help import explained
from clew.rules.shape import Is, Key

Schema = dict[str, Any]

SCALAR: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
NAME: Schema = {"pattern": "^[a-z][a-z0-9_]*$"}
_KINDS: Mapping[Is, Schema] = {
    Is.TEXT: {"type": "string", "minLength": 1},
    Is.SCALAR: SCALAR,
    Is.WHOLE: {"type": "integer"},
    Is.NUMBER: {"type": "number"},
    Is.DATE: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    Is.FLAG: {"type": "boolean"},
    Is.MAPPING: {"type": "object"},
    Is.LIST: {"type": "array"},
    Is.TEXTS: {"type": "array", "items": SCALAR},
    Is.ANY: {},
}


def kind(of: Is) -> Schema:
    """The schema of a kind of value."""
    return dict(_KINDS[of])


def words(known: Iterable[str], helps: Mapping[str, str] | None = None) -> Schema:
    """A closed list of words; ``helps`` says something of each."""
    listed = list(known)
    return {"enum": listed} | ({"markdownEnumDescriptions": [helps[word] for word in listed]} if helps else {})


def closed(keys: Mapping[str, Key], group: str, values: Mapping[str, Schema] | None = None) -> Schema:
    """Keys by a reader's table, and none besides. ``values`` says more of some; ``group`` is theirs in the help."""
    known = values or {}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, rule in keys.items() if rule.required],
        "properties": {key: explained(known.get(key) or kind(rule.kind), group, key) for key, rule in keys.items()},
    }


def each(value: Schema, names: Schema | None = None) -> Schema:
    """A value under every name an author gives."""
    return {"type": "object", "additionalProperties": value} | ({"propertyNames": names} if names else {})


def every(entry: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": entry, "minItems": 1}


def document(title: str, title_zh: str, root: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A whole schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{title} {title_zh}",
        **root,
        "$defs": dict(definitions),
    }
