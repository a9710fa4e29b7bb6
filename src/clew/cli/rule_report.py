"""What a rule would find in the data received so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from clew.cli import console
from clew.cli.explanation import compiled
from clew.cli.opening import find_settings, open_rule, warehouse
from clew.cli.preview import Preview, overrides_of, preview_of
from clew.engine import FunnelStep


def show_dry_run(
    name: str,
    project: Path | None,
    as_of: date,
    parameters: Sequence[str],
    sample: int,
    language: str | None,
    purpose: str | None,
    *,
    as_json: bool,
) -> None:
    """Run the rule over the warehouse as it stood on ``as_of`` and print its funnel, hits and near-misses."""
    settings = find_settings(project, language=language, purpose=purpose)
    content, rule = open_rule(settings, name)
    plan = compiled(rule, content, as_of, overrides_of(rule, parameters))
    with warehouse(settings) as connection, console.progress(f"running {rule.id}"):
        preview = preview_of(connection, content, rule, plan, sample=sample)
    if as_json:
        console.print_json(_document(preview))
    else:
        _print(preview, settings.language)


def _print(preview: Preview, language: str) -> None:
    chinese = language == "zh"
    before: int | None = None
    rows = []
    for step in preview.answers.funnel:
        merges = step.verb == "aggregate" and not step.number.endswith("_having")
        dropped = before - step.rows if before is not None and before > step.rows and not merges else None
        sentence = step.sentence.zh if chinese else step.sentence.en
        rows.append((step.number, step.rows, sentence, f"-{console.shown(dropped)}" if dropped else "", _apart(step)))
        before = step.rows
    console.print_table(("", "rows", "step", "dropped", "why"), rows, right=(0, 1, 3))
    console.say(_sums(preview))
    for hit in preview.hits:
        for line in hit.lines():
            console.say(f"  {line}")
    sentences = {step.number: step.sentence.zh if chinese else step.sentence.en for step in preview.answers.funnel}
    for number, rows_ in preview.near_misses.items():
        console.say(f"\nnear-misses at {number}: {sentences[number]}")
        console.print_table(rows_.headings, rows_.rows)


def _apart(step: FunnelStep) -> str:
    counts = {
        "unknown": step.unknown,
        "excluded": step.excluded,
        "inconclusive": step.inconclusive,
        "errors": step.errors,
    }
    parts = [step.reason] if step.reason else []
    return "; ".join(parts + [f"{console.shown(count)} {name}" for name, count in counts.items() if count])


def _sums(preview: Preview) -> str:
    answers = preview.answers
    strengths = Counter(answers.clues.column("strength").to_pylist())
    by_strength = ", ".join(
        f"{strength.normalize():f} x {strengths[strength]}" for strength in sorted(strengths, reverse=True)
    )
    parts = [f"{answers.clues.num_rows} clues" + (f": strength {by_strength}" if by_strength else "")]
    parts += [f"{len(preview.suppressed)} suppressed by earlier dispositions"]
    parts += [f"{answers.inconclusive.num_rows} inconclusive", f"{answers.errors.num_rows} errors"]
    parts += [f"{answers.evaluated} subjects evaluated"] if answers.evaluated is not None else []
    return "; ".join(parts)


def _document(preview: Preview) -> dict[str, Any]:
    answers = preview.answers
    return {
        "rule": preview.rule.id,
        "version": preview.rule.version,
        "as_of": preview.plan.as_of,
        "funnel": [
            {
                "number": step.number,
                "verb": step.verb,
                "zh": step.sentence.zh,
                "en": step.sentence.en,
                "reason": step.reason,
                "rows": step.rows,
                "unknown": step.unknown,
                "excluded": step.excluded,
                "inconclusive": step.inconclusive,
                "errors": step.errors,
            }
            for step in answers.funnel
        ],
        "clues": answers.clues.num_rows,
        "suppressed": len(preview.suppressed),
        "inconclusive": answers.inconclusive.num_rows,
        "errors": answers.errors.num_rows,
        "evaluated": answers.evaluated,
        "hits": [hit.as_dict() for hit in preview.hits],
        "near_misses": {number: rows.as_dicts() for number, rows in preview.near_misses.items()},
    }
