"""The Wilson interval: published values, and what must hold of every share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.scoring.interval import wilson


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_known_values(hits: int, cases: int, low: float, high: float) -> None:
    """Worked by hand from the formula; 8 of 10 is the example of many textbooks."""
    assert wilson(hits, cases) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


@given(cases=st.integers(1, 10_000), part=st.floats(0, 1))
def test_it_holds_the_share_and_narrows_with_more_cases(cases: int, part: float) -> None:
    hits = round(cases * part)
    low, high = wilson(hits, cases)
    assert 0 <= low <= hits / cases <= high <= 1
    wide = wilson(hits * 4, cases * 4)
    assert wide[1] - wide[0] < high - low
    assert wilson(cases - hits, cases) == (pytest.approx(1 - high), pytest.approx(1 - low))


def test_no_case_says_nothing_and_no_share_is_refused() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="is no share"):
        wilson(3, 2)
