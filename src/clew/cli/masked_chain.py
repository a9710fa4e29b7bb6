"""A clue's evidence chain with personal data masked, as a wide list would show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clew.contracts.catalogue import Catalogue
from clew.delivery import masking
from clew.screening.why import Chain, RuleChain, Source


def masked_chain(chain: Chain, catalogue: Catalogue) -> Chain:
    """The chain with every source row, fact and sentence masked by the contracts' classes."""
    shown_as = _shown_as(chain, catalogue)
    return replace(
        chain,
        clue={name: _text(value, shown_as) for name, value in chain.clue.items()},
        rules=tuple(_rule(rule, catalogue, shown_as) for rule in chain.rules),
        events=tuple(replace(event, note=masking.masked_text(event.note, shown_as)) for event in chain.events),
    )


def _shown_as(chain: Chain, catalogue: Catalogue) -> dict[str, str]:
    """Every personal word of this clue, with what may be shown instead."""
    found: dict[str, str] = {}
    for rule in chain.rules:
        for source in rule.sources:
            found |= masking.personal_values(source.record, catalogue.get(source.dataset))
    if chain.clue["subject_type"] == "person":
        found[chain.clue["subject"]] = masking.masked_number(chain.clue["subject"])
        if chain.clue["subject_name"]:
            found[chain.clue["subject_name"]] = masking.masked_personal(chain.clue["subject_name"])
    return found


def _rule(rule: RuleChain, catalogue: Catalogue, shown_as: Mapping[str, str]) -> RuleChain:
    return replace(
        rule,
        message=masking.masked_text(rule.message, shown_as),
        message_zh=masking.masked_text(rule.message_zh, shown_as),
        facts={name: _text(value, shown_as) for name, value in rule.facts.items()},
        sources=tuple(_source(source, catalogue) for source in rule.sources),
    )


def _source(source: Source, catalogue: Catalogue) -> Source:
    contract = catalogue.get(source.dataset)
    record = {
        name: masking.masked(value, contract.column(name) if contract else None)
        for name, value in source.record.items()
    }
    return replace(source, record=record)


def _text(value: Any, shown_as: Mapping[str, str]) -> Any:
    return masking.masked_text(value, shown_as) if isinstance(value, str) else value
