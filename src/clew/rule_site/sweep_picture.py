"""One parameter swept: for each value a bar of the clues it gives, by what is known of them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from clew.catalogue_site.text import number
from clew.screening.sweep import Point

_PARTS = ("right", "wrong", "handled", "open")
_BAR, _GAP, _HIGH, _LEFT, _FOOT = 54, 18, 170, 44, 44


def sweep_picture(points: Sequence[Point], name: str) -> Markup:
    """Bars from left to right in the order of the values; the current value is marked, lost clues stand above."""
    most = max([one.clues for one in points] + [1])
    wide, floor = _LEFT + len(points) * (_BAR + _GAP), _HIGH + 20.0
    parts = [Markup('<path class="axis" d="M{} {}H{}"/>').format(_LEFT - 6, floor, wide)]
    for at, one in enumerate(points):
        x, top = _LEFT + at * (_BAR + _GAP), floor
        for style in _PARTS:
            tall = round(getattr(one, style) / most * _HIGH, 1)
            top -= tall
            bar = Markup('<rect class="part {}" x="{}" y="{}" width="{}" height="{}"/>')
            parts += [bar.format(style, x, round(top, 1), _BAR, tall)] if tall else []
        middle = x + _BAR / 2
        parts.append(_text("count", middle, top - 6, number(one.clues)))
        parts.append(_text("value current" if one.current else "value", middle, floor + 18, f"{one.value:f}"))
        parts += [_text("lost", middle, floor + 36, f"−{one.missed}")] if one.missed else []
    drawing = Markup(
        '<svg class="sweep" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">{3}</svg>'
    )
    return drawing.format(wide, _HIGH + 20 + _FOOT, name, Markup("").join(parts))


def _text(style: str, x: float, y: float, said: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(style, x, round(y, 1), said)
