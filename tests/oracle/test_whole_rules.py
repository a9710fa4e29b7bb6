"""Whole rules of several steps on random tables: the engine answers what the documents say, row by row."""

from __future__ import annotations

from random import Random

import pytest

from clew.engine import PlanError
from clew.problems import Problems
from clew.rules.compile import check_compiles, compile_rule
from tests.oracle.comparing import differences
from tests.oracle.drawn_rule import rule
from tests.oracle.drawn_world import AS_OF, world
from tests.oracle.pairing import StoppedError
from tests.oracle.whole_rule import answer
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of


@pytest.mark.parametrize("seed", range(20))
def test_the_engine_answers_as_the_oracle_does(seed: int) -> None:
    """Any other seeds will do; a run of thousands is worth its time where a verb or the engine changes."""
    random = Random(seed)  # noqa: S311 - nothing is kept secret by it
    drawn = rule(random)
    parsed = rule_of(drawn.written)
    plan = compile_rule(parsed, VERBS, Problems(), as_of=AS_OF)
    if plan is None:  # as a sum of rows that a join repeats; then the check says so
        assert check_compiles(parsed, VERBS, Problems(), as_of=AS_OF) is None
        return
    for data in (world(random), world(random)):
        engine = data.engine()
        try:
            wanted = answer(drawn, data)
        except StoppedError:
            with pytest.raises(PlanError):
                engine.run(plan)
        else:
            assert list(differences(drawn, wanted, engine.run(plan))) == [], drawn.written
