"""Checking many rules at once: processes share them, and say what one process would say."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from clew.checking.answer import Answer
from clew.checking.parts import Parts
from clew.plan import Type

MANY = 100
"""Fewer rules are checked sooner than processes begin."""
SHARE = 10
"""How many rules a process takes at a time: rules differ, and the last one taken should not be waited for."""


def check_rules(parts: Parts, due: Mapping[str, str], workers: int) -> dict[str, Answer]:
    """The answers for rules by name, in the order of ``due``: name -> digest of its file.

    Processes are copies of this one with all that it has read, which only Linux makes safely; elsewhere, and for few
    rules, this process does it all.
    """
    if len(due) < MANY or workers < 2 or sys.platform != "linux":
        return {name: parts.rule(own, name) for name, own in due.items()}
    parts.read_shared()
    with ProcessPoolExecutor(workers, get_context("fork"), _begin, (parts,)) as pool:
        found = dict(zip(due, pool.map(_check, due, due.values(), chunksize=SHARE), strict=True))
    parts.facts.update({name: facts for name, (_, facts) in found.items() if facts is not None})
    return {name: answer for name, (answer, _) in found.items()}


_OWN: list[Parts] = []
"""The parts of the process that checks."""


def _begin(parts: Parts) -> None:
    _OWN.append(parts)


def _check(name: str, own: str) -> tuple[Answer, Mapping[str, Type] | None]:
    """The answer for one rule, and the facts of its clues where it compiles."""
    parts = _OWN[-1]
    answer = parts.rule(own, name)
    parts.let_go(name)
    return answer, parts.facts.get(name)
