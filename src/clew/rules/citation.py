"""How an article of law is cited."""

from __future__ import annotations

WHOLE_TEXT = "whole text"


def article_zh(title: str, article: str) -> str:
    """An article as a Chinese reader cites it; an instrument may also be cited whole."""
    if article == WHOLE_TEXT:
        return f"《{title}》全文"
    return f"《{title}》第{article}条" if article[:1].isdigit() else f"《{title}》{article}"
