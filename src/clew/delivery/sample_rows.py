"""The sample of one batch: who was drawn, why they were left out, and what earlier samples showed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from clew.clues.sample import Missed, missed
from clew.delivery import words
from clew.delivery.cells import shown_subject
from clew.delivery.contents import SampleRow
from clew.plan import ROW_BITS
from clew.rules.model import Rule
from clew.scoring.interval import wilson

_DRAWN = """
select s.sample_id, s.kind, s.subject, s.model, s.rule, s.variant, s.step, s.reason,
    (select min(list_min(e.rows)) from clew.exclusion e where e.screening_id = s.screening_id and e.rule = s.rule
        and e.variant = s.variant and e.step = s.step and e.subject = s.subject) as first_row
from clew.sample s where s.screening_id = ? and s.unit = ? order by s.model, s.kind desc, s.sample_id
"""


def read_samples(
    connection: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    models: Mapping[str, str],
    screening_id: str,
    unit: str,
    *,
    mask: bool,
) -> tuple[SampleRow, ...]:
    """The unit's sample of this screening, in a fixed order."""
    files = dict(connection.execute("select batch, file from clew.delivery").fetchall())
    found = []
    for sample_id, kind, subject, model, rule, variant, step, reason, first in connection.execute(
        _DRAWN, [screening_id, unit]
    ).fetchall():
        known = rules.get(rule)
        about = known.clue.subject_type if known else "person"
        place = f"{files.get(first >> ROW_BITS, '')} 第 {first & ((1 << ROW_BITS) - 1)} 行" if first is not None else ""
        found.append(
            SampleRow(
                sample_id,
                kind,
                shown_subject(about, subject, {}) if mask else subject,
                models.get(model, model),
                f"{rule} ({variant})" if variant else rule,
                (known.title_zh or known.title) if known else rule,
                step,
                reason,
                place,
            )
        )
    return tuple(found)


def earlier(
    connection: duckdb.DuckDBPyConnection, models: Mapping[str, str], as_of: date
) -> tuple[tuple[str, str], ...]:
    """What samples answered by a day showed of these models, a sentence for each kind that was answered."""
    found = (one for one in missed(connection, as_of) if one.answered and one.model in models)
    return tuple((models[one.model], said(one)) for one in found)


def said(one: Missed) -> str:
    """The estimated share of those left out that should have been clues, with its interval."""
    low, high = wilson(one.missed, one.answered)
    kind = words.SAMPLE_KINDS[one.kind]
    return (
        f"{kind}的抽查已核查 {one.answered} 个，应为线索 {one.missed} 个，占 {one.missed / one.answered:.0%}"
        f"（95% 区间 {low:.0%} 至 {high:.0%}）；本次同类 {one.among:,} 个，估计遗漏 {low * one.among:,.0f} 至"
        f" {high * one.among:,.0f} 个。"
    )
