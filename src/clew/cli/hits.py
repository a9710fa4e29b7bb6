"""A hit of one rule as a person reads it: its sentence, masked unless the purpose is a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from clew.delivery import masking
from clew.delivery.cells import shown_words
from clew.project import Project
from clew.rules.message import render
from clew.rules.model import Rule


@dataclass(frozen=True)
class Hit:
    """One clue of a rule by itself. ``suppressed``: the model and the earlier answer that silence it, '' if none."""

    subject: str
    name: str
    episode: str
    strength: Decimal
    amount: Decimal | None
    message: str
    suppressed: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The hit as plain values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Two lines: who and how much, then the sentence."""
        amount = f"  {self.amount} CNY" if self.amount is not None else ""
        who = " ".join(part for part in (self.name, self.subject, self.episode) if part)
        found = [f"{self.strength.normalize():f}  {who}{amount}", f"     {self.message}"]
        return [*found, f"     suppressed, {self.suppressed}"] if self.suppressed else found


def hit(content: Project, rule: Rule, row: Mapping[str, Any], suppressed: str = "") -> Hit:
    """A row of a rule's clues, in the settings' language and for their purpose."""
    language, kind = content.settings.language, rule.clue.subject_type
    template = rule.clue.message if language == "en" else rule.clue.message_zh
    sentence = render(template.value, row, rule.clue.labels, language)
    subject, name = row["subject"], row["subject_name"] or ""
    if content.settings.purpose != "case":
        known = shown_words(kind, subject, name, [], [(rule, row)], content.catalogue.contracts)
        subject, name = known.get(subject, subject), known.get(name, name)
        sentence = masking.masked_text(sentence, known)
    return Hit(subject, name, row["episode"] or "", row["strength"], row["amount"], sentence, suppressed)
