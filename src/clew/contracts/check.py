"""A check of one row or of a whole delivery, what was measured for it, and whether that passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clew.contracts.model import Action, Limit


@dataclass(frozen=True)
class CheckMeasure:
    """What was counted for one check. ``evaluated`` rows, of which ``nulls`` had no value in the checked columns
    and ``unexpected`` violated; ``samples`` are up to 20 unexpected values, in the order of the rows. ``value`` is the
    number a query gave, as text; None when it gave none."""

    evaluated: int
    nulls: int = 0
    unexpected: int = 0
    samples: list[Any] = field(default_factory=list)
    value: str | None = None


@dataclass(frozen=True)
class Measured:
    """The measures of one delivery: its ``rows`` as read, and one measure for each check by name."""

    rows: int
    checks: Mapping[str, CheckMeasure]


@dataclass(frozen=True)
class RowCheck:
    """A check of one row. ``kind``: not_null, type, enum, range, pattern, length, identity, division, multiple, form,
    shape, missing, sql_row or expected.

    With a ``limit`` the rows stay, and the whole delivery is judged (``holds``) by the number or share of violating
    values; its action is then ``stop`` or ``warn``, never ``quarantine``.
    """

    name: str
    columns: tuple[str, ...]
    kind: str
    violated: str
    action: Action
    reason_zh: str
    reason_en: str
    limit: Limit | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, measure: CheckMeasure) -> bool:
        """Whether the delivery passes: no violating value, or a share of the values inside the limit."""
        if self.limit is None:
            return measure.unexpected == 0
        nulls = 0 if self.kind == "missing" or self.arguments.get("of_all") else measure.nulls
        return self.limit.holds(measure.unexpected, measure.evaluated - nulls)


@dataclass(frozen=True)
class TableCheck:
    """A check of a whole delivery.

    ``row_count``: arguments minimum and maximum (int or None). ``null_share``: the measure's ``nulls`` counts.
    ``unique``: ``unexpected`` counts every row of a group that shares one key without NULL.
    ``relationship``: arguments dataset and columns; ``unexpected`` counts rows whose key is not found there.
    ``sql_value``: argument query, over ``"~delivery"``; the measure's ``value`` is the number it gave.
    ``sql_rows``: argument query; ``unexpected`` counts the rows it returned. With ``names_rows`` it returns ``_row``.
    ``expectation``: arguments expectation and kwargs; Great Expectations judges: ``unexpected`` is 0 when it is met.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]
    action: Action
    reason_zh: str
    reason_en: str
    limit: Limit | None = None

    def holds(self, measure: CheckMeasure) -> bool:
        """Whether the delivery passes."""
        if self.kind == "sql_value":
            return measure.value is not None and (self.limit or NONE).admits(Decimal(measure.value))
        if self.kind in ("sql_rows", "expectation"):
            return (self.limit or NONE).holds(measure.unexpected, measure.evaluated)
        if self.kind == "row_count" and self.limit is not None:
            return self.limit.admits(Decimal(measure.evaluated))
        if self.kind == "row_count":
            low, high = self.arguments.get("minimum"), self.arguments.get("maximum")
            return (low is None or measure.evaluated >= low) and (high is None or measure.evaluated <= high)
        if self.kind == "null_share":
            return (self.limit or NONE).holds(measure.nulls, measure.evaluated)
        return (self.limit or NONE).holds(measure.unexpected, measure.evaluated - measure.nulls)


NONE = Limit("mustBe", Decimal(0), percent=False)
"""Not one."""
