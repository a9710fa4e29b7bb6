"""Identity numbers: the 18 digits of GB 11643 and the 15 digits before 1999; credit codes of GB 32100.

Everything works on whole columns. The oracle in the tests is python-stdnum.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def id18(division: NDArray[np.int64], born: NDArray[np.int64], sequence: NDArray[np.int64]) -> pl.Series:
    """Identity numbers from 6-digit division, birth date as YYYYMMDD, and 3-digit sequence (odd for men)."""
    body = (division * 10**8 + born) * 1000 + sequence
    total = np.zeros(len(body), dtype=np.int64)
    for place, weight in enumerate(_ID_WEIGHTS):
        total += body // 10 ** (16 - place) % 10 * weight
    check = pl.Series(list(_ID_CHECK)).gather(total % 11)
    return pl.Series(body).cast(pl.String) + check


def id15(number: pl.Expr) -> pl.Expr:
    """The 15-digit form of an 18-digit number: no century, no check digit (only for people born 19xx)."""
    return number.str.slice(0, 6) + number.str.slice(8, 9)


def yyyymmdd(born_on: pl.Series) -> NDArray[np.int64]:
    """A Date column as numbers such as 19800229."""
    numbers = born_on.dt.year().cast(pl.Int64) * 10000 + born_on.dt.month().cast(pl.Int64) * 100
    return (numbers + born_on.dt.day().cast(pl.Int64)).to_numpy()


ENTERPRISE, INDIVIDUAL_BUSINESS = 1, 2
"""The second place of a credit code registered by the market regulator: a company, or a trader on his own."""


def credit_codes(regions: list[str], serials: NDArray[np.int64], category: int = INDIVIDUAL_BUSINESS) -> pl.Series:
    """18-character unified credit codes in the regions, by serial (< 31**9)."""
    count = len(serials)
    places = np.zeros((count, 17), dtype=np.int64)
    places[:, 0], places[:, 1] = 9, category
    digits = np.array([[int(digit) for digit in region] for region in regions], dtype=np.int64)
    places[:, 2:8] = digits.reshape(count, 6)
    rest = serials.copy()
    for place in range(16, 7, -1):
        places[:, place] = rest % 31
        rest //= 31
    check = (31 - places @ np.array(_CODE_WEIGHTS) % 31) % 31
    letters = np.array(list(_CODE_ALPHABET))[np.column_stack([places, check])]
    return pl.Series(["".join(row) for row in letters.tolist()], dtype=pl.String)
