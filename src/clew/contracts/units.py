"""Units that senders write behind a number or into a heading, and how many of the column's unit one of them is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

_DIMENSIONS: tuple[Mapping[str, str], ...] = (
    {
        "元": "1", "圆": "1", "人民币元": "1", "CNY": "1", "角": "1/10", "分": "1/100", "百元": "100", "千元": "1000",
        "万元": "10000", "万": "10000", "十万元": "100000", "百万元": "1000000", "千万元": "10000000",
        "亿元": "100000000", "亿": "100000000",
    },
    {
        "m2": "1", "㎡": "1", "m²": "1", "平方米": "1", "平米": "1", "万平方米": "10000", "公顷": "10000",
        "ha": "10000",
        "亩": "2000/3", "万亩": "20000000/3", "平方公里": "1000000", "平方千米": "1000000", "km2": "1000000",
    },
    {
        "kg": "1", "千克": "1", "公斤": "1", "克": "1/1000", "g": "1/1000", "斤": "1/2", "市斤": "1/2", "两": "1/20",
        "吨": "1000", "t": "1000", "万吨": "10000000",
    },
    {"m": "1", "米": "1", "厘米": "1/100", "cm": "1/100", "里": "500", "公里": "1000", "千米": "1000", "km": "1000"},
    {"m3": "1", "立方米": "1", "方": "1", "升": "1/1000", "L": "1/1000", "万立方米": "10000", "万方": "10000"},
    {"kWh": "1", "千瓦时": "1", "度": "1", "兆瓦时": "1000", "MWh": "1000", "万千瓦时": "10000", "万度": "10000"},
    {"人": "1", "人次": "1", "万人": "10000", "万人次": "10000"},
    {"%": "1", "％": "1", "‰": "1/10", "百分点": "1"},
)  # fmt: skip
"""Each group measures one thing, in a common unit. 15 亩 are one hectare."""


def factor(delivered: str, unit: str) -> Fraction | None:
    """How many ``unit`` one ``delivered`` is, exactly; None when they do not measure the same or are not known."""
    for group in _DIMENSIONS:
        if delivered in group and unit in group:
            return Fraction(group[delivered]) / Fraction(group[unit])
    return None


def same_measure(unit: str) -> list[str]:
    """The units known to measure the same as ``unit``."""
    return next((list(group) for group in _DIMENSIONS if unit in group), [])


def decimals(number: Fraction) -> int | None:
    """How many decimals write a number exactly; None when no number of them does (2000/3)."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
