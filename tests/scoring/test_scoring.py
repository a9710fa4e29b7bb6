"""The arithmetic of scores: the reference's worked sums, and what must hold for any numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.scoring.bands import NO_BAND, band_of
from clew.scoring.contribution import Contribution
from clew.scoring.method import METHODS, Method
from clew.scoring.noisy_or import noisy_or
from clew.scoring.points import points
from clew.scoring.strength import half_up, strength_of

D = Decimal


def part(weight: str, strength: str) -> Contribution:
    return Contribution(D(weight), D(strength))


def test_worked_points_sum_is_capped() -> None:
    score = points([part("60", "1.0"), part("30", "0.7")], [D(20)], 100)
    assert (score.value, score.results, score.factor_results) == (100, (D(60), D(21)), (D(20),))
    assert points([part("60", "1.0"), part("30", "0.7")], [D(20)], 1000).value == 101


def test_worked_noisy_or() -> None:
    assert noisy_or([part("0.7", "0.8")], [D("0.3")], 100).value == 69


def test_half_goes_up_and_not_to_even() -> None:
    assert [half_up(D(text)) for text in ("0.5", "1.5", "2.5", "2.4999")] == [1, 2, 3, 2]
    assert points([part("61", "0.5")], [], 100).value == 31


def test_a_strength_keeps_four_digits_and_its_range() -> None:
    assert strength_of(0.1) == D("0.1") and strength_of(D("0.33335")) == D("0.3334")
    with pytest.raises(ValueError, match="between 0 and 1"):
        strength_of(D("1.2"))


def test_bands_reach_their_threshold() -> None:
    bands = {"red": 80, "orange": 50, "yellow": 20}
    assert [band_of(score, bands) for score in (100, 80, 79, 50, 20, 19, 0)] == [
        "red",
        "red",
        "orange",
        "orange",
        "yellow",
        NO_BAND,
        NO_BAND,
    ]


strengths = st.decimals(0, 1, places=4)


def weights(method: Method) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, method.heaviest, places=4)


@st.composite
def scored(draw: st.DrawFn) -> tuple[Method, list[Contribution], list[Decimal], int]:
    method = draw(st.sampled_from(Method))
    parts = draw(st.lists(st.builds(Contribution, weights(method), strengths), max_size=6))
    return method, parts, draw(st.lists(weights(method), max_size=3)), draw(st.integers(1, 100))


@given(scored(), st.randoms())
def test_any_order_gives_the_same_score(
    case: tuple[Method, list[Contribution], list[Decimal], int],
    random: object,
) -> None:
    method, parts, factors, cap = case
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert METHODS[method](parts, factors, cap).value == METHODS[method](shuffled, factors[::-1], cap).value


@given(scored())
def test_a_score_is_bounded(case: tuple[Method, list[Contribution], list[Decimal], int]) -> None:
    method, parts, factors, cap = case
    score = METHODS[method](parts, factors, cap)
    assert 0 <= score.value <= cap
    assert len(score.results) == len(parts) and len(score.factor_results) == len(factors)


@given(scored(), st.data())
def test_more_never_lowers_a_score(
    case: tuple[Method, list[Contribution], list[Decimal], int],
    data: st.DataObject,
) -> None:
    method, parts, factors, cap = case
    before = METHODS[method](parts, factors, cap).value
    more = data.draw(st.builds(Contribution, weights(method), strengths))
    assert METHODS[method]([*parts, more], factors, cap).value >= before
    assert METHODS[method](parts, [*factors, data.draw(weights(method))], cap).value >= before
    if parts:
        stronger = Contribution(parts[0].weight, data.draw(st.decimals(parts[0].strength, 1, places=4)))
        assert METHODS[method]([stronger, *parts[1:]], factors, cap).value >= before
