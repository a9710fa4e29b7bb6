"""What a hit becomes: subject, dates, strength, sentences and evidence, as written."""

from __future__ import annotations

from decimal import Decimal

from clew.problems import Problems
from clew.rules.model import ClueSpec, EvidenceItem, StrengthBand, Text
from clew.rules.shape import Is, Key, entries_of, of_kind
from clew.yaml_file import Node

CLUE = {
    "subject": Key(Is.MAPPING),
    "episode": Key(Is.SCALAR, False),
    "happened_on": Key(Is.SCALAR, False),
    "amount": Key(Is.SCALAR, False),
    "labels": Key(Is.MAPPING, False),
    "strength": Key(Is.LIST),
    "message": Key(Is.TEXT),
    "message_zh": Key(Is.TEXT),
    "evidence": Key(Is.LIST),
}
SUBJECT = {"type": Key(Is.TEXT), "id": Key(Is.SCALAR), "name": Key(Is.SCALAR, False)}
BAND = {"when": Key(Is.SCALAR), "is": Key(Is.NUMBER)}
LAST_BAND = {"otherwise": Key(Is.NUMBER)}
SHOW = {"show": Key(Is.SCALAR), "title_zh": Key(Is.TEXT), "title": Key(Is.TEXT, False), "unit": Key(Is.TEXT, False)}
ROWS = {"rows": Key(Is.TEXT), "title_zh": Key(Is.TEXT), "title": Key(Is.TEXT, False), "limit": Key(Is.WHOLE, False)}
LABEL = {"zh": Key(Is.SCALAR), "en": Key(Is.SCALAR)}
EVIDENCE_LIMIT = 50
"""Evidence rows shown when a rule does not say how many."""


def parse_clue(node: Node, problems: Problems) -> ClueSpec | None:
    """Build the clue part; None when too little is there."""
    entries = entries_of(node, CLUE, "the clue", problems)
    subject_node, labels = entries.get("subject"), entries.get("labels")
    subject = entries_of(subject_node, SUBJECT, "clue.subject", problems) if subject_node else None
    strength = _strength(entries.get("strength"), problems)
    evidence = _evidence(entries.get("evidence"), problems)
    words = _labels(labels, problems)
    if not entries.complete or subject is None or not subject.complete:
        return None
    return ClueSpec(
        subject_type=subject.text("type"),
        subject=Text.of(subject["id"]),
        subject_name=_text(subject.get("name")),
        episode=_text(entries.get("episode")),
        happened_on=_text(entries.get("happened_on")),
        amount=_text(entries.get("amount")),
        labels=words,
        strength=strength,
        message=Text.of(entries["message"]),
        message_zh=Text.of(entries["message_zh"]),
        evidence=evidence,
        place=node.place,
    )


def _strength(node: Node | None, problems: Problems) -> tuple[StrengthBand, ...]:
    found = []
    for entry in node.entries() if node else ():
        last = any(key.startswith("otherwise") for key, _ in entry.items())
        band = entries_of(entry, LAST_BAND if last else BAND, "a strength", problems)
        if not band.complete:
            continue
        value = band["otherwise" if last else "is"]
        number = Decimal(str(value.value))
        if not 0 <= number <= 1:
            problems.error(value.place, "E107", f"a strength is from 0 to 1, and {number} is outside")
        found.append(StrengthBand(None if last else Text.of(band["when"]), number, entry.place))
    return tuple(found)


def _evidence(node: Node | None, problems: Problems) -> tuple[EvidenceItem, ...]:
    found = []
    for entry in node.entries() if node else ():
        shows_rows = entry.get("rows") is not None
        item = entries_of(entry, ROWS if shows_rows else SHOW, "an evidence entry", problems)
        if not item.complete:
            continue
        limit = item.get("limit")
        count = limit.value if limit and isinstance(limit.value, int) else EVIDENCE_LIMIT
        if limit and count < 1:
            problems.error(limit.place, "E107", f"'limit' is at least 1, and {count} is not")
        found.append(
            EvidenceItem(
                _text(item.get("show")),
                _text(item.get("rows")),
                count,
                item.text("title_zh"),
                item.text("title"),
                item.text("unit") or None,
            )
        )
    return tuple(found)


def _labels(node: Node | None, problems: Problems) -> dict[str, dict[str, tuple[str, str]]]:
    """Column -> value -> (Chinese, English). A single word is the Chinese one; the value stands for the English."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for column, values in node.items() if node else ():
        if not values.is_mapping:
            problems.error(
                values.place,
                "E103",
                f"the labels of '{column}' must be one word for each value",
                "write: outcome: {missing: 未吊销, late: 逾期吊销}",
            )
            continue
        found[column] = {}
        for value, label in values.items():
            if label.is_mapping:
                both = entries_of(label, LABEL, f"the label of '{value}'", problems)
                found[column][value] = (both.text("zh"), both.text("en"))
            elif of_kind(label, Is.SCALAR):
                found[column][value] = (label.text, value)
            else:
                problems.error(label.place, "E103", f"the label of '{value}' must be a word, or zh and en")
    return found


def _text(node: Node | None) -> Text | None:
    return Text.of(node) if node else None
