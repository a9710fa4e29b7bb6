"""What each problem's code means and how it is mended, in Chinese, for whoever does not read English well.

``meanings.csv`` beside this module holds one line for each code; docs/problems_zh.md shows the same.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Meaning:
    """What is wrong, and what to do about it."""

    said: str
    mend: str

    def __str__(self) -> str:
        return f"{self.said}。{self.mend}。"


@cache
def meanings() -> Mapping[str, Meaning]:
    """Every code's meaning."""
    with files("clew.cli").joinpath("meanings.csv").open(encoding="utf-8") as file:
        return {row["code"]: Meaning(row["meaning_zh"], row["mend_zh"]) for row in csv.DictReader(file)}
