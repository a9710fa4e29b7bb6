"""Texts an author gives in English and, under the same key with ``_zh``, in Chinese.

A Chinese text that is not written is read as the English one, so that every reader finds something.
"""

from __future__ import annotations

from clew.problems import Problems
from clew.rules.shape import Entries


def chinese_text(entries: Entries, key: str) -> str:
    """The Chinese of one text, on one line."""
    return " ".join((entries.text(f"{key}_zh") or entries.text(key)).split())


def english_texts(entries: Entries, key: str) -> tuple[str, ...]:
    """The entries of a list, each on one line."""
    return tuple(" ".join(text.split()) for text in entries.texts(key))


def chinese_texts(entries: Entries, key: str, problems: Problems) -> tuple[str, ...]:
    """The Chinese of each entry of a list, in its order (E107 when there are more or fewer)."""
    english, chinese = entries.get(key), entries.get(f"{key}_zh")
    if chinese is None:
        return english_texts(entries, key)
    count, wanted = len(chinese.entries()), len(english.entries()) if english else None
    if wanted is not None and count != wanted:  # a list that is missing, or no list, is told by its table
        problems.error(
            chinese.place,
            "E107",
            f"'{key}_zh' has {count} entries, and '{key}' has {wanted}",
            "write the Chinese of each entry, in the same order",
        )
    return english_texts(entries, f"{key}_zh")
