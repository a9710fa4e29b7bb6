"""Texts in two languages: each piece stands on the page in both, and the style sheet shows the chosen one."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape


@lru_cache(maxsize=65_536)  # the same words stand on every page
def both(zh: object, en: object) -> Markup:
    """A text in both languages; everything is escaped."""
    if str(zh) == str(en):
        return escape(zh)
    return Markup(  # noqa: S704 - both parts are escaped
        f'<span class="t" lang="zh">{escape(zh)}</span><span class="t" lang="en">{escape(en)}</span>'
    )


def number(value: float) -> str:
    """A count with its thousands apart (narrow no-break spaces)."""
    return f"{value:,.0f}".replace(",", "\u202f")


def percent(share: float) -> str:
    """A share in percent; what is not nothing never shows as nothing."""
    if 0 < share < 0.0005:
        return "<0.1\u202f%"
    return f"{share * 100:.1f}\u202f%".replace(".0\u202f", "\u202f")


def width(text: str) -> float:
    """How wide a text is, in units of a Latin letter; Chinese characters take two."""
    return sum(1.0 if ord(letter) < 0x1100 else 1.85 for letter in text)


def fitted(text: str, room: float) -> str:
    """The text, cut with an ellipsis where it is wider than ``room``."""
    if width(text) <= room:
        return text
    kept, taken = "", 1.5
    for letter in text:
        taken += width(letter)
        if taken > room:
            break
        kept += letter
    return kept.rstrip() + "…"
