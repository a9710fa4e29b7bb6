"""How much room a text takes in a workbook: readers of workbooks do not make a row taller by themselves."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LINE_HEIGHT, TALLEST_ROW = 16.5, 400.0
"""Points of a line of ten-point text; and of the tallest row that a workbook may have, a little less than the limit."""


def row_height(cells: Sequence[tuple[str, float]], least: float = 20.0) -> float:
    """The height, in points, that shows every (text, column width) whole; wide characters count twice."""
    lines = max((sum(_lines(part, width) for part in text.split("\n")) for text, width in cells), default=1)
    return min(max(least, lines * LINE_HEIGHT + 4), TALLEST_ROW)


def display_width(text: str) -> int:
    """Columns of a fixed-width font the text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _lines(text: str, width: float) -> int:
    return max(1, -(-display_width(text) // max(int(width * 0.95), 1)))
