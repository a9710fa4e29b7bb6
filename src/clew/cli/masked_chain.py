"""A clue's evidence chain with personal data masked, as a wide list would show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clew.delivery import masking
from clew.delivery.cells import shown_words
from clew.project import Project
from clew.screening.why import Chain, RuleChain


def masked_chain(chain: Chain, project: Project) -> Chain:
    """The chain with every fact, sentence and source row masked by the contracts' classes."""
    shown_as = shown_words(
        chain.clue["subject_type"],
        chain.clue["subject"],
        chain.clue["subject_name"],
        [(source.dataset, source.record) for rule in chain.rules for source in rule.sources],
        [(project.library.rules.get(rule.rule), rule.facts) for rule in chain.rules],
        project.catalogue.contracts,
    )
    return replace(
        chain,
        clue={name: _text(value, shown_as) for name, value in chain.clue.items()},
        rules=tuple(_rule(rule, project, shown_as) for rule in chain.rules),
        events=tuple(replace(event, note=masking.masked_text(event.note, shown_as)) for event in chain.events),
    )


def _rule(rule: RuleChain, project: Project, shown_as: Mapping[str, str]) -> RuleChain:
    return replace(
        rule,
        message=masking.masked_text(rule.message, shown_as),
        message_zh=masking.masked_text(rule.message_zh, shown_as),
        facts={name: _text(value, shown_as) for name, value in rule.facts.items()},
        sources=tuple(
            replace(
                source,
                record=masking.masked_record(source.record, project.catalogue.get(source.dataset)),
                delivered=masking.masked_record(source.delivered, project.catalogue.get(source.dataset)),
                way_back=source.way_back
                and replace(source.way_back, reason=masking.masked_text(source.way_back.reason, shown_as)),
            )
            for source in rule.sources
        ),
    )


def _text(value: Any, shown_as: Mapping[str, str]) -> Any:
    return masking.masked_text(value, shown_as) if isinstance(value, str) else value
