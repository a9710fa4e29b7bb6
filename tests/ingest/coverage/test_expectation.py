"""How far is far below: a fifth of an even flow is, and not what chance, scatter or a small county explain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.completeness.expectation import expectation, list_expectation

EVEN = [1000, 1010, 990, 1000, 1005, 995, 1000, 1000]
UNEVEN = [1000, 900, 1100, 1000, 880, 1120, 1000, 950]


@pytest.mark.parametrize(
    ("history", "rows", "low"),
    [
        (EVEN, 800, True),
        (EVEN, 860, False),  # 14 % less
        (EVEN, 950, False),  # 5 % less is never seen
        (UNEVEN, 800, False),
        (UNEVEN, 0, True),
        ([300] * 8, 240, False),  # chance may take sixty of three hundred
        ([30] * 8, 0, True),
        ([20] * 8, 0, False),
    ],
)
def test_a_month(history: list[int], rows: int, low: bool) -> None:
    assert expectation(history).low(rows) is low


@pytest.mark.parametrize(("rows", "low"), [(800, True), (849, True), (850, False), (950, False)])
def test_a_list(rows: int, low: bool) -> None:
    assert list_expectation([1000, 1000, 1000]).low(rows) is low


@given(st.lists(st.integers(0, 100_000), min_size=6, max_size=12), st.integers(0, 120_000))
def test_least_is_the_smallest_count_that_is_not_low(history: list[int], rows: int) -> None:
    expected = expectation(history)
    assert expected.low(rows) == (rows < expected.least)
