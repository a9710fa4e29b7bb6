"""One random program, drawn by its number: what became of it in the checker, the oracle and the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from clew.engine import PlanError
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import check_compiles, compile_rule
from tests.oracle.comparing import differences
from tests.oracle.drawn_rule import rule
from tests.oracle.drawn_world import AS_OF, world
from tests.oracle.pairing import StoppedError
from tests.oracle.whole_rule import WholeRule, answer
from tests.oracle.world import World
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

WORLDS = 2
"""How many random tables each program is run on."""


class Outcome(StrEnum):
    REFUSED = "refused by the checker"
    STOPPED = "stopped by both"
    EMPTY = "no clue, and both agree"
    AGREED = "with clues, and both agree"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Program:
    """``outcomes``: one for each world; of a refused program one. ``differences`` are lines for people."""

    written: str
    outcomes: tuple[Outcome, ...]
    differences: tuple[str, ...] = ()


def run(seed: int) -> Program:
    """The program of a number, on its worlds."""
    random = Random(seed)  # noqa: S311 - nothing is kept secret by it
    drawn = rule(random)
    parsed = rule_of(drawn.written)
    plan = compile_rule(parsed, VERBS, Problems(), as_of=AS_OF)
    if plan is None:  # as a sum of rows that a join repeats; then the check says so
        if check_compiles(parsed, VERBS, Problems(), as_of=AS_OF) is None:
            return Program(drawn.written, (Outcome.REFUSED,))
        return Program(drawn.written, (Outcome.DIFFERS,), ("refused, and no word of it",))
    answered = [_answered(drawn, world(random), plan) for _ in range(WORLDS)]
    lines = tuple(line for _, told in answered for line in told)
    return Program(drawn.written, tuple(outcome for outcome, _ in answered), lines)


def _answered(drawn: WholeRule, data: World, plan: Plan) -> tuple[Outcome, list[str]]:
    engine = data.engine()
    try:
        wanted = answer(drawn, data)
    except StoppedError as reason:
        try:
            engine.run(plan)
        except PlanError:
            return Outcome.STOPPED, []
        return Outcome.DIFFERS, [f"expected to stop: {reason}"]
    try:
        told = list(differences(drawn, wanted, engine.run(plan)))
    except PlanError as stopped:
        told = [f"stopped: {stopped}"]
    return Outcome.DIFFERS if told else Outcome.AGREED if wanted.clues else Outcome.EMPTY, told
