"""Whether a model has shown what ``promote_when`` asks before it may be live. One that has not is run in shadow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from clew.clues.review import reviews
from clew.problems import Problems
from clew.screening.precision import Precision, by_band, precision
from clew.supervision.library import Models
from clew.supervision.model import Model, Promotion, Status


@dataclass(frozen=True)
class Record:
    """What a model has shown so far. ``shadow_runs`` counts the days on which it was screened in shadow."""

    shadow_runs: int
    total: Precision
    bands: Mapping[str, Precision]


@dataclass(frozen=True)
class Shortfall:
    """One number that is not there yet, in both languages."""

    zh: str
    en: str


def track_record(connection: duckdb.DuckDBPyConnection, model: Model) -> Record:
    """What the store knows about a model."""
    days = connection.execute(
        """
        select count(distinct as_of) from (
            select as_of, unnest(cast(report->'models' as json[])) as one from clew.screening)
        where one->>'model' = ? and one->>'status' = 'shadow' and one->>'stopped' = ''
        """,
        [model.id],
    ).fetchall()
    answers = reviews(connection, model.id)
    return Record(days[0][0], precision(answers), by_band(answers, model.scoring.bands))


def shortfalls(wanted: Promotion | None, shown: Record) -> list[Shortfall]:
    """What is missing; empty when the model may be live. A model that asks for nothing can show nothing."""
    if wanted is None:
        return [Shortfall("模型未写明 promote_when", "the model states no promote_when")]
    missing = []
    for zh, en, has, least in (
        ("试运行次数", "runs in shadow", shown.shadow_runs, wanted.shadow_runs),
        ("已核查线索数", "clues reviewed", shown.total.reviewed, wanted.reviewed),
    ):
        if has < least:
            missing.append(Shortfall(f"{zh} {has}，应达 {least}", f"{en}: {has} of {least}"))
    for band, least_share in wanted.precision.items():
        share = shown.bands.get(band, Precision()).share
        if share is None or share < least_share:
            shown_zh, shown_en = ("尚无", "none yet") if share is None else (f"{share:.0%}", f"{share:.0%}")
            zh = f"{band} 查实率{shown_zh}，应达 {least_share:.0%}"
            missing.append(Shortfall(zh, f"precision of {band}: {shown_en} of {least_share:.0%}"))
    return missing


def held_back(connection: duckdb.DuckDBPyConnection, models: Models, problems: Problems) -> Models:
    """The models, each live one that has not shown its numbers as a shadow (S008 for each)."""
    found = dict(models.models)
    for model in models:
        missing = shortfalls(model.promote_when, track_record(connection, model)) if model.status is Status.LIVE else []
        if missing:
            problems.warn(
                model.status_place,
                "S008",
                f"model '{model.id}' is run in shadow: {'; '.join(one.en for one in missing)}",
                "write 'status: shadow' until the numbers are there; clew models tells how far it is",
            )
            found[model.id] = replace(model, status=Status.SHADOW)
    return Models(found)
