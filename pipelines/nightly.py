"""The night: receive, screen, deliver."""

from __future__ import annotations

from datetime import date

from prefect import flow

from clew.night import NightReport
from pipelines.deliver import deliver
from pipelines.ingest import ingest
from pipelines.screen import screen
from pipelines.stage import StageError


@flow(name="nightly", flow_run_name="nightly-{as_of}", persist_result=False)
def nightly(project: str = ".", as_of: date | None = None) -> NightReport:
    """Run the three flows in order as of a date (default: today).

    A model that had to stop does not keep the others' clues back, but the run ends as failed: raises StageError.
    """
    day = as_of or date.today()
    received = ingest(project, day)
    screening = screen(project, day)
    batches = deliver(screening.screening_id, project)
    if screening.stopped:
        stopped = [model.model for model in screening.models if model.stopped]
        raise StageError(f"stored nothing: {', '.join(stopped) or 'see clew run'}; the others were delivered")
    return NightReport(received, screening, batches)
