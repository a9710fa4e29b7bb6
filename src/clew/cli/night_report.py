"""What a night did, for a person: files, the funnel in one line per rule, clues by model and band, workbooks."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from clew.cli import console
from clew.cli.opening import warehouse
from clew.delivery import words
from clew.delivery.batch import SealedBatch
from clew.engine import Outcome
from clew.ingest.report.report import FileReport, IngestReport
from clew.night import NightReport
from clew.screening.funnel import read_funnels
from clew.screening.missing import waiting_subjects
from clew.screening.report import ScreeningReport
from clew.settings import Settings

BANDS = ("red", "orange", "yellow")
WAITING_PLACES = 6


def night_document(report: NightReport) -> dict[str, Any]:
    """The night as plain values."""
    return {
        "ingest": report.ingest.as_dict(),
        "screening": json.loads(report.screening.to_json()),
        "replayed": report.screening.replayed,
        "batches": [_batch(batch) for batch in report.batches],
    }


def print_night(settings: Settings, report: NightReport) -> None:
    """Say what was received, screened and handed over."""
    print_ingest(report.ingest)
    print_screening(settings, report.screening)
    console.say()
    console.say("Workbooks")
    for batch in report.batches:
        console.say(f"  {words.unit(batch.unit)} {batch.unit}: {batch.clues} clues  {batch.workbook}")
    for page in report.pages:
        console.say(f"Pages  {page}")


def print_ingest(report: IngestReport) -> None:
    """The sums by dataset, the checks that set rows aside, and each refused file (its problems on standard error)."""
    console.print_problems(report.problems)
    taken = [file for file in report.files if file.status != "unchanged"]
    sums = []
    for dataset in sorted({file.dataset for file in taken}):
        own = [file for file in taken if file.dataset == dataset]
        counts = [sum(getattr(file, name) for file in own) for name in ("rows_read", "rows_loaded", "rows_quarantined")]
        sums.append((dataset, len(own), *counts, sum(sum(file.repairs.values()) for file in own)))
    if sums:
        headings = ("dataset", "files", "rows", "loaded", "set aside", "values repaired")
        console.print_table(headings, sums, right=range(1, 6))
    for dataset in sorted({file.dataset for file in taken if file.rows_quarantined}):
        console.say(f"  set aside in {dataset}: {_reasons([file for file in taken if file.dataset == dataset])}")
    unusual = [file for file in taken if file.unusual]
    if unusual:
        console.say(f"  unlike earlier deliveries: {len(unusual)} of {len(taken)} files (clew health)")
    for file in taken:
        if file.status == "refused":
            console.say(f"  refused: {file.dataset}/{file.file}")
    console.say(
        f"Received: {report.count('loaded')} files loaded, {report.count('unchanged')} known already,"
        f" {report.refused} refused; {console.shown(report.rows_loaded)} rows loaded,"
        f" {console.shown(report.rows_quarantined)} set aside."
    )
    if any(file.corrected_clues for file in report.files):
        told = sum(file.corrected_clues for file in report.files)
        console.say(f"Sources of clues corrected: {told}; list them with: clew clues --corrected")


def print_screening(settings: Settings, report: ScreeningReport) -> None:
    """The funnel in one line per rule, then clues by model and band."""
    again = " (done before; nothing changed)" if report.replayed else ""
    console.say()
    console.say(f"Screening {report.screening_id}, as of {report.as_of}{again}")
    console.print_problems(report.problems)
    with warehouse(settings) as connection:
        funnels = {(one.rule, one.variant): one.steps for one in read_funnels(connection, report.screening_id)}
    rows = []
    for rule in report.rules:
        steps = funnels.get((rule.rule, rule.variant), ())
        name = f"{rule.rule} ({rule.variant})" if rule.variant else rule.rule
        excluded = sum(step.excluded for step in steps)
        counts = [rule.count(outcome) for outcome in (Outcome.CLUE, Outcome.CLEAR, Outcome.INCONCLUSIVE, Outcome.ERROR)]
        rows.append((name, steps[0].rows if steps else None, excluded, *counts))
    headings = ("rule", "rows read", "excluded", "clues", "clear", "inconclusive", "errors")
    console.print_table(headings, rows, right=range(1, 7))
    _print_waiting(settings, report)
    console.print_table(("model", "status", *_band_titles(report), "clues", "new", "gone", "suppressed"),
                        _models(report), right=range(2, 9))  # fmt: skip


def _print_waiting(settings: Settings, report: ScreeningReport) -> None:
    """The rules that could not decide for want of data, and where the letters are that ask for it."""
    with warehouse(settings) as connection:
        waiting = waiting_subjects(connection, report.screening_id)
    blocked: dict[str, set[str]] = {}
    subjects: Counter[str] = Counter()
    for one in waiting:
        blocked.setdefault(one.rule, set()).add(f"{one.dataset} {one.region}".strip())
        subjects[one.rule] += one.subjects
    for rule in sorted(blocked):
        places = sorted(blocked[rule])
        more = f" and {len(places) - WAITING_PLACES} more" if len(places) > WAITING_PLACES else ""
        # A rule about groups leaves people open before their group is known: then there is nobody to count.
        whom = f"{console.shown(subjects[rule])} subjects undecided" if subjects[rule] else "groups not formed"
        console.say(f"  waits for data: {rule}, {whom}: {', '.join(places[:WAITING_PLACES])}{more}")
    if blocked:
        console.say("  what to ask for, and of whom: clew coverage request --out FILE.xlsx")


def _models(report: ScreeningReport) -> list[tuple[Any, ...]]:
    return [
        (
            f"{model.model}\n{model.title_zh}",
            f"{words.MODEL_STATUS.get(model.status, '')} {model.status}",
            *(model.bands.get(band, 0) for band in _bands(report)),
            model.found,
            model.new,
            model.gone,
            model.suppressed,
        )
        for model in report.models
    ]


def _bands(report: ScreeningReport) -> list[str]:
    """The usual bands in order, then any other that a model uses."""
    used = {band for model in report.models for band in model.bands}
    return [*BANDS, *sorted(used - set(BANDS))]


def _band_titles(report: ScreeningReport) -> list[str]:
    return [f"{words.band(band)} {band}" for band in _bands(report)]


def _reasons(files: list[FileReport]) -> str:
    """How often each check failed, most often first; the reason's words stand in the quarantine."""
    counts: Counter[str] = Counter()
    for file in files:
        for reason, count in file.reasons:
            counts[reason.partition(":")[0]] += count
    return ", ".join(
        f"{check} {count}" for check, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _batch(batch: SealedBatch) -> dict[str, Any]:
    return {
        "batch_id": batch.batch_id,
        "unit": batch.unit,
        "clues": batch.clues,
        "folder": str(batch.path),
        "workbook": str(batch.workbook),
        "manifest_sha256": batch.manifest_sha256,
    }
