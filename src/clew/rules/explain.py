"""What a rule does, step by step, in plain sentences that come from the plan that runs."""

from __future__ import annotations

from collections.abc import Sequence

from clew.engine import FunnelStep
from clew.plan import Plan, Sentence


def explain(plan: Plan, language: str) -> list[str]:
    """One line per step, ``zh`` or ``en``: its number and its sentence."""
    width = max(len(step.number) for step in plan.steps)
    return [
        f"{step.number:<{width}}  {step.sentence.zh if language == 'zh' else step.sentence.en}" for step in plan.steps
    ]


def explain_strength(plan: Plan, language: str) -> list[str]:
    """One line per band of the clue's strength, ``zh`` or ``en``: how strong it is, and when; the first that holds."""
    otherwise = Sentence("其余", "otherwise")
    whens = [(band.strength, band.when or otherwise) for band in plan.strengths]
    return [f"{strength:<4}  {when.zh if language == 'zh' else when.en}" for strength, when in whens]


def explain_funnel(funnel: Sequence[FunnelStep], language: str) -> list[str]:
    """One line per step: rows left, its number, its sentence, and what it set apart."""
    width = max(len(step.number) for step in funnel)
    digits = max(5, *(len(f"{step.rows:,}") for step in funnel))
    lines = []
    for step in funnel:
        sentence = step.sentence.zh if language == "zh" else step.sentence.en
        apart = _apart(step, language)
        lines.append(f"{step.rows:>{digits},}  {step.number:<{width}}  {sentence}{f'  [{apart}]' if apart else ''}")
    return lines


def _apart(step: FunnelStep, language: str) -> str:
    words = (
        ("unknown", "不明", step.unknown),
        ("excluded", "排除", step.excluded),
        ("inconclusive", "无法判定", step.inconclusive),
        ("errors", "出错", step.errors),
    )
    if language == "zh":
        return "，".join(f"{zh}{count:,}" for _, zh, count in words if count)
    return ", ".join(f"{count:,} {en}" for en, _, count in words if count)
