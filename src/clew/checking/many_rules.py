"""Checking many rules at once: processes share them, and say what one process would say."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context

from clew.checking.answer import Answer
from clew.checking.beside import leave_interrupts
from clew.checking.parts import Parts
from clew.plan import Type

MANY = 100
"""Fewer rules are checked sooner than processes begin."""
SHARE = 10
"""How many rules a process takes at a time: rules differ, and nobody should wait long for the last share."""

BETWEEN_COLLECTIONS = 500_000
"""New objects after which a process looks for what can be freed: a rule leaves some hundred, for the parts of an
expression link to one another. Most processes end before."""


def check_rules(parts: Parts, due: Mapping[str, str], workers: int) -> dict[str, Answer]:
    """The answers for rules by name, in the order of ``due``: name -> digest of its file.

    Processes are copies of this one with all that it has read, which only Linux makes safely; elsewhere, for few rules,
    and where one of them is killed (for its memory, perhaps), this process does it all.
    """
    if len(due) < MANY or workers < 2 or sys.platform != "linux":
        return _alone(parts, due)
    parts.read_shared()
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (parts,))
    try:
        every = tuple(due.items())
        answers = pool.map(_check, [every[at : at + SHARE] for at in range(0, len(every), SHARE)])
        found = dict(zip(due, chain.from_iterable(answers), strict=True))
    except BrokenProcessPool:
        return _alone(parts, due)
    finally:
        pool.shutdown(cancel_futures=True)
    parts.facts.update({name: facts for name, (_, facts) in found.items() if facts is not None})
    return {name: answer for name, (answer, _) in found.items()}


def _alone(parts: Parts, due: Mapping[str, str]) -> dict[str, Answer]:
    return {name: parts.rule(own, name) for name, own in due.items()}


_OWN: list[Parts] = []
"""The parts of the process that checks."""


def _begin(parts: Parts) -> None:
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS)
    leave_interrupts()
    _OWN.append(parts)


def _check(share: Sequence[tuple[str, str]]) -> list[tuple[Answer, Mapping[str, Type] | None]]:
    """The answers for some rules, and for each the facts of its clues where it compiles."""
    parts = _OWN[-1]
    found = []
    for name, own in share:
        answer = parts.rule(own, name)
        parts.let_go(name)
        found.append((answer, parts.facts.get(name)))
    return found
