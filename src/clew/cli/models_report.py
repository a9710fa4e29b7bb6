"""All supervision models: how far each has come, what it reads, what it found last, how often it was right."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from clew.cli import console
from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.cli.opening import find_settings, open_project, warehouse_or_empty
from clew.clues.sample import Missed, missed
from clew.delivery import words
from clew.problems import did_you_mean
from clew.project import Project
from clew.scoring.interval import wilson
from clew.screening.funnel import Funnel, read_funnels
from clew.screening.precision import Precision
from clew.screening.promotion import Record, Shortfall, shortfalls, track_record
from clew.screening.report import ModelReport, read_report
from clew.supervision.model import Model, Status


@dataclass(frozen=True)
class Standing:
    """One model and what the store knows of it. ``last`` is its part of the last screening that ran it.

    ``funnels`` are those of its rules in that screening.
    """

    model: Model
    datasets: tuple[str, ...]
    record: Record
    last: ModelReport | None
    last_as_of: str
    missing: tuple[Shortfall, ...]
    sampled: tuple[Missed, ...] = ()
    funnels: tuple[Funnel, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Everything, as plain values."""
        model, last = self.model, self.last
        return {
            "model": model.id,
            "title": model.title,
            "title_zh": model.title_zh,
            "status": model.status.value,
            "line": model.line,
            "rules": [use.rule.value for use in model.uses],
            "datasets": list(self.datasets),
            "last": {"as_of": self.last_as_of, "status": last.status, "clues": last.found, "bands": dict(last.bands)}
            if last
            else None,
            "funnels": {one.rule: {step.number: step.rows for step in one.steps} for one in self.funnels},
            "shadow_runs": self.record.shadow_runs,
            "precision": {band: measured(one) for band, one in self.bands().items()},
            "left_out": [
                asdict(one) | {"share": one.share, "interval": list(wilson(one.missed, one.answered))}
                for one in self.sampled
            ],
            "missing_for_live": [asdict(one) for one in self.missing],
        }

    def bands(self) -> Mapping[str, Precision]:
        """The precision of all clues ('all'), then by band."""
        return {"all": self.record.total, **self.record.bands}


def measured(one: Precision) -> dict[str, Any]:
    """A precision as plain values."""
    return {
        "clues": one.found,
        "shadow": one.shadow,
        "substantiated": one.right,
        "not_substantiated": one.wrong,
        "already_handled": one.handled,
        "not_reviewed": one.open,
        "precision": one.share,
        "interval": list(one.interval) if one.share is not None else None,
        "bounds": list(one.bounds) if one.bounds else None,
    }


def said(one: Precision) -> str:
    """A precision in one cell: share, interval, and the number it rests on."""
    if one.share is None:
        return "not measured"
    low, high = one.interval
    return f"{one.share:.0%} [{low:.0%}, {high:.0%}] n={one.right + one.wrong}"


def spared(one: Missed) -> str:
    """What a second look at those left out showed."""
    kind = {"excluded": "excluded", "below": "just below a threshold"}[one.kind]
    if one.share is None:
        return f"{kind}: {one.among} in the last screening; {one.drawn} drawn so far, none looked at"
    low, high = wilson(one.missed, one.answered)
    return (
        f"{kind}: {one.missed} of {one.answered} looked at should have been clues, {one.share:.0%}"
        f" [{low:.0%}, {high:.0%}]: of the {one.among} of the last screening {low * one.among:.0f} to"
        f" {high * one.among:.0f}"
    )


def show_models(names: Sequence[str], project: Path | None, language: str | None, *, as_json: bool) -> None:
    """Print the models named, all without a name; one that is named is told band by band."""
    settings = find_settings(project, language=language)
    content = open_project(settings)
    for name in names:
        if content.models.get(name) is None:
            raise CommandError(Exit.USAGE, f"there is no model '{name}'", did_you_mean(name, content.models.models))
    chosen = [model for model in content.models if not names or model.id in names]
    with warehouse_or_empty(settings) as connection:
        standings = [standing(connection, content, model) for model in chosen]
    if as_json:
        console.print_json([one.as_dict() for one in standings])
        return
    if all(one.last is None for one in standings):
        console.tell("nothing has been screened yet; receive and screen with: clew run")
    console.print_table(
        (
            "model",
            "status",
            "line",
            "datasets",
            "clues",
            "reviewed",
            "substantiated (95 %)",
            "shadow runs",
            "for live is missing",
        ),
        [_row(one, settings.language) for one in standings],
        right=(4, 5, 7),
    )
    for one in standings if names else ():
        console.say(f"\n{one.model.id}")
        console.say(f"  rules: {', '.join(use.rule.value for use in one.model.uses)}")
        console.say(f"  datasets: {', '.join(one.datasets)}")
        for funnel in one.funnels:
            left = " > ".join(console.shown(step.rows) for step in funnel.steps)
            console.say(f"  {funnel.rule}, rows left at each step on {one.last_as_of}: {left}")
        print_precision(one.bands(), settings.language)
        for sampled in one.sampled:
            console.say(f"  {spared(sampled)}")


_PRECISION = {
    "en": (
        "band", "clues", "shadow", "substantiated", "not", "handled before", "not reviewed", "precision (95 %)",
        "whatever the rest is",
    ),
    "zh": (
        "等级", "线索", "其中试运行", "查证属实", "查否等", "已处理", "未核查", "查实率（95%）", "未核查者不论结果",
    ),
}  # fmt: skip


def print_precision(bands: Mapping[str, Precision], language: str) -> None:
    """A table of precision by band, with what is not known."""
    rows = [
        (
            " ".join(dict.fromkeys((words.band(name), name))) if name != "all" else "全部 all",
            one.found,
            one.shadow,
            one.right,
            one.wrong,
            one.handled,
            one.open,
            said(one),
            f"{one.bounds[0]:.0%} to {one.bounds[1]:.0%}" if one.bounds else "",
        )
        for name, one in bands.items()
    ]
    console.print_table(_PRECISION[language], rows, right=range(1, 7))


def standing(connection: duckdb.DuckDBPyConnection, content: Project, model: Model) -> Standing:
    """One model, as the project and the store know it."""
    rules = [rule for use in model.uses if (rule := content.library.get(use.rule.value))]
    datasets = {dataset.value for rule in rules for dataset in rule.datasets.values()}
    record = track_record(connection, model)
    last, as_of, funnels = _last(connection, model)
    missing = list(shortfalls(model.promote_when, record))
    below = sum(rule.status != "stable" for rule in rules)
    if below:
        zh = f"{below} 条规则（共 {len(rules)} 条）未达 stable"
        missing.append(Shortfall(zh, f"{below} of {len(rules)} rules are below stable"))
    sampled = tuple(found for found in missed(connection) if found.model == model.id)
    return Standing(model, tuple(sorted(datasets)), record, last, as_of, tuple(missing), sampled, funnels)


def _last(connection: duckdb.DuckDBPyConnection, model: Model) -> tuple[ModelReport | None, str, tuple[Funnel, ...]]:
    query = "select report, manifest from clew.screening order by as_of desc, screening_id"
    for text, manifest in connection.execute(query).fetchall():
        report = read_report(text)
        for one in report.models:
            if one.model == model.id and not one.stopped:
                ran = {(use["rule"], use["variant"]) for use in json.loads(manifest)["models"][model.id]["rules"]}
                funnels = read_funnels(connection, report.screening_id, sorted(rule for rule, _ in ran))
                own = tuple(funnel for funnel in funnels if (funnel.rule, funnel.variant) in ran)
                return one, report.as_of.isoformat(), own
    return None, "", ()


def _band(name: str, language: str) -> str:
    return words.band(name) if language == "zh" else name


def _row(one: Standing, language: str) -> tuple[Any, ...]:
    model = one.model
    bands = one.last.bands if one.last else {}
    order = [*model.scoring.bands, *(band for band in bands if band not in model.scoring.bands)]
    shown = " ".join(f"{_band(band, language)} {bands[band]}" for band in order if band in bands)
    if not one.missing:
        wanted = "" if model.status is Status.LIVE else "nothing: it may be live"
    else:
        wanted = "\n".join(short.zh if language == "zh" else short.en for short in one.missing)
    return (
        f"{model.id}\n{model.title_zh if language == 'zh' else model.title}",
        f"{words.MODEL_STATUS.get(model.status, '')} {model.status}",
        f"{words.UNITS.get(model.line, '')} {model.line}".strip(),
        "\n".join(one.datasets),
        f"{one.last.found}\n{shown}" if one.last else "not screened",
        one.record.total.reviewed,
        said(one.record.total),
        one.record.shadow_runs,
        wanted,
    )
