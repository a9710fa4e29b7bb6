"""The schemas of rule files and of tests, from the tables their readers check by."""

from __future__ import annotations

from collections.abc import Mapping

from clew.json_schema.names import Names
from clew.json_schema.parts import EXPRESSION, NAME, SCALAR, Schema, closed, document, each, every, kind, words
from clew.json_schema.steps import STEP, step
from clew.quantities import UNITS, Rounding
from clew.rules import limitation, parse, parse_clue, parse_parameters, parse_trials
from clew.rules.functions import FUNCTIONS
from clew.rules.shape import Is

DURATIONS = {"rounding": words(Rounding), "counting": words(("calendar", "working")),
             "start": words(("next_day", "same_day"))}  # fmt: skip
ARTICLE: Schema = {"type": ["string", "number"]}
"""An article that is not in the project's laws; no truth value, which an editor would offer."""


def rule_schema(names: Names) -> Schema:
    """A file ``rules/<domain>/<question>.yml``."""
    dataset = words(names.datasets, names.datasets) if names.datasets else kind(Is.TEXT)
    root = closed(parse.RULE, "rule", {
        "rule": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"},
        "version": {"type": "integer", "minimum": 1},
        "status": words(parse.STATUSES),
        "tags": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$"}},
        "legal_basis": legal_bases(names),
        "limitation": every(closed(limitation.LIMITATION, "limitation", law_word(names))),
        "titles_zh": each(kind(Is.TEXT)),
        "parameters": each(_parameter(), NAME),
        "datasets": each(dataset, NAME),
        "steps": every(STEP),
        "clue": _clue(),
        "tests": every({"$ref": "#/$defs/trial"}),
    })  # fmt: skip
    definitions = {"step": step(), "trial": trial(), "expression": expression(names)}
    return document("A rule of Clew", "规则", root, definitions)


def tests_schema(names: Names) -> Schema:
    """A file ``models/<model>/tests.yml``; its tables are named by dataset."""
    given = each(kind(Is.TEXT), {"enum": list(names.datasets)} if names.datasets else NAME)
    return document("Tests of a model of Clew", "模型测试", every(trial(given)), {})


def expression(names: Names) -> Schema:
    """One line over columns. Column names are offered and not demanded: aliases are the author's own."""
    listed = ", ".join(f"`{function.signature}`" for function in FUNCTIONS.values())
    value = dict(SCALAR)
    if names.columns:
        value = {"anyOf": [words(names.columns, names.columns), SCALAR]}
    return {
        **value,
        "markdownDescription": f"列、$参数、运算与函数 / columns, $parameters, signs and functions:\n\n{listed}",
    }


def legal_bases(names: Names) -> Schema:
    """The articles relied on; with a project's laws, each with its articles."""
    entry = closed(parse.LEGAL_BASIS, "legal_basis", law_word(names))
    if names.articles:
        entry["allOf"] = [
            {
                "if": {"properties": {"law": {"const": law}}, "required": ["law"]},
                "then": {"properties": {"article": {"anyOf": [{"enum": list(articles)}, ARTICLE]}}},
            }
            for law, articles in names.articles.items()
        ]
    return every(entry)


def law_word(names: Names) -> Mapping[str, Schema]:
    """The key that names a law: one of the project's, where they are known."""
    return {"law": words(names.laws, names.laws)} if names.laws else {}


def trial(given: Schema | None = None) -> Schema:
    """A given/expect test."""
    clue = {"type": "object", "required": ["subject"], "additionalProperties": {"type": [*SCALAR["type"], "null"]}}
    return closed(parse_trials.TRIAL, "trial", {
        "given": given or each(kind(Is.TEXT), NAME),
        "expect": {"anyOf": [{"const": "none"}, every(clue)]},
        "watermark": each(kind(Is.DATE)),
        "coverage": each({"type": "array", "items": closed(parse_trials.PERIOD, "coverage")}),
        "with": each(kind(Is.NUMBER)),
    })  # fmt: skip


def _parameter() -> Schema:
    return closed(parse_parameters.PARAMETER, "parameter", {
        "unit": words(UNITS),
        "range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "source": words(parse_parameters.SOURCES),
        **DURATIONS,
    })  # fmt: skip


def _clue() -> Schema:
    strength = {"type": "number", "minimum": 0, "maximum": 1}
    band = closed(parse_clue.BAND, "strength", {"when": EXPRESSION, "is": strength})
    last = closed(parse_clue.LAST_BAND, "strength", {"otherwise": strength})
    shown = closed(parse_clue.SHOW, "evidence", {"show": EXPRESSION})
    listed = closed(parse_clue.ROWS, "evidence", {"limit": {"type": "integer", "minimum": 1}})
    label = {"anyOf": [SCALAR, closed(parse_clue.LABEL, "label")]}
    return closed(parse_clue.CLUE, "clue", {
        "subject": closed(parse_clue.SUBJECT, "subject", {"id": EXPRESSION, "name": EXPRESSION}),
        **dict.fromkeys(("episode", "happened_on", "amount"), EXPRESSION),
        "labels": each(each(label)),
        "strength": {"type": "array", "items": {"anyOf": [band, last]}},
        "evidence": {"type": "array", "items": {"anyOf": [shown, listed]}},
    })  # fmt: skip
