"""Quotation marks of a Chinese keyboard around a whole text, typed where YAML wants straight ones."""

from __future__ import annotations

_PARTNERS = {"“": "”", "‘": "’", "「": "」", "『": "』", "”": "”", "＂": "＂"}


def inside(text: str) -> str | None:
    """What stands between a first and a last mark that belong together; None for a text not quoted as a whole, as
    ``“甲”和“乙”`` is not."""
    opening, closing = text[:1], _PARTNERS.get(text[:1])
    body = text[1:-1]
    if closing is None or len(text) < 3 or text[-1] != closing:
        return None
    if opening == closing:
        return None if {opening, "“"} & set(body) else body
    depth = 1
    for sign in body:
        depth += (sign == opening) - (sign == closing)
        if depth == 0:
            return None
    return body if depth == 1 else None


def straight(body: str) -> str:
    """A text in the straight quotes of YAML."""
    if {'"', "\\"} & set(body):
        return "'" + body.replace("'", "''") + "'"
    return f'"{body}"'
