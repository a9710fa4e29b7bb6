"""Deliver: one sealed batch of clues for each receiving unit."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from clew.delivery.batch import SealedBatch
from clew.night import hand_over
from pipelines.project import open_project
from pipelines.stage import RETRY_SECONDS, busy, told


@task(name="seal batches", retries=len(RETRY_SECONDS), retry_delay_seconds=RETRY_SECONDS, retry_condition_fn=busy,
      persist_result=False)  # fmt: skip
def seal_batches(project: str, screening_id: str) -> list[SealedBatch]:
    """Seal a batch for each unit. Sealing again changes nothing."""
    with told("deliver") as progress:
        return hand_over(open_project(Path(project)), screening_id=screening_id, progress=progress)


@flow(name="deliver", flow_run_name="deliver-{screening_id}", persist_result=False)
def deliver(screening_id: str, project: str = ".") -> list[SealedBatch]:
    """Seal the batches of one screening."""
    batches = seal_batches(project, screening_id)
    rows: list[dict[str, object]] = [
        {"unit": batch.unit, "clues": batch.clues, "workbook": str(batch.workbook), "sha256": batch.manifest_sha256}
        for batch in batches
    ]
    create_table_artifact(rows, key="clue-batches", description=f"线索批次 / sealed batches of {screening_id}")
    return batches
