"""Lineage of ingestion: one run per delivery, START when it is landed, COMPLETE or FAIL when its fate is known.

What an event says comes from the ledger, so a process killed between the load and its event leaves nothing untold:
the next ingestion writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.check import CheckMeasure
from clew.contracts.checks import every_check
from clew.contracts.model import Action, Contract
from clew.ingest.land.delivery import Delivery
from clew.ingest.observe.profile import ColumnProfile, read_profiles
from clew.ingest.report.report import FileReport
from clew.ingest.validate.measure import from_json
from clew.lineage.event import FILES, WAREHOUSE, run_event, run_id, table_facets, table_name
from clew.lineage.log import append, last_event
from clew.settings import Settings

if TYPE_CHECKING:
    from openlineage.client.generated.base import InputDataset, OutputDataset

_CODE = re.compile(r"^\S.*?:\d+:\d+: ([A-Z]\d{3}) ", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """The received file as an input: its name in the drop folder, hash, bytes, day, and who sent it."""

    name: str
    sha256: str
    size: int
    received_on: date
    sender: str | None


def tell_start(settings: Settings, delivery: Delivery) -> None:
    """Say that the ingestion of a delivery begins; nothing when events are off."""
    path, contract = settings.lineage_path, delivery.contract
    if path is None:
        return
    file = _file(delivery)
    source = _input(file, contract, {}, None)
    append(path, [_event("START", _run(delivery), contract, file, [source], [])])


def tell_end(con: duckdb.DuckDBPyConnection, settings: Settings, delivery: Delivery, report: FileReport) -> None:
    """Say how it ended; of a refused delivery the codes alone, because the sentences may quote the file."""
    path, contract, file = settings.lineage_path, delivery.contract, _file(delivery)
    if path is None:
        return
    if report.status == "refused" or report.batch is None:
        codes = ", ".join(sorted(set(_CODE.findall(report.problem)))) or "refused"
        source = _input(file, contract, {}, None)
        append(path, [_event("FAIL", _run(delivery), contract, file, [source], [], codes)])
    else:
        _tell_complete(con, settings, contract, file, report.batch, _run(delivery))


def tell_what_was_left(con: duckdb.DuckDBPyConnection, settings: Settings, catalogue: Catalogue) -> None:
    """Write the end of a run whose process was killed after the delivery had been loaded."""
    path = settings.lineage_path
    event = last_event(path) if path is not None else None
    if event is None or event.get("eventType") != "START" or not str(event["job"]["name"]).startswith("ingest."):
        return
    contract = catalogue.get(str(event["job"]["name"]).removeprefix("ingest."))
    source = event["inputs"][0]
    digest = source["facets"]["version"]["datasetVersion"]
    rows = con.execute(
        """select batch, file, bytes, received_on, sender from clew.delivery
        where dataset = ? and sha256 = ? and status = 'loaded' order by batch desc limit 1""",
        [str(event["job"]["name"]).removeprefix("ingest."), digest],
    ).fetchall()
    if contract is not None and rows:
        batch, _, size, received_on, sender = rows[0]
        file = File(source["name"], digest, size, received_on, sender)
        _tell_complete(con, settings, contract, file, batch, event["run"]["runId"])


def _tell_complete(
    con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, file: File, batch: int, run: str
) -> None:
    read, loaded = con.execute("select rows_read, rows_loaded from clew.delivery where batch = ?", [batch]).fetchall()[
        0
    ]
    results = con.execute("select result::varchar from clew.validation where batch = ?", [batch]).fetchall()
    measures = from_json(results[0][0]).checks if results else {}
    repaired = con.execute(
        "select column_name, repair, rows from clew.repair where batch = ? order by all", [batch]
    ).fetchall()
    source = _input(file, contract, measures, read)
    profiles = read_profiles(con, contract.dataset, [batch]).get(batch, {})
    target = _output(file, contract, loaded, profiles, repaired)
    if settings.lineage_path is not None:
        append(settings.lineage_path, [_event("COMPLETE", run, contract, file, [source], [target])])


def _event(
    state: str, run: str, contract: Contract, file: File, inputs: list[InputDataset], outputs: list[OutputDataset],
    fault: str = "",
) -> Any:  # fmt: skip
    says = f"Receive, check and load {contract.title} under its contract {contract.version}"
    return run_event(
        state, run, f"ingest.{contract.dataset}", kind="INGEST", on=file.received_on, inputs=inputs, outputs=outputs,
        fault=fault, describes=says,
    )  # fmt: skip


def _run(delivery: Delivery) -> str:
    """The run's id: file, bytes, papers and contract."""
    return run_id(
        "ingest", delivery.contract.dataset, delivery.incoming.path.name, delivery.landed.sha256,
        delivery.contract.sha256, delivery.incoming.sidecar,
    )  # fmt: skip


def _file(delivery: Delivery) -> File:
    sidecar = delivery.incoming.sidecar
    return File(
        delivery.incoming.shown, delivery.landed.sha256, delivery.landed.size, sidecar.received_on, sidecar.sender
    )


def _input(file: File, contract: Contract, measures: Mapping[str, CheckMeasure], read: int | None) -> InputDataset:
    """The file: its hash as version, the columns taken from it, what was read, and every check's result."""
    from openlineage.client.generated import dataset_type_dataset, dataset_version_dataset, ownership_dataset
    from openlineage.client.generated.base import InputDataset
    from openlineage.client.generated.input_statistics_input_dataset import InputStatisticsInputDatasetFacet
    from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields

    facets: dict[str, Any] = {
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=file.sha256),
        "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet(datasetType="FILE"),
        "schema": SchemaDatasetFacet(
            fields=[
                SchemaDatasetFacetFields(name=column.header, type="text", ordinal_position=at)
                for at, column in enumerate(contract.columns, start=1)
            ]
        ),
    }
    if file.sender:
        owner = ownership_dataset.Owner(name=file.sender, type="SENDER")
        facets["ownership"] = ownership_dataset.OwnershipDatasetFacet(owners=[owner])
    found: dict[str, Any] = {}
    if read is not None:
        found["inputStatistics"] = InputStatisticsInputDatasetFacet(rowCount=read, size=file.size, fileCount=1)
    if measures:
        found["dataQualityAssertions"] = _assertions(contract, measures)
    return InputDataset(namespace=FILES, name=file.name, facets=facets, inputFacets=found)


def _assertions(contract: Contract, measures: Mapping[str, CheckMeasure]) -> Any:
    from openlineage.client.generated.data_quality_assertions_dataset import (
        Assertion,
        DataQualityAssertionsDatasetFacet,
    )

    return DataQualityAssertionsDatasetFacet(
        assertions=[
            Assertion(
                assertion=check.kind,
                success=check.holds(measures[check.name]),
                column=check.columns[0] if len(check.columns) == 1 else None,
                severity="warn" if check.action is Action.WARN else "error",
                name=check.name,
                description=check.reason_en,
                actual=f"{measures[check.name].unexpected} of {measures[check.name].evaluated} rows",
            )
            for check in every_check(contract)
            if check.name in measures
        ]
    )


def _output(
    file: File,
    contract: Contract,
    loaded: int,
    profiles: Mapping[str, ColumnProfile],
    repaired: list[tuple[str, str, int]],
) -> OutputDataset:
    """The table: schema, where each column comes from and how it was repaired, counts; no value, not even a largest."""
    from openlineage.client.generated.base import OutputDataset
    from openlineage.client.generated.column_lineage_dataset import (
        ColumnLineageDatasetFacet,
        Fields,
        InputField,
        Transformation,
    )
    from openlineage.client.generated.data_quality_metrics_dataset import ColumnMetrics, DataQualityMetricsDatasetFacet
    from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet

    def transformation(column: str, repairs: tuple[str, ...]) -> Transformation:
        if not repairs:
            return Transformation(type="DIRECT", subtype="IDENTITY", description="as delivered")
        counts = {repair: rows for name, repair, rows in repaired if name == column}
        said = ", ".join(f"{repair} ({counts.get(repair, 0)} values)" for repair in repairs)
        return Transformation(type="DIRECT", subtype="TRANSFORMATION", description=f"repairs: {said}")

    fields = {
        column.name: Fields(
            inputFields=[
                InputField(
                    namespace=FILES,
                    name=file.name,
                    field=column.header,
                    transformations=[transformation(column.name, column.repairs)],
                )
            ]
        )
        for column in contract.columns
    }
    facets: dict[str, Any] = {**table_facets(contract), "columnLineage": ColumnLineageDatasetFacet(fields=fields)}
    if profiles:
        facets["dataQualityMetrics"] = DataQualityMetricsDatasetFacet(
            rowCount=max(one.sampled for one in profiles.values()),
            columnMetrics={
                name: ColumnMetrics(nullCount=one.nulls, distinctCount=one.distinct) for name, one in profiles.items()
            },
        )
    written = OutputStatisticsOutputDatasetFacet(rowCount=loaded, fileCount=1)
    return OutputDataset(
        namespace=WAREHOUSE,
        name=table_name(contract.dataset),
        facets=facets,
        outputFacets={"outputStatistics": written},
    )
