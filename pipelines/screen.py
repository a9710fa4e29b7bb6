"""Screen: every model's rules on what was received up to a date; candidate clues are scored and remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from clew.night import screen_all
from clew.plan import Outcome
from clew.screening.report import ScreeningReport
from pipelines.project import busy, open_project


@task(name="screen models", retries=5, retry_delay_seconds=60, retry_condition_fn=busy, persist_result=False)
def screen_models(project: str, as_of: date) -> ScreeningReport:
    """Run the models; waits and tries again while another process writes."""
    return screen_all(open_project(Path(project)), as_of=as_of)


@flow(name="screen", flow_run_name="screen-{as_of}", persist_result=False)
def screen(project: str = ".", as_of: date | None = None) -> ScreeningReport:
    """Screen as of a date (default: today). The artifacts count; they never name a person."""
    report = screen_models(project, as_of or date.today())
    models: list[dict[str, object]] = [
        {"model": one.model, "title": one.title_zh, "status": one.status, **one.bands, "clues": one.found,
         "new": one.new, "gone": one.gone, "suppressed": one.suppressed, "stopped": one.stopped}
        for one in report.models
    ]  # fmt: skip
    rules: list[dict[str, object]] = [
        {"rule": one.rule, "title": one.title_zh, **{outcome: one.count(outcome) for outcome in Outcome},
         "stopped": one.error}
        for one in report.rules
    ]  # fmt: skip
    said = f"{report.screening_id}"
    create_table_artifact(models, key="clues-by-model", description=f"各模型线索 / clues by model and band, {said}")
    create_table_artifact(rules, key="outcomes-by-rule", description=f"各规则结果 / outcomes by rule, {said}")
    return report
