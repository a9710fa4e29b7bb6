"""The chance of a clue and the money it makes one expect: the sums of the documentation, and what always holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.scoring.chance import EVEN, chance, expected

COUNTS = st.integers(0, 5_000)
SHARES = st.decimals("0.01", "0.99", places=4)
SUMS = st.decimals("0", "100000000", places=2)


@pytest.mark.parametrize(
    ("right", "wrong", "prior", "mean"),
    [
        (0, 0, "0.5", "0.5000"),
        (8, 2, "0.5", "0.7500"),  # (8 + 1) / (10 + 2)
        (6, 18, "0.5", "0.2692"),  # (6 + 1) / (24 + 2)
        (18, 2, "0.2692", "0.8427"),  # (18 + 0.5384) / (20 + 2): the example of docs/models.md
        (0, 10, "0.2692", "0.0449"),
    ],
)
def test_sums_on_paper(right: int, wrong: int, prior: str, mean: str) -> None:
    assert chance(right, wrong, Decimal(prior)).mean == Decimal(mean)


def test_the_bounds_are_those_of_the_tables() -> None:
    """Beta(1, 1) is uniform; Beta(9, 3) has its quantiles in every table of the distribution."""
    assert (chance(0, 0).low, chance(0, 0).high) == (pytest.approx(0.025), pytest.approx(0.975))
    assert (chance(8, 2).low, chance(8, 2).high) == (pytest.approx(0.4822, abs=5e-4), pytest.approx(0.9398, abs=5e-4))


@given(COUNTS, COUNTS, SHARES)
def test_the_mean_lies_between_the_bounds_and_moves_with_the_answers(right: int, wrong: int, prior: Decimal) -> None:
    found = chance(right, wrong, prior)
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.mean <= 1
    assert found.answers == right + wrong
    assert chance(right + 1, wrong, prior).mean >= found.mean >= chance(right, wrong + 1, prior).mean


@given(right=st.integers(0, 500), wrong=st.integers(0, 500))
def test_more_answers_of_the_same_kind_make_it_surer(right: int, wrong: int) -> None:
    few, many = chance(right, wrong), chance(right * 4, wrong * 4)
    assert many.high - many.low <= few.high - few.low


@given(SUMS, SUMS, st.decimals("0.0100", "1", places=4))
def test_it_never_saturates(one: Decimal, other: Decimal, mean: Decimal) -> None:
    """A score ends at 100; of two sums that are a hundred yuan apart the larger is always worth more."""
    assert expected(one + other + 100, mean) > expected(one, mean)


def test_nonsense_is_refused() -> None:
    for right, wrong, prior in ((-1, 0, EVEN), (0, -1, EVEN), (0, 0, Decimal(0)), (0, 0, Decimal(1))):
        with pytest.raises(ValueError, match="no chance"):
            chance(right, wrong, prior)
