"""The schema of law files, from the tables their reader checks by."""

from __future__ import annotations

from clew.json_schema.parts import Schema, closed, document, each, every, words
from clew.json_schema.rule import DURATIONS
from clew.quantities import DURATION_UNITS
from clew.rules import parse_laws


def law_schema() -> Schema:
    """A file ``rules/laws/<instrument>.yml``."""
    term = closed(parse_laws.TERM, "duration", {"unit": words(DURATION_UNITS), **DURATIONS})
    period = closed(parse_laws.PERIOD, "article", {"limitation": {"anyOf": [term, each(term)]}})
    root = closed(parse_laws.LAW, "law", {"articles": each({"anyOf": [period, every(period)]})})
    return document("A legal instrument of Clew", "法律文件", root, {})
