"""The night: receive, screen, deliver."""

from __future__ import annotations

from datetime import date

from prefect import flow

from clew.night import NightReport
from pipelines.deliver import deliver
from pipelines.ingest import ingest
from pipelines.screen import screen


@flow(name="nightly", flow_run_name="nightly-{as_of}", persist_result=False)
def nightly(project: str = ".", as_of: date | None = None) -> NightReport:
    """Run the three flows in order as of a date (default: today)."""
    day = as_of or date.today()
    received = ingest(project, day)
    screening = screen(project, day)
    return NightReport(received, screening, deliver(screening.screening_id, project))
