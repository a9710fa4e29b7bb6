"""Whole rules of several steps on random tables: the engine answers what the documents say, row by row."""

from __future__ import annotations

import pytest

from tests.oracle.program import run

FOUND = (2134,)
"""Where the two once differed: a branch without rows still says which columns the branches share."""


@pytest.mark.parametrize("seed", [*range(20), *FOUND])
def test_the_engine_answers_as_the_oracle_does(seed: int) -> None:
    """Thousands more: ``python -m tests.oracle FIRST AFTER``, worth its time where a verb or the engine changes."""
    program = run(seed)
    assert program.differences == (), program.written
