"""The schema of a step: one form for each verb, from the verbs' own tables."""

from __future__ import annotations

from collections.abc import Mapping

from clew.json_schema.help import explained
from clew.json_schema.parts import EXPRESSION, NAME, SCALAR, Schema, each, every, words
from clew.quantities import UNITS
from clew.rules.verbs import VERBS
from clew.rules.verbs.shape import LISTS
from clew.rules.verbs.verb import Shape, Verb

STEP: Schema = {"$ref": "#/$defs/step"}


def step() -> Schema:
    """Any step. The first key is its verb, which a schema cannot say: ``clew check`` does."""
    return {"anyOf": [*(_form(verb) for verb in VERBS.values()), _shared(VERBS["exclude"])]}


def _shared(exclude: Verb) -> Schema:
    """``exclude`` by a shared exclusion, which brings its own reason."""
    form = _form(exclude)
    call = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*\([^()]*\)$"}
    return {
        **form,
        "title": "exclude, by a shared exclusion 引用共用排除",
        "required": [exclude.name],
        "properties": {**form["properties"], exclude.name: explained(call, "verb", exclude.name)},
    }


def _form(verb: Verb) -> Schema:
    properties = {verb.name: explained(_subject(verb), "verb", verb.name)}
    properties |= {name: explained(_value(name, verb), "option", name) for name in verb.options}
    return {
        "title": f"{verb.name} {verb.zh}",
        "type": "object",
        "additionalProperties": False,
        "required": [verb.name, *(name for name, needed in verb.options.items() if needed)],
        "properties": properties,
    }


def _subject(verb: Verb) -> Schema:
    if verb.shape is Shape.ALIAS:
        return {"type": "string", **NAME}
    if verb.shape is Shape.EXPRESSION:
        return EXPRESSION
    return _keys(verb.inner, verb) | ({"additionalProperties": EXPRESSION} if verb.free else {})


def _keys(keys: Mapping[str, bool], verb: Verb) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, needed in keys.items() if needed],
        "properties": {name: explained(_value(name, verb), "option", name) for name in keys},
    }


def _value(name: str, verb: Verb) -> Schema:
    """What may stand under an option, as the check of a step's shape reads the verb's table."""
    if name in verb.choices:
        return words(verb.choices[name])
    if name in verb.mapped:
        return _keys(verb.mapped[name], verb)
    if name in verb.each:
        return each(_keys(verb.each[name], verb))
    if name in verb.listed:
        return every(_keys(verb.listed[name], verb))
    if name in verb.words:
        return each(each(SCALAR))
    if name in verb.conditions:
        return each(EXPRESSION)
    if name == "branches":
        return each(every(STEP))
    if name == "unit":
        return words(UNITS)
    return {"anyOf": [EXPRESSION, every(EXPRESSION)]} if name in LISTS else EXPRESSION
