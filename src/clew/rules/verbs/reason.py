"""Why an author drops or asks for rows, in both languages: ``reason`` and ``reason_zh`` of a step."""

from __future__ import annotations

from dataclasses import dataclass

from clew.rules.model import Step

REASON = {"reason": False, "reason_zh": False}
"""The options a verb declares that can carry a reason."""


@dataclass(frozen=True)
class Reason:
    """An author's reason. A language that was not written is spoken in the other."""

    zh: str
    en: str

    @property
    def stored(self) -> str:
        """As the ledger and the funnel keep it, for readers of both languages."""
        return self.en if self.zh == self.en else f"{self.zh} / {self.en}"


def reason_of(step: Step) -> Reason:
    """The reason of a step; empty in both languages when none is given."""
    en = step.options["reason"].text if "reason" in step.options else ""
    zh = step.options["reason_zh"].text if "reason_zh" in step.options else en
    return Reason(zh, en or zh)
