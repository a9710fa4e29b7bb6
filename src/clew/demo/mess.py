"""The mess of real deliveries, within what the contracts say can be repaired, and a little beyond it.

Repairable: mixed date forms, spaces and full-width characters, 15-digit and lower-case identity numbers,
thousands separators, older words for a code. Beyond repair: check digits that fail and days that never were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clew.demo.calendar import EPOCH
from clew.demo.identity import id15, id18

RATES: Mapping[str, float] = {
    "date": 0.04,  # a date in another form than the rest of the column
    "spaces": 0.006,  # spaces around a value, a wide space inside a name
    "halfwidth": 0.002,  # full-width digits and letters
    "lower": 0.05,  # of the identity numbers that end in X: written with x
    "id15": 0.02,  # of the identity numbers of people born before 1950: the 15-digit form
    "number": 0.01,  # a thousands separator
    "values": 0.03,  # an older word for the same code
}
"""Share of values touched by each kind of mess."""

DUPLICATES = 0.0004
UNUSABLE = 0.0003
"""Share of rows delivered twice, and of added rows that must be set aside; at most six of each in a file."""

NO_DAY = "2026年2月30日"

_DATE_FORMS = ("{y:04d}-{m:02d}-{d:02d}", "{y}/{m}/{d}", "{y:04d}{m:02d}{d:02d}", "{y}年{m}月{d}日")
_FIRST_DAY, _LAST_DAY = -29_220, 29_220  # 1889-12-31 to 2050-01-01
_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


@dataclass(frozen=True)
class Hand:
    """Who types the sheet: the randomness, and how often each kind of mess slips in."""

    rng: np.random.Generator
    rates: Mapping[str, float] = field(default_factory=lambda: RATES)

    def slips(self, size: int, *kinds: str) -> NDArray[np.bool_]:
        """Which rows the kinds of mess touch, taken together."""
        return self.rng.random(size) < sum(self.rates.get(kind, 0.0) for kind in kinds)


def date_texts(hand: Hand, column: pl.Series, style: int) -> pl.Series:
    """Dates as text in the house style (0-3: ISO, slashes, eight digits, Chinese), a few in another."""
    days = column.cast(pl.Int32)
    known = days.is_not_null().to_numpy()
    form = np.where(hand.slips(len(days), "date"), hand.rng.integers(len(_DATE_FORMS), size=len(days)), style)
    places, inverse = np.unique(form * 10**6 + days.fill_null(0).to_numpy() - _FIRST_DAY, return_inverse=True)
    table = []
    for place in places.tolist():
        day = EPOCH + timedelta(days=place % 10**6 + _FIRST_DAY)
        table.append(_DATE_FORMS[place // 10**6].format(y=day.year, m=day.month, d=day.day))
    text = pl.Series(table, dtype=pl.String).gather(inverse)
    return pl.select(pl.when(pl.Series(known)).then(text)).to_series()


def money_texts(hand: Hand, fen: pl.Series) -> pl.Series:
    """Fen as yuan with two digits; sums of thousands now and then with a separator."""
    yuan, rest = (fen // 100).cast(pl.String), (fen % 100).cast(pl.String).str.zfill(2)
    grouped = pl.Series(hand.slips(len(fen), "number")) & (fen >= 100_000) & (fen < 100_000_000)
    text = pl.when(grouped).then(yuan.str.slice(0, yuan.str.len_chars() - 3) + "," + yuan.str.tail(3)).otherwise(yuan)
    return pl.select(text + "." + rest).to_series()


def code_texts(hand: Hand, column: pl.Series, words: Mapping[str, Sequence[str]]) -> pl.Series:
    """Codes as the sender's words: the first word, now and then an older one."""
    text = column.replace_strict({code: forms[0] for code, forms in words.items()}, return_dtype=pl.String)
    older = {code: forms[-1] for code, forms in words.items() if len(forms) > 1}
    if not older:
        return text
    touched = pl.Series(hand.slips(len(column), "values"))
    return pl.select(
        pl.when(touched & column.is_in(list(older))).then(column.replace(older)).otherwise(text)
    ).to_series()


def identity_texts(hand: Hand, column: pl.Series) -> pl.Series:
    """Identity numbers, some in the old form of 15 digits, some with a small x."""
    value = pl.col("value")
    column = _mistyped(hand, column)
    old = pl.Series(hand.slips(len(column), "id15"))
    small = pl.Series(hand.slips(len(column), "lower"))
    return (
        column.to_frame("value")
        .select(
            pl.when(old & (value.str.slice(6, 4) < "1950"))
            .then(id15(value))
            .when(small)
            .then(value.str.to_lowercase())
            .otherwise(value)
        )
        .to_series()
    )


def _mistyped(hand: Hand, column: pl.Series) -> pl.Series:
    """Errors of typing where the hand makes them (by default it makes none): a wrong digit, two neighbours swapped.

    One in ten is beyond any check digit: a number that could be somebody's.
    """
    rate = hand.rates.get("mistyped", 0.0)
    touched = np.flatnonzero(hand.rng.random(len(column)) < rate) if rate else np.array([], dtype=np.int64)
    draws = hand.rng.random((len(touched), 2)).tolist()
    values = [
        value if value is None or len(value) != 18 else mistype(value, *draw)
        for value, draw in zip(column.gather(touched).to_list(), draws, strict=True)
    ]
    return column.clone().scatter(touched, pl.Series(values, dtype=pl.String)) if values else column


def mistype(number: str, kind: float, place: float) -> str:
    """The number as typed wrong: ``kind`` and ``place`` (0..1) choose the error and where it sits."""
    if kind < 0.1:
        sequence = (int(number[14:17]) + 1 + int(place * 900)) % 1000
        return str(id18(np.array([int(number[:6])]), np.array([int(number[6:14])]), np.array([sequence]))[0])
    at = 6 + int(place * 10)
    if kind < 0.4 and number[at] != number[at + 1]:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + str((int(number[at]) + 1 + int(kind * 8)) % 10) + number[at + 1 :]


def smudge(hand: Hand, column: pl.Series, repairs: Sequence[str], inner: bool) -> pl.Series:
    """Spaces around (and, for names, within) a value and full-width characters, where the contract repairs them."""
    kinds = [kind for kind in ("spaces", "halfwidth") if kind in repairs or (kind == "spaces" and "trim" in repairs)]
    touched = np.flatnonzero(hand.slips(len(column), *kinds))
    if not len(touched):
        return column
    values = []
    for value, draw in zip(column.gather(touched).to_list(), hand.rng.random(len(touched)).tolist(), strict=True):
        values.append(value if value is None else _smudged(value, draw, kinds, inner))
    return column.clone().scatter(touched, pl.Series(values, dtype=pl.String))  # scatter changes in place


def _smudged(value: str, draw: float, kinds: Sequence[str], inner: bool) -> str:
    if "halfwidth" in kinds and draw < 0.25:
        return "".join(_WIDE.get(letter, letter) for letter in value)
    if inner and len(value) == 2 and draw < 0.6:
        return f"{value[0]}　{value[1]}"
    return f" {value}" if draw < 0.75 else f"{value}  " if draw < 0.9 else f"　{value}"


def bad_identity(number: str) -> str:
    """The number with a check digit that fails."""
    return number[:17] + ("0" if number[17] != "0" else "1")
