"""Why a row was set aside, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.check import RowCheck, TableCheck
from clew.delivery.words import OTHER_REASONS

Checks = Mapping[str, RowCheck | TableCheck]
"""A contract's checks by name."""


def in_both(reason: str, checks: Checks) -> str:
    """A kept reason in plain Chinese, then in English."""
    name, _, zh = reason.partition(":")
    check = checks.get(name)
    english = check.reason_en if check else OTHER_REASONS.get(name, "the record could not be read as agreed")
    return " / ".join(dict.fromkeys((zh.strip(), english)))
