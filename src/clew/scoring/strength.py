"""How strong one answer of a rule is: a number from 0 to 1 that the rule's plan decided."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DIGITS = Decimal("0.0001")
"""Strengths, weights and their products are kept to four digits, as the store keeps them."""


def strength_of(value: Decimal | float | int) -> Decimal:
    """The strength as an exact decimal of four digits; ValueError outside 0..1."""
    exact = kept(Decimal(str(value)))
    if not 0 <= exact <= 1:
        raise ValueError(f"a strength is between 0 and 1, not {value}")
    return exact


def kept(value: Decimal) -> Decimal:
    """``value`` rounded half-up to the digits that are stored."""
    return value.quantize(DIGITS, ROUND_HALF_UP)


def half_up(value: Decimal) -> int:
    """The whole number a person would round to: 0.5 goes up. Scores are never negative."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
