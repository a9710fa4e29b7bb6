"""The schema of model files, from the tables their reader checks by."""

from __future__ import annotations

from clew.clues.lifecycle import DISPOSITIONS
from clew.clues.suppression import UNTIL_SOURCE_CHANGES
from clew.json_schema.names import Names
from clew.json_schema.parts import SCALAR, Schema, closed, document, each, every, kind, words
from clew.json_schema.rule import DURATIONS, legal_bases
from clew.quantities import DURATION_UNITS
from clew.rules.shape import Is
from clew.scoring.method import Method
from clew.supervision import bounds, parse, parse_scoring
from clew.supervision.model import Amount, Status


def model_schema(names: Names) -> Schema:
    """A file ``models/<model>/model.yml``."""
    duration = closed(bounds.DURATION, "duration", {"unit": words(DURATION_UNITS), **DURATIONS})
    term = {"anyOf": [{"const": UNTIL_SOURCE_CHANGES}, duration]}
    rule = words(names.rules, names.rules) if names.rules else kind(Is.TEXT)
    use = closed(parse.USE, "use", {
        "use": rule,
        "points": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
        "weight": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "with": each(kind(Is.NUMBER)),
    })  # fmt: skip
    root = closed(parse.MODEL, "model", {
        "status": words(Status),
        "line": words(parse.LINES),
        "legal_basis": legal_bases(names),
        "rules": every(use),
        "merge": words(("subject",)),
        "amount": words(Amount),
        "scoring": _scoring(),
        "routing": _routing(duration),
        "suppress_after": {"type": "object", "properties": dict.fromkeys(DISPOSITIONS, term),
                           "additionalProperties": False},
        "freshness": each(duration),
        "limits": closed(parse.LIMITS, "limits", {"clues_per_run": closed(parse.CLUES_PER_RUN, "clues_per_run")}),
        "promote_when": closed(parse.PROMOTION, "promotion", {"precision": each(kind(Is.NUMBER))}),
        "dispositions": every(words(DISPOSITIONS)),
    })  # fmt: skip
    return document("A supervision model of Clew", "监督模型", root, {})


def _scoring() -> Schema:
    factor = closed(parse_scoring.FACTOR, "factor", {"when": SCALAR})
    return closed(parse_scoring.SCORING, "scoring", {
        "method": words(Method),
        "cap": {"type": "integer", "minimum": 0, "maximum": 100},
        "factors": {"type": "array", "items": factor},
        "factors_apply": words(("first", "all")),
        "bands": each({"type": "integer", "minimum": 0, "maximum": 100}),
    })  # fmt: skip


def _routing(due: Schema) -> Schema:
    route = closed(parse_scoring.ROUTE, "route", {"when": SCALAR, "due": due})
    last = closed(parse_scoring.OTHERWISE, "route", {"due": due})
    return {"type": "array", "items": {"anyOf": [route, last]}}
