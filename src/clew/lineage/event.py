"""What every event has: the run, the job, the clock, and the datasets of files and tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import import_module, metadata
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from clew.contracts.model import Contract

if TYPE_CHECKING:
    from openlineage.client.generated.base import DatasetFacet, InputDataset, OutputDataset, RunEvent

NAMESPACE = "clew"
"""Namespace of jobs, and of what rules and models give."""
WAREHOUSE, FILES = "duckdb", "file"
"""Namespaces of tables and of received files."""

_RUNS = UUID("5d0c1c0e-7f0f-5c6b-9a51-0f6e3b1d2c7a")


@cache
def version(package: str) -> str:
    """The installed version of a package; kept, because looking it up parses the package's papers each time."""
    return metadata.version(package)


def prepare() -> None:
    """Import what events are made of on a thread of its own: a third of a second, free while a large file is copied."""
    Thread(target=import_module, args=("openlineage.client.transport.file",)).start()


def run_id(*content: object) -> str:
    """The id of a run: it follows from the run's content, so that the same work has the same id."""
    return str(uuid5(_RUNS, "\0".join(str(part) for part in content)))


def run_event(
    state: str,
    run: str,
    job: str,
    *,
    kind: str,
    on: date,
    inputs: Sequence[InputDataset] = (),
    outputs: Sequence[OutputDataset] = (),
    parent: tuple[str, str] | None = None,
    fault: str = "",
    describes: str = "",
) -> RunEvent:
    """One event. ``state`` is START, COMPLETE or FAIL; ``on`` the day the run is about; ``fault`` codes, no sentences.

    ``parent`` is the run id and job of the run this one is part of. The time is the clock's.
    """
    from openlineage.client.generated import (
        documentation_job,
        error_message_run,
        job_type_job,
        nominal_time_run,
        parent_run,
        processing_engine_run,
    )
    from openlineage.client.generated.base import EventType, Job, Run, RunEvent, set_producer

    producer = f"urn:clew:{version('clew')}"
    set_producer(producer)
    facets: dict[str, Any] = {
        "nominalTime": nominal_time_run.NominalTimeRunFacet(datetime.combine(on, time(), tzinfo=UTC).isoformat()),
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet(
            version=version("duckdb"), name="DuckDB", openlineageAdapterVersion=version("clew")
        ),
    }
    if parent is not None:
        facets["parent"] = parent_run.ParentRunFacet(
            run=parent_run.Run(runId=parent[0]), job=parent_run.Job(namespace=NAMESPACE, name=parent[1])
        )
    if fault:
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(message=fault, programmingLanguage="PYTHON")
    of_job: dict[str, Any] = {
        "jobType": job_type_job.JobTypeJobFacet(processingType="BATCH", integration="CLEW", jobType=kind)
    }
    if describes:
        of_job["documentation"] = documentation_job.DocumentationJobFacet(description=describes)
    return RunEvent(
        eventType=EventType[state],
        eventTime=datetime.now(UTC).isoformat(),
        producer=producer,
        run=Run(runId=run, facets=facets),
        job=Job(namespace=NAMESPACE, name=job, facets=of_job),
        inputs=list(inputs),
        outputs=list(outputs),
    )


def table_name(dataset: str) -> str:
    """The name of a dataset's table."""
    return f"data.{dataset}"


def table_facets(contract: Contract, columns: Sequence[str] | None = None) -> dict[str, DatasetFacet]:
    """Schema, owner and description of a dataset's table; of some columns only when they are named."""
    from openlineage.client.generated import dataset_type_dataset, documentation_dataset, ownership_dataset
    from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields

    fields = [
        SchemaDatasetFacetFields(
            name=column.name, type=column.type.value, description=column.title_zh or column.title, ordinal_position=at
        )
        for at, column in enumerate(contract.columns, start=1)
        if columns is None or column.name in columns
    ]
    facets: dict[str, Any] = {
        "schema": SchemaDatasetFacet(fields=fields),
        "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet(datasetType="TABLE"),
        "documentation": documentation_dataset.DocumentationDatasetFacet(
            description=f"{contract.title_zh} {contract.title}".strip()
        ),
    }
    if contract.owner:
        owner = ownership_dataset.Owner(name=f"team:{contract.owner}", type="OWNER")
        facets["ownership"] = ownership_dataset.OwnershipDatasetFacet(owners=[owner])
    return facets
