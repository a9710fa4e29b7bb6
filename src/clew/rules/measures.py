"""What numbers measure: two that are compared, added or mixed must measure the same thing in the same unit (E309).

Columns have a unit where their contract says one, parameters always, and a count measures how many. What has no known
unit is never at fault.
"""

from __future__ import annotations

from clew.contracts.units import factor

COUNT = "count"
COUNTS = frozenset({COUNT, "person", "company", "row", "case", "payment"})
"""Units of what is counted: a count of rows may be compared with any of them."""
_WRITTEN = {"percent": "%", "tonne": "t", "litre": "L"}
"""Units of parameters whose sign in contracts is another."""


def clash(one: str, other: str) -> str | None:
    """Why two units do not go together, as help; None where they do, or where one is not known."""
    if not one or not other or one == other or (one in COUNTS and other in COUNTS):
        return None
    times = factor(_WRITTEN.get(other, other), _WRITTEN.get(one, one))
    if times == 1:
        return None
    if times is None:
        return f"{one} and {other} do not measure the same: is this the column, or the parameter, that was meant?"
    return f"one {other} is {float(times):g} {one}: bring them to one unit in the contract (repair 'units')"


def common(units: list[str]) -> str:
    """The unit of what is made of several values that go together: the first one known."""
    return next((unit for unit in units if unit), "")


def product(left: str, right: str) -> str:
    """The unit of a product: that of the one side which has a unit. A ratio or a percentage has none here."""
    named = [unit for unit in (left, right) if unit and unit not in ("ratio", "percent", "%") and unit not in COUNTS]
    return named[0] if len(named) == 1 else ""
