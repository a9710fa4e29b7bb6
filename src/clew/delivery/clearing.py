"""What would clear a subject: a sentence per exclusion and absence of the plan that ran, with the subject's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clew.contracts.model import Column, Contract
from clew.delivery import masking
from clew.engine import FunnelStep
from clew.rules.message import worded
from clew.rules.model import Rule

SHOWN = 3
"""Different values of one column that are told."""
Records = Mapping[str, Sequence[Mapping[str, Any]]]
"""Source rows by dataset alias."""


def clearings(
    steps: Iterable[FunnelStep],
    facts: Mapping[str, Any],
    records: Records,
    rule: Rule | None,
    contracts: Mapping[str, Contract],
    language: str,
    shown_as: Mapping[str, str] | None,
) -> tuple[str, ...]:
    """The sentences, in the order of the steps.

    ``shown_as`` masks: personal words, each with what may be shown instead. None shows facts and records as they are.
    """
    found = []
    for step in steps:
        if step.clears is None:
            continue
        said = step.clears.zh if language == "zh" else step.clears.en
        here = [
            f"{_title(name, rule, contracts, language)}{'：' if language == 'zh' else ': '}{values}"
            for name in step.reads
            if (values := _values(name, facts, records, rule, contracts, language, shown_as))
        ]
        tail_zh = f"本案现为：{'；'.join(here)}。" if here else ""
        tail_en = f" Here: {'; '.join(here)}." if here else ""
        found.append(f"若{said}，则可排除。{tail_zh}" if language == "zh" else f"Cleared if {said}.{tail_en}")
    return tuple(found)


def _title(name: str, rule: Rule | None, contracts: Mapping[str, Contract], language: str) -> str:
    if language != "zh" or rule is None:
        return name
    alias, _, own = name.partition(".")
    contract = contracts.get(rule.datasets[alias].value) if own and alias in rule.datasets else None
    column = contract.column(own) if contract else None
    if column is not None:
        return column.title_zh or name
    shown = {item.show.value: item.title_zh for item in rule.clue.evidence if item.show and item.title_zh}
    return rule.titles_zh.get(name) or shown.get(name) or name


def _values(
    name: str,
    facts: Mapping[str, Any],
    records: Records,
    rule: Rule | None,
    contracts: Mapping[str, Contract],
    language: str,
    shown_as: Mapping[str, str] | None,
) -> str:
    """What is known of a column here, '' where nothing is: the subject's own rows, else the clue's facts."""
    alias, _, own = name.partition(".")
    empty = "空" if language == "zh" else "empty"
    if own and records.get(alias) and rule is not None and alias in rule.datasets:
        contract = contracts.get(rule.datasets[alias].value)
        column = contract.column(own) if contract else None
        values = [_shown(row.get(own), column, language, mask=shown_as is not None) for row in records[alias]]
        return _joined([empty if value is None else value for value in values], language)
    if name not in facts:
        return ""
    labels = rule.clue.labels.get(name, {}) if rule is not None else {}
    text = empty if facts[name] is None else worded(facts[name], labels, language)
    return masking.masked_text(text, shown_as) if shown_as is not None else text


def _shown(value: Any, column: Column | None, language: str, *, mask: bool) -> str | None:
    """A stored value: in Chinese a code by its word; None for one that is not there."""
    kept = masking.masked(value, column) if mask else value
    if kept is None:
        return None
    words = column.values.items() if column is not None and language == "zh" else ()
    return next((word for word, code in words if code == kept), worded(kept, {}, language))


def _joined(values: Sequence[str], language: str) -> str:
    """Each different value once, the most of them told."""
    different = list(dict.fromkeys(values))
    shown = ("、" if language == "zh" else ", ").join(different[:SHOWN])
    if len(different) <= SHOWN:
        return shown
    return f"{shown}等{len(different)}项" if language == "zh" else f"{shown} and {len(different) - SHOWN} more"
