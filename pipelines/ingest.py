"""Receive: every file that waits in the drop folder is landed, validated and loaded."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact

from clew.ingest.report.report import FileReport, IngestReport
from clew.night import receive
from pipelines.project import open_project
from pipelines.stage import RETRY_SECONDS, busy, told


@task(name="receive files", retries=len(RETRY_SECONDS), retry_delay_seconds=RETRY_SECONDS, retry_condition_fn=busy,
      persist_result=False)  # fmt: skip
def receive_files(project: str, today: date) -> IngestReport:
    """Take the drop folder in; waits and tries again while another process writes."""
    with told("ingest") as progress:
        return receive(open_project(Path(project)), today=today, progress=progress)


@flow(name="ingest", flow_run_name="ingest-{today}", persist_result=False)
def ingest(project: str = ".", today: date | None = None) -> IngestReport:
    """Ingest the drop folder. ``today`` dates files without a sidecar."""
    report = receive_files(project, today or date.today())
    rows = [told_file(file) for file in report.files]
    create_table_artifact(rows, key="received-files", description="接收的文件 / what became of each received file")
    if report.refused:
        get_run_logger().warning(f"{report.refused} of {len(report.files)} files refused: see the artifact")
    return report


def told_file(file: FileReport) -> dict[str, object]:
    """A file as the operations page shows it: names, counts and codes, never a value from the file."""
    return {
        "dataset": file.dataset,
        "file": file.file,
        "status": file.status,
        "refused for": ", ".join(codes_of(file.problem)),
        "read": file.rows_read,
        "loaded": file.rows_loaded,
        "set aside": file.rows_quarantined,
        "reasons": ", ".join(f"{reason} {count}" for reason, count in file.reasons),
        "unusual": ", ".join(f"{one.measure} {one.column}".rstrip() for one in file.unusual),
        "covers": "certified" if file.certified else file.why_not_certified,
    }


def codes_of(problems: str) -> list[str]:
    """The codes in lines of ``path:line:column: CODE message``; the messages may quote what stood in the file."""
    return sorted(set(re.findall(r"^\S.*?:\d+:\d+: ([A-Z]\d{3}) ", problems, re.MULTILINE)))
