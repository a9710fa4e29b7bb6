"""One value of a stored source row, as a person reads it: typed, worded, and masked when the list travels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from clew.contracts.model import Column, Contract
from clew.delivery import masking
from clew.plan import Type
from clew.rules.model import Rule

Record = tuple[str, Mapping[str, Any]]
"""A dataset and one of its rows, by column."""


def cell(value: Any, column: Column | None, *, mask: bool) -> Any:
    """A stored value with its contract's type and, for a code, the word the department delivered."""
    if value is None or column is None:
        return masking.masked(value, column) if mask else value
    typed: Any = value
    if column.type is Type.DECIMAL:
        typed = Decimal(str(value))
    elif column.type is Type.DATE and isinstance(value, str):
        typed = date.fromisoformat(value[:10])
    elif column.values and isinstance(value, str):
        typed = next((word for word, code in column.values.items() if code == value), value)
    return masking.masked(typed, column) if mask else typed


ORGANISATIONS = ("company", "company_group")
"""Subjects known by a credit code, which may be all digits and look like an identity number."""


def shown_subject(subject_type: str, subject: str, words: Mapping[str, str]) -> str:
    """A clue's subject as a list that travels shows it: a group of people is known by the number of one of them."""
    if subject_type == "person":
        return masking.masked_number(subject)
    return subject if subject_type in ORGANISATIONS else masking.masked_text(subject, words)


def shown_words(
    subject_type: str,
    subject: str,
    name: str | None,
    records: Iterable[Record],
    facts: Iterable[tuple[Rule | None, Mapping[str, Any]]],
    contracts: Mapping[str, Contract],
) -> dict[str, str]:
    """Every personal word that may stand in a clue's sentences, with what may be shown instead.

    They come from the clue's source rows and from its rules' facts (``alias.column``), by the contracts' classes.
    """
    found: dict[str, str] = {}
    for dataset, record in records:
        found |= masking.personal_values(record, contracts.get(dataset))
    for rule, values in facts:
        for alias, name_of_dataset in rule.datasets.items() if rule else ():
            own = {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{alias}.")}
            found |= masking.personal_values(own, contracts.get(name_of_dataset.value))
    if subject_type == "person":
        found[subject] = masking.masked_number(subject)
        if name:
            found[name] = masking.masked_personal(name)
    return found
