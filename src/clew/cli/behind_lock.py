"""Rules that the lock does not know yet, told to a person as one: else a folder without a lock warns of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clew.problems import Problem

_CODE = "E804"
_EACH = 3
"""Up to so many are told one by one."""


def told_once(found: Sequence[Problem]) -> list[Problem]:
    """The problems, with all warnings that the lock is behind as the first of them, where there are many.

    For reading alone: a program gets each at its own place.
    """
    behind = sorted(one for one in found if one.code == _CODE)
    if len(behind) <= _EACH:
        return list(found)
    some = ", ".join(f"'{one.place.path}'" for one in behind[:_EACH])
    said = f"the lock is behind for {len(behind)} rules: {some} and {len(behind) - _EACH} more"
    return [*(one for one in found if one.code != _CODE), replace(behind[0], message=said)]
