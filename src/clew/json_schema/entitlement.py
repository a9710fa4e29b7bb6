"""The schema of shared entitlements, from the table their reader checks by."""

from __future__ import annotations

from clew.json_schema.parts import Schema, closed, document
from clew.rules.entitlements import ENTITLEMENT


def entitlement_schema() -> Schema:
    """A file ``rules/entitlements/<name>.yml``."""
    return document("A shared entitlement of Clew", "共用资格条件", closed(ENTITLEMENT, "entitlement", {}), {})
