"""The night: fetch, receive, screen, deliver."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow

from clew.night import NightReport, publish
from pipelines.deliver import deliver
from pipelines.fetch import fetch, has_sources
from pipelines.ingest import ingest
from pipelines.project import open_project
from pipelines.screen import screen
from pipelines.stage import StageError


@flow(name="nightly", flow_run_name="nightly-{as_of}", persist_result=False)
def nightly(project: str = ".", as_of: date | None = None) -> NightReport:
    """Run the flows in order as of a date (default: today); fetch only when a contract names a server for it.

    A server or model that had to stop does not keep the others' clues back, but the run ends as failed: raises
    StageError.
    """
    day = as_of or date.today()
    fetched = fetch(project, day, return_state=True) if has_sources(project) else None
    received = ingest(project, day)
    screening = screen(project, day)
    batches = deliver(screening.screening_id, project)
    pages = publish(open_project(Path(project)), as_of=day)
    if fetched is not None:
        fetched.result()  # raises what the fetch ended with, now that all that did come is judged
    if screening.stopped:
        stopped = [model.model for model in screening.models if model.stopped]
        raise StageError(f"stored nothing: {', '.join(stopped) or 'see clew run'}; the others were delivered")
    return NightReport(received, screening, batches, pages)
