"""Screen: every model's rules on what was received up to a date; candidate clues are scored and remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from clew.night import screen_all
from pipelines.project import busy, open_project


@task(name="screen models", retries=5, retry_delay_seconds=60, retry_condition_fn=busy, persist_result=False)
def screen_models(project: str, as_of: date) -> tuple[str, list[dict[str, object]]]:
    """The screening's id, and counts of clues by model and band; never a name."""
    report = screen_all(open_project(Path(project)), as_of=as_of)
    return report.screening_id, report.rows()


@flow(name="screen", flow_run_name="screen-{as_of}")
def screen(project: str = ".", as_of: date | None = None) -> str:
    """Screen as of a date (default: today); returns the id of the screening."""
    screening_id, rows = screen_models(project, as_of or date.today())
    create_table_artifact(rows, key="clues-by-model", description=f"Clues by model and band, {screening_id}")
    return screening_id
