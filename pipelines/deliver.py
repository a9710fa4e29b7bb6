"""Deliver: one sealed batch of clues for each receiving unit."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from clew.night import hand_over
from pipelines.project import busy, open_project


@task(name="seal batches", retries=5, retry_delay_seconds=60, retry_condition_fn=busy, persist_result=False)
def seal_batches(project: str, screening_id: str) -> list[dict[str, object]]:
    """One row per batch: unit, number of clues, folder. Sealing again changes nothing."""
    batches = hand_over(open_project(Path(project)), screening_id=screening_id)
    return [{"unit": batch.unit, "clues": batch.clues, "folder": str(batch.path)} for batch in batches]


@flow(name="deliver", flow_run_name="deliver-{screening_id}")
def deliver(screening_id: str, project: str = ".") -> int:
    """Seal the batches of one screening; returns their number."""
    rows = seal_batches(project, screening_id)
    create_table_artifact(rows, key="clue-batches", description=f"Sealed batches of {screening_id}")
    return len(rows)
