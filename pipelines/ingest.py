"""Receive: every file that waits in the drop folder is landed, validated and loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from clew.ingest.report import IngestReport
from clew.night import receive
from pipelines.project import busy, open_project


@task(name="receive files", retries=5, retry_delay_seconds=60, retry_condition_fn=busy, persist_result=False)
def receive_files(project: str, today: date) -> IngestReport:
    """Take the drop folder in; waits and tries again while another process writes."""
    return receive(open_project(Path(project)), today=today)


@flow(name="ingest", flow_run_name="ingest-{today}", persist_result=False)
def ingest(project: str = ".", today: date | None = None) -> IngestReport:
    """Ingest the drop folder. ``today`` dates files without a sidecar. The artifact names files, never people."""
    report = receive_files(project, today or date.today())
    rows: list[dict[str, object]] = [
        {
            "dataset": file.dataset,
            "file": file.file,
            "status": file.status,
            "read": file.rows_read,
            "loaded": file.rows_loaded,
            "set aside": file.rows_quarantined,
            "covers": "certified" if file.certified else file.why_not_certified,
        }
        for file in report.files
    ]
    create_table_artifact(rows, key="received-files", description="接收的文件 / what became of each received file")
    return report
