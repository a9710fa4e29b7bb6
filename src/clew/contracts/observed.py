"""What a file's columns look like, counted over every row: what a first draft of a contract is guessed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clew.contracts.model import FileFormat

FORMS: Mapping[str, str] = {
    "integer": r"^[+-]?(0|[1-9][0-9]{0,17})$",
    "number": r"^[¥￥]?\s*[+-]?([0-9]{1,3}(,[0-9]{3})+|0|[1-9][0-9]*)(\.[0-9]{1,6})?\s*元?$",
    "dated": r"^([0-9]{4}(-|/|\.|年)\s*[0-9]{1,2}(-|/|\.|月)\s*[0-9]{1,2}日?|(19|20)[0-9]{6})([ T]+[0-9:.]+)?$",
    "timed": r"[ T][0-9]{1,2}:[0-9]{2}",
    "phone": r"^1[3-9][0-9]{9}$",
    "division": r"^[1-8][0-9]{5}$",
    "truth": r"^(是|否|true|false|yes|no|Y|N|y|n)$",
}
"""Patterns whose share of the values is counted, on the value without spaces round it."""


@dataclass(frozen=True)
class Observed:
    """One column. ``rows`` were read, ``present`` have a value, ``distinct`` differ; ``longest`` counts characters.

    ``forms`` counts the values that match each of FORMS, that are a real day (``date``), and that are sound identity
    numbers (``id18``, ``uscc``). ``values`` are the different values where they are few. ``decimals`` is the most that
    a number has. ``clean``: no value has spaces round it or full-width characters.
    """

    heading: str
    rows: int
    present: int
    distinct: int
    longest: int = 0
    shortest: int = 0
    decimals: int = 0
    forms: Mapping[str, int] = field(default_factory=dict)
    values: tuple[str, ...] = ()

    def all(self, form: str) -> bool:
        """Whether every value has the form."""
        return self.present > 0 and self.forms.get(form, 0) == self.present

    def most(self, form: str) -> bool:
        """Whether nine of ten values have the form."""
        return self.present > 0 and self.forms.get(form, 0) * 10 >= self.present * 9


@dataclass(frozen=True)
class Sample:
    """A file: how it is read, and its columns in their order."""

    file: str
    format: FileFormat
    columns: tuple[Observed, ...]
