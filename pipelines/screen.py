"""Screen: every model's rules on what was received up to a date; candidate clues are scored and remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact

from clew.engine import Outcome
from clew.night import screen_all
from clew.screening.report import ModelReport, RuleReport, ScreeningReport
from pipelines.project import open_project
from pipelines.stage import RETRY_SECONDS, busy, told


@task(name="screen models", retries=len(RETRY_SECONDS), retry_delay_seconds=RETRY_SECONDS, retry_condition_fn=busy,
      persist_result=False)  # fmt: skip
def screen_models(project: str, as_of: date) -> ScreeningReport:
    """Run the models; waits and tries again while another process writes."""
    with told("screen") as progress:
        return screen_all(open_project(Path(project)), as_of=as_of, progress=progress)


@flow(name="screen", flow_run_name="screen-{as_of}", persist_result=False)
def screen(project: str = ".", as_of: date | None = None) -> ScreeningReport:
    """Screen as of a date (default: today). The artifacts count; they never name a person."""
    report = screen_models(project, as_of or date.today())
    models = [told_model(model) for model in report.models]
    rules = [told_rule(rule) for rule in report.rules]
    said = report.screening_id
    create_table_artifact(models, key="clues-by-model", description=f"各模型线索 / clues by model and band, {said}")
    create_table_artifact(rules, key="outcomes-by-rule", description=f"各规则结果 / outcomes by rule, {said}")
    for model in report.models:
        if model.stopped:
            get_run_logger().error(f"the model {model.model} stored nothing: {model.stopped}")
    return report


def told_model(model: ModelReport) -> dict[str, object]:
    """A model as the operations page shows it."""
    return {
        "model": model.model,
        "title": model.title_zh,
        "status": model.status,
        **model.bands,
        "clues": model.found,
        "new": model.new,
        "gone": model.gone,
        "suppressed": model.suppressed,
        "stopped": model.stopped,
    }


def told_rule(rule: RuleReport) -> dict[str, object]:
    """A rule as the operations page shows it. Why one stopped may quote a row's key: ``clew run`` says it."""
    return {
        "rule": rule.rule,
        "variant": rule.variant,
        "title": rule.title_zh,
        **{outcome.value: rule.count(outcome) for outcome in Outcome},
        "stopped": "clew run says why" if rule.error else "",
    }
