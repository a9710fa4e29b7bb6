"""Limitation: until when what a clue tells of may still be pursued, by the law in force when it happened.

A rule names the articles; the terms stand in the law files, each in the period of its article. Nothing is dropped for
its age: a clue past its limitation is marked, and a person decides (the period may have been interrupted).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clew.plan import Type
from clew.problems import Problems, did_you_mean
from clew.rules.laws import Laws
from clew.rules.model import LegalBasis, Limitation, Rule, Text
from clew.rules.shape import Is, Key, entries_of
from clew.yaml_file import Node

LIMITATION = {
    "law": Key(Is.TEXT),
    "article": Key(Is.SCALAR),
    "term": Key(Is.TEXT, False),
    "since": Key(Is.TEXT, False),
}
HAPPENED_ON = "happened_on"


@dataclass(frozen=True)
class Ends:
    """One limitation of one clue: the article, the day counted from, and the last day."""

    law: str
    article: str
    since: date
    ends_on: date


def parse_limitation(node: Node | None, problems: Problems) -> tuple[Limitation, ...]:
    """The limitations a rule names."""
    found = []
    for entry in node.entries() if node else ():
        entries = entries_of(entry, LIMITATION, "a limitation", problems)
        if entries.complete:
            since = entries.get("since")
            basis = LegalBasis(entries.text("law"), entries.text("article"), None, None, entry.place)
            found.append(Limitation(basis, entries.text("term"), Text.of(since) if since else None))
    return tuple(found)


def check_limitation(rule: Rule, facts: Mapping[str, Type] | None, laws: Laws, problems: Problems) -> None:
    """E405 what it counts from is no date of the clue; E704 the article has no such term.

    ``facts`` are the clue's named values by type; None when the rule does not compile.
    """
    for one in rule.limitation:
        since = one.since.value if one.since else HAPPENED_ON
        known = {HAPPENED_ON} if rule.clue.happened_on else set()
        known |= {name for name, kind in (facts or {}).items() if kind is Type.DATE}
        place = one.since.place if one.since else one.basis.place
        if facts is not None and since not in known:
            help = did_you_mean(since, known) or "give the clue 'happened_on', or name a date with 'since'"
            problems.error(place, "E405", f"a limitation cannot count from '{since}': it is no date of the clue", help)
        periods = laws.find(one.basis, problems)
        if periods and not any(one.term in period.limitation for period in periods):
            _no_such_term(one, sorted({name for period in periods for name in period.limitation}), problems)


def limitations(rule: Rule, happened_on: date | None, facts: Mapping[str, Any], laws: Laws) -> list[Ends]:
    """When each limitation of a rule's answer ends; the version of the article is the one in force on the day counted
    from. One without such a day, or without a version on it, is left out."""
    found = []
    for one in rule.limitation:
        since = facts.get(one.since.value) if one.since else happened_on
        law = laws.laws.get(one.basis.law)
        if isinstance(since, date) and law is not None:
            period = law.version(one.basis.article, since)
            term = period.limitation.get(one.term) if period else None
            if term is not None:
                found.append(Ends(law.id, one.basis.article, since, term.after(since)))
    return found


def _no_such_term(one: Limitation, terms: list[str], problems: Problems) -> None:
    said = f"article {one.basis.article} of '{one.basis.law}'"
    if not terms:
        message, help = f"{said} names no limitation", "add 'limitation' to the article in its law file"
    elif not one.term:
        message, help = f"{said} has several limitations", f"name one with 'term': {', '.join(terms)}"
    else:
        message, help = f"{said} has no limitation '{one.term}'", did_you_mean(one.term, terms)
    problems.error(one.basis.place, "E704", message, help)
