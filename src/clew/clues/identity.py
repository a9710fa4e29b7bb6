"""What makes a clue the same clue tomorrow, and what makes its content another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from clew.clues.model import Clue, EvidenceRow


def clue_id(model: str, subject_type: str, subject: str, episode: str) -> str:
    """``<model>-<16 hex>``: the same model, subject and episode always give the same clue.

    A bar inside a part is escaped, so that no two subjects can share an identity.
    """
    parts = (part.replace("\\", "\\\\").replace("|", "\\|") for part in (model, subject_type, subject, episode))
    return f"{model}-{sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def evidence_hash(evidence: Sequence[EvidenceRow]) -> str:
    """Hash of what the evidence says, not of where it stands.

    The same register delivered again has other batch and row numbers and the same hash.
    """
    said = sorted(plain_json({"rule": row.rule, "dataset": row.dataset, "record": row.record}) for row in evidence)
    return sha256("\n".join(said).encode()).hexdigest()


def content_hash(clue: Clue) -> str:
    """Hash of everything a handler would see change: score, route, signals, factors and what the evidence says.

    Not in it: the deadline (it stands from the day the clue was first sent) and where the evidence rows stand.
    """
    content = asdict(clue)
    content["evidence"] = evidence_hash(clue.evidence)
    del content["due_on"]
    return sha256(plain_json(content).encode()).hexdigest()


def plain_json(value: Any) -> str:
    """One text for one value: keys sorted, decimals and dates as text, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"a fact of type {type(value).__name__} has no text form")
