"""Small charts as inline SVG: drawn once, no script, readable in print; every one says in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clew.catalogue_site.text import both

SHOWN = 24
"""Deliveries a chart shows: the newest."""
_BAR, _GAP, _HIGH = 14, 4, 64


@dataclass(frozen=True)
class Bar:
    """One delivery in a chart. ``name`` says it in both languages; ``odd`` marks an anomaly."""

    value: float
    name: tuple[str, str]
    odd: bool = False
    faded: bool = False


def bars(chart: Sequence[Bar], says: tuple[str, str]) -> Markup:
    """A bar for each delivery, the newest at the right; an anomaly has a mark above it and another colour."""
    shown = chart[-SHOWN:]
    most = max((bar.value for bar in shown), default=0)
    if not most:
        return Markup('<p class="soft">{}</p>').format(both("全部为零", "none at all"))
    parts = []
    for at, bar in enumerate(shown):
        tall = max(round(bar.value / most * _HIGH, 1), 1.0) if bar.value else 0.0
        x, y = at * (_BAR + _GAP), _HIGH + 12 - tall
        style = "odd" if bar.odd else "faded" if bar.faded else "bar"
        mark = Markup('<path class="mark" d="M{} {}l4 -7h-8z"/>').format(x + _BAR / 2, y - 2) if bar.odd else ""
        parts.append(
            Markup('<g><title>{}</title><rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1.5"/>{}</g>').format(
                " / ".join(bar.name), style, x, y, _BAR, tall, mark
            )
        )
    wide = max(len(shown) * (_BAR + _GAP) - _GAP, _BAR)
    return _svg("chart", wide, _HIGH + 14, says, Markup("").join(parts) + _base(wide, _HIGH + 12.5))


def spark(values: Sequence[float], says: tuple[str, str], odd: Sequence[bool] = (), top: float = 0.0) -> Markup:
    """A line over the deliveries, the newest at the right; ``top`` is the least height of the scale."""
    shown, marks = list(values[-SHOWN:]), list(odd[-SHOWN:])
    wide, high = 96, 22
    if not shown:
        return Markup("")
    most = max([*shown, top]) or 1
    step = (wide - 6) / max(len(shown) - 1, 1)
    points = [
        (round(3 + at * step, 1), round(high - 3 - value / most * (high - 6), 1)) for at, value in enumerate(shown)
    ]
    if len(points) == 1:
        points = [(3.0, points[0][1]), (wide - 3.0, points[0][1])]
        marks = [False, *marks]
    line = " ".join(f"{x},{y}" for x, y in points)
    dots = Markup("").join(
        Markup('<circle class="odddot" cx="{}" cy="{}" r="2.6"/>').format(x, y)
        for (x, y), mark in zip(points, marks, strict=False)
        if mark
    )
    end = Markup('<circle class="dot" cx="{}" cy="{}" r="2"/>').format(*points[-1])
    body = Markup('<polyline class="line" points="{}"/>').format(line) + end + dots
    return _svg("spark", wide, high, says, body)


def _base(wide: float, y: float) -> Markup:
    return Markup('<path class="axis" d="M0 {}H{}"/>').format(y, wide)


def _svg(kind: str, wide: float, high: float, says: tuple[str, str], body: Markup) -> Markup:
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>'
    ).format(kind, wide, high, wide, high, " / ".join(dict.fromkeys(says)), body)


def legend() -> Markup:
    """What the marks of charts mean."""
    mark = Markup('<span><span class="key {}"></span>{}</span>').format
    return Markup('<p class="legend">{}{}</p>').format(
        mark("odd", both("与以往不同的交付", "delivery unlike those before")),
        mark("faded", both("已被替代的交付", "replaced delivery")),
    )
