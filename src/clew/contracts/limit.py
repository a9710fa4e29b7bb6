"""What a measured number must be: the operators of ODCS quality rules, judged exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


@dataclass(frozen=True)
class Limit:
    """``operator`` against ``low`` (and ``high``, both ends included, for the two of ranges).

    ``percent``: the number is a count's share of the rows; otherwise the number itself.
    """

    operator: str
    low: Decimal
    high: Decimal | None = None
    percent: bool = True

    def holds(self, count: int, rows: int) -> bool:
        """Whether ``count`` of ``rows`` is as agreed; a share of no row at all always is."""
        if self.percent:
            return rows == 0 or self.admits(Decimal(count) * 100, Decimal(rows))
        return self.admits(Decimal(count))

    def admits(self, number: Decimal, scale: Decimal = Decimal(1)) -> bool:
        """Whether ``number / scale`` is as agreed; the bounds are multiplied, so nothing is rounded."""
        low, high = self.low * scale, (self.low if self.high is None else self.high) * scale
        match self.operator:
            case "mustBe":
                return number == low
            case "mustNotBe":
                return number != low
            case "mustBeGreaterThan":
                return number > low
            case "mustBeGreaterOrEqualTo":
                return number >= low
            case "mustBeLessThan":
                return number < low
            case "mustBeLessOrEqualTo":
                return number <= low
            case "mustBeBetween":
                return low <= number <= high
            case _:
                return not low <= number <= high

    @property
    def at_most(self) -> bool:
        """Whether this is an upper limit on a share, which Great Expectations calls ``mostly``."""
        upper = ("mustBeLessThan", "mustBeLessOrEqualTo")
        return self.percent and (self.operator in upper or (self.operator == "mustBeBetween" and self.low == 0))

    def words(self) -> tuple[str, str]:
        """What is agreed, in Chinese and English."""
        unit = "%" if self.percent else ""
        span = f"{self.low}..{self.high}{unit}" if self.high is not None else f"{self.low}{unit}"
        zh, en = _WORDS[self.operator]
        return f"{zh} {span}", f"{en} {span}"


_WORDS = {
    "mustBe": ("应为", "must be"),
    "mustNotBe": ("不得为", "must not be"),
    "mustBeGreaterThan": ("应大于", "must be more than"),
    "mustBeGreaterOrEqualTo": ("应不小于", "must be at least"),
    "mustBeLessThan": ("应小于", "must be less than"),
    "mustBeLessOrEqualTo": ("应不大于", "must be at most"),
    "mustBeBetween": ("应在", "must be within"),
    "mustNotBeBetween": ("不得在", "must be outside"),
}
