"""Checking many rules at once: processes share them, and say what one process would say."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from multiprocessing import get_context

from clew.checking.answer import Answer
from clew.checking.parts import Parts
from clew.plan import Type

MANY = 100
"""Fewer rules are checked sooner than processes begin."""
SHARES = 4
"""How many shares of the rules each core is given: rules differ, and nobody should wait long for the last share."""


def check_rules(parts: Parts, due: Mapping[str, str], workers: int) -> dict[str, Answer]:
    """The answers for rules by name, in the order of ``due``: name -> digest of its file.

    A process takes one share of the rules and is gone with all that it made, so that nothing must be looked for to be
    freed: that takes a fifth of the time. Processes are copies of this one with all that it has read, which only Linux
    makes safely; elsewhere, and for few rules, this process does it all.
    """
    if len(due) < MANY or sys.platform != "linux":
        return {name: parts.rule(own, name) for name, own in due.items()}
    parts.read_shared()
    share = -(-len(due) // (workers * SHARES))
    with get_context("fork").Pool(workers, _begin, (parts,), maxtasksperchild=1) as pool:
        found = dict(zip(due, pool.imap(_check, due.items(), chunksize=share), strict=True))
    parts.facts.update({name: facts for name, (_, facts) in found.items() if facts is not None})
    return {name: answer for name, (answer, _) in found.items()}


_OWN: list[Parts] = []
"""The parts of the process that checks."""


def _begin(parts: Parts) -> None:
    gc.disable()
    _OWN.append(parts)


def _check(rule: tuple[str, str]) -> tuple[Answer, Mapping[str, Type] | None]:
    """The answer for one rule, and the facts of its clues where it compiles."""
    name, own = rule
    parts = _OWN[-1]
    answer = parts.rule(own, name)
    parts.let_go(name)
    return answer, parts.facts.get(name)
