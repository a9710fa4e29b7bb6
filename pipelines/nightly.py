"""The night: receive, screen, deliver."""

from __future__ import annotations

from datetime import date

from prefect import flow

from pipelines.deliver import deliver
from pipelines.ingest import ingest
from pipelines.screen import screen


@flow(name="nightly", flow_run_name="nightly-{as_of}")
def nightly(project: str = ".", as_of: date | None = None) -> str:
    """Run the three flows in order as of a date (default: today); returns the id of the screening."""
    day = as_of or date.today()
    ingest(project, day)
    screening_id = screen(project, day)
    deliver(screening_id, project)
    return screening_id
