"""The schema of shared exclusions, from the table their reader checks by."""

from __future__ import annotations

from clew.json_schema.parts import Schema, closed, document, words
from clew.rules import exclusions


def exclusion_schema() -> Schema:
    """A file ``rules/exclusions/<name>.yml``."""
    root = closed(exclusions.EXCLUSION, "exclusion", {"cause": words(exclusions.CAUSES)})
    return document("A shared exclusion of Clew", "共用排除", root, {})
