"""Receive: every file that waits in the drop folder is landed, validated and loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from clew.night import receive
from pipelines.project import busy, open_project


@task(name="receive files", retries=5, retry_delay_seconds=60, retry_condition_fn=busy, persist_result=False)
def receive_files(project: str, today: date) -> list[dict[str, object]]:
    """One row per file: what became of it. Waits and tries again while another process writes."""
    return receive(open_project(Path(project)), today=today).rows()


@flow(name="ingest", flow_run_name="ingest-{today}")
def ingest(project: str = ".", today: date | None = None) -> int:
    """Ingest the drop folder; returns the number of files received. ``today`` dates files without a sidecar."""
    rows = receive_files(project, today or date.today())
    create_table_artifact(rows, key="received-files", description="What became of each received file")
    return len(rows)
