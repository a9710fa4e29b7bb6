"""Merging: the answers of a model's rules about one subject and episode become one scored, routed clue.

A rule counts once per clue, with its strongest answer: more rows of the same kind must not add up to a suspicion
that the rule's own strength did not state. Evidence of all its answers is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from clew.clues.identity import clue_id
from clew.clues.model import Clue, Signal
from clew.rules.laws import Laws
from clew.rules.limitation import limitations
from clew.rules.message import render
from clew.scoring.bands import band_of
from clew.scoring.contribution import Contribution
from clew.supervision.answer import Answer, Answered, read_answers
from clew.supervision.judgement import Judgement
from clew.supervision.model import Amount, Model, Use
from clew.working_days import MONDAY_TO_FRIDAY, WorkingDays


@dataclass(frozen=True)
class EvidenceIds:
    """Row identities of one dataset alias of one rule, sorted."""

    rule: str
    alias: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class MergedClue:
    """A clue whose evidence is still row identities, to be fetched for the clues alone."""

    clue: Clue
    evidence: tuple[EvidenceIds, ...]


@dataclass(frozen=True)
class _Told:
    """One rule's part of a clue: its strongest answer, and all of them."""

    use: Use
    answered: Answered
    answer: Answer
    answers: tuple[Answer, ...]


def merge(
    judged: Judgement,
    answered: Mapping[str, Answered],
    *,
    as_of: date,
    laws: Laws | None = None,
    working: WorkingDays = MONDAY_TO_FRIDAY,
) -> list[MergedClue]:
    """The clues of one model, ordered by subject and episode. ``answered`` maps rule id to what it gave; ``laws`` hold
    the terms of limitation, ``working`` the days that dates due in working days are counted by.

    The order of rules, rows and threads does not matter to the result.
    """
    model = judged.model
    groups: dict[tuple[str, str, str], list[_Told]] = {}
    for use in model.uses:
        ran = answered[use.rule.value]
        of_rule: dict[tuple[str, str, str], list[Answer]] = {}
        for answer in read_answers(ran):
            key = (ran.rule.clue.subject_type, answer.subject, answer.episode)
            of_rule.setdefault(key, []).append(answer)
        for key, answers in of_rule.items():
            told = tuple(sorted(answers, key=lambda answer: answer.rank))
            groups.setdefault(key, []).append(_Told(use, ran, told[0], told))
    return [_clue(judged, key, groups[key], as_of, laws or Laws({}), working) for key in sorted(groups)]


def _clue(
    judged: Judgement, key: tuple[str, str, str], parts: list[_Told], as_of: date, laws: Laws, working: WorkingDays
) -> MergedClue:
    model = judged.model
    subject_type, subject, episode = key
    answers = [part.answer for part in parts]
    happened = [answer.happened_on for answer in answers if answer.happened_on is not None]
    facts = {
        **{name: value for answer in answers for name, value in answer.facts.items() if "." not in name},
        "amount": _amount(model, answers),
        "happened_on": min(happened, default=None),
        "signals": len(parts),
    }
    contributions = [
        Contribution(model.scoring.weight_of(part.use) or Decimal(0), part.answer.strength) for part in parts
    ]
    score, hits = judged.score(contributions, facts)
    route = judged.route(score.value, facts)
    evidence = tuple(ids for part in parts for ids in _evidence(part))
    signals = tuple(
        _signal(part, contribution, result, evidence)
        for part, contribution, result in zip(parts, contributions, score.results, strict=True)
    )
    clue = Clue(
        clue_id=clue_id(model.id, subject_type, subject, episode),
        model=model.id,
        subject_type=subject_type,
        subject=subject,
        subject_name=next((answer.subject_name for answer in answers if answer.subject_name), None),
        episode=episode,
        score=score.value,
        band=band_of(score.value, model.scoring.bands),
        route=route.to,
        due_on=replace(route.due, working=working).after(as_of) if route.due else None,
        happened_on=min(happened, default=None),
        amount=_amount(model, answers),
        shadow=model.shadow,
        signals=signals,
        factors=tuple(hits),
        evidence=(),
        limitation_ends_on=min(_ends(parts, laws), default=None),
    )
    return MergedClue(clue, evidence)


def _ends(parts: Iterable[_Told], laws: Laws) -> Iterable[date]:
    for part in parts:
        for answer in part.answers:
            for one in limitations(part.answered.rule, answer.happened_on, answer.facts, laws):
                yield one.ends_on


def _amount(model: Model, answers: Iterable[Answer]) -> Decimal | None:
    amounts = [answer.amount for answer in answers if answer.amount is not None]
    if not amounts:
        return None
    return sum(amounts, Decimal(0)) if model.amount is Amount.SUM else max(amounts)


def _evidence(part: _Told) -> Iterable[EvidenceIds]:
    for alias in part.answered.plan.evidence:
        rows = sorted({row for answer in part.answers for row in answer.rows[alias]})
        if rows:
            yield EvidenceIds(part.answered.rule.id, alias, tuple(rows))


def _signal(part: _Told, of: Contribution, result: Decimal, evidence: tuple[EvidenceIds, ...]) -> Signal:
    rule, facts = part.answered.rule, part.answer.facts
    labels = rule.clue.labels
    return Signal(
        rule=rule.id,
        rule_version=rule.version,
        weight=of.weight,
        strength=of.strength,
        result=result,
        title=rule.title,
        title_zh=rule.title_zh,
        message=render(rule.clue.message.value, facts, labels, "en"),
        message_zh=render(rule.clue.message_zh.value, facts, labels, "zh"),
        facts=facts,
        answers=len(part.answers),
        evidence_rows={ids.alias: len(ids.rows) for ids in evidence if ids.rule == rule.id},
    )
