"""The schema of law files, from the tables their reader checks by."""

from __future__ import annotations

from clew.json_schema.parts import Schema, closed, document, each, every
from clew.rules import laws


def law_schema() -> Schema:
    """A file ``rules/laws/<instrument>.yml``."""
    period = closed(laws.PERIOD, "article")
    root = closed(laws.LAW, "law", {"articles": each({"anyOf": [period, every(period)]})})
    return document("A legal instrument of Clew", "法律文件", root, {})
