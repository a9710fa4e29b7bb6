"""The smallest and largest value, length and step of a column: ``logicalTypeOptions``, each checked for sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from clew.contracts.literal import typed_literal
from clew.contracts.logical_type import Form
from clew.contracts.reading import Reading
from clew.contracts.vocabulary import with_article
from clew.plan import Type
from clew.yaml_file import Node

_CODE = "C009"
_BITS = {f"{sign}{bits}": (sign, bits) for sign in "iu" for bits in (8, 16, 32, 64, 128)}
_LONG = 2**63
Bound = Decimal | str


@dataclass(frozen=True)
class Range:
    """Ends that may be None; ``open_low`` and ``open_high``: the end itself is not allowed."""

    low: Bound | None = None
    high: Bound | None = None
    open_low: bool = False
    open_high: bool = False


def read_range(node: Node, form: Form, problems: Reading) -> Range:
    """``minimum``, ``maximum``, their exclusive forms, and the range of a declared integer ``format``."""
    if form.type is Type.BOOLEAN or (form.type is Type.TEXT and form.logical != "time"):
        return Range()
    low, open_low = _end(node, ("minimum", "exclusiveMinimum"), form, 1, problems)
    high, open_high = _end(node, ("maximum", "exclusiveMaximum"), form, -1, problems)
    low, high = _within_format(node, form, low, high, problems)
    empty = (
        low is not None
        and high is not None
        and (
            low > high or (low == high and (open_low or open_high))  # type: ignore[operator]  # both of one column's type
        )
    )
    if empty:
        option = option_of(node, "minimum") or option_of(node, "exclusiveMinimum") or node
        problems.error(option.place, _CODE, f"the minimum {low} is above the maximum {high}: no value can pass")
    return Range(low, high, open_low, open_high)


def read_lengths(node: Node, form: Form, problems: Reading) -> tuple[int | None, int | None]:
    """The fewest and most characters of a text; the length of its physicalType when nothing else is said."""
    low, high = option_of(node, "minLength"), option_of(node, "maxLength")
    shortest = low.value if low and isinstance(low.value, int) else None
    longest = high.value if high and isinstance(high.value, int) else form.length
    if low and shortest is not None and longest is not None and shortest > longest:
        problems.error(low.place, _CODE, f"minLength {shortest} is above maxLength {longest}: no value can pass")
    return shortest, longest


def read_multiple(node: Node, form: Form, problems: Reading) -> Decimal | None:
    """The number every value is a multiple of."""
    option = option_of(node, "multipleOf")
    if option is None or not form.type.is_number or not isinstance(option.value, int | Decimal):
        return None
    step = Decimal(option.value)
    finest = Decimal(1).scaleb(-form.precision[1]) if form.type is Type.DECIMAL else Decimal(1)
    if step % finest != 0 and finest % step != 0:
        problems.error(option.place, _CODE, f"few values of this column can be multiples of {step}", "see physicalType")
    return step


def option_of(node: Node, name: str) -> Node | None:
    """One of the ``logicalTypeOptions`` of a property."""
    options = node.get("logicalTypeOptions")
    return options.get(name) if options else None


def _end(node: Node, names: tuple[str, str], form: Form, step: int, problems: Reading) -> tuple[Bound | None, bool]:
    """One end of the range and whether it is open; the open form wins."""
    excluding = option_of(node, names[1])
    if excluding is None or isinstance(excluding.value, bool):  # a boolean is how version 3.0 wrote it
        closed = _bound(node, names[0], form, problems)
        return closed, closed is not None and excluding is not None and excluding.value is True
    bound = _bound(node, names[1], form, problems)
    whole = _next(bound, form.type, step)
    return (whole, False) if whole is not None else (bound, bound is not None)


def _bound(node: Node, name: str, form: Form, problems: Reading) -> Bound | None:
    option = option_of(node, name)
    if option is None:
        return None
    try:
        if form.logical == "time":
            return time.fromisoformat(option.text).replace(tzinfo=None).isoformat()
        if form.type is Type.TIMESTAMP:
            return _in_utc(option.text)
        typed_literal(option.text, form.type)
    except ValueError:
        kind = form.logical if form.logical == "time" else form.type.value
        problems.error(
            option.place,
            _CODE,
            f"'{option.text}' is not {with_article(kind)}, so it cannot be the {name}",
            "write dates as 'YYYY-MM-DD'" if form.type in (Type.DATE, Type.TIMESTAMP) else "",
        )
        return None
    return Decimal(option.text) if form.type.is_number else option.text


def _in_utc(text: str) -> str:
    """A moment with an offset as the same moment in UTC, which is how moments are kept; others as written."""
    moment = datetime.fromisoformat(text)
    return text if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _next(bound: Bound | None, type_: Type, step: int) -> Bound | None:
    """The next whole value inside an open end, where there is one."""
    if isinstance(bound, Decimal) and type_ is Type.INTEGER and bound == bound.to_integral_value():
        return bound + step
    if isinstance(bound, str) and type_ is Type.DATE:
        return (date.fromisoformat(bound) + timedelta(days=step)).isoformat()
    return None


def _within_format(
    node: Node, form: Form, low: Bound | None, high: Bound | None, problems: Reading
) -> tuple[Bound | None, Bound | None]:
    option = option_of(node, "format")
    if option is None or form.type is not Type.INTEGER or option.text not in _BITS:
        return low, high
    sign, bits = _BITS[option.text]
    least = Decimal(0) if sign == "u" else Decimal(-(2 ** (bits - 1)))
    most = Decimal(2 ** (bits - (sign == "i")) - 1)
    if most >= _LONG:
        problems.convention(
            option.place, _CODE, f"whole numbers are kept in 64 bits; '{option.text}' has more",
            "use logicalType: number with physicalType: DECIMAL(38, 0)",
        )  # fmt: skip
        most = Decimal(_LONG - 1)
    low = least if not isinstance(low, Decimal) else max(low, least)
    high = most if not isinstance(high, Decimal) else min(high, most)
    held = (Decimal(-_LONG), Decimal(_LONG - 1))
    return (None if low <= held[0] else low), (None if high >= held[1] else high)
