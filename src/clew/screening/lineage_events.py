"""Lineage of a screening: a run for the whole, and as its parts one for each rule and each model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clew.contracts.catalogue import Catalogue
from clew.lineage.event import NAMESPACE, WAREHOUSE, run_event, run_id, table_facets, table_name
from clew.lineage.log import append
from clew.plan import Input, Plan
from clew.screening.manifest import Manifest
from clew.screening.report import ModelReport, RuleReport, ScreeningReport
from clew.screening.variant import Variant
from clew.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from openlineage.client.generated.base import InputDataset, OutputDataset, RunEvent

JOB = "screen"


def tell_start(settings: Settings, identity: Manifest, as_of: date) -> None:
    """Say that a screening begins; nothing when events are off."""
    if settings.lineage_path is not None:
        run = run_id(JOB, identity.screening_id)
        append(settings.lineage_path, [run_event("START", run, JOB, kind="SCREENING", on=as_of)])


def tell_end(
    settings: Settings,
    catalogue: Catalogue,
    plans: Mapping[Variant, Plan],
    uses: Mapping[str, Mapping[str, Variant]],
    report: ScreeningReport,
) -> None:
    """Say what each rule read and answered, what each model made of it, and how the screening ended.

    ``uses``: model -> rule -> the variant it asks for.
    """
    if settings.lineage_path is not None:
        append(settings.lineage_path, _events(catalogue, plans, uses, report))


def _events(
    catalogue: Catalogue,
    plans: Mapping[Variant, Plan],
    uses: Mapping[str, Mapping[str, Variant]],
    report: ScreeningReport,
) -> Iterator[RunEvent]:
    whole = run_id(JOB, report.screening_id)
    by_name = {(variant.rule, variant.name): plan for variant, plan in plans.items()}
    tables: dict[str, InputDataset] = {}
    for rule in report.rules:
        read = _columns(by_name[rule.rule, rule.variant].inputs)
        inputs = _tables(catalogue, read)
        tables |= {one.name: one for one in inputs}
        yield from _part(report, whole, f"rule.{rule.rule}", rule.variant, "RULE", inputs, _answers(rule, read),
                         bool(rule.error), rule.title)  # fmt: skip
    clues: list[OutputDataset] = []
    for model in report.models:
        variants = sorted(uses.get(model.model, {}).values(), key=lambda one: one.order)
        output = _clues(model)
        clues.append(output)
        yield from _part(report, whole, f"model.{model.model}", "", "MODEL", [_given(one) for one in variants], output,
                         bool(model.stopped), model.title)  # fmt: skip
    yield run_event(
        "FAIL" if report.stopped else "COMPLETE", whole, JOB, kind="SCREENING", on=report.as_of,
        inputs=[tables[name] for name in sorted(tables)], outputs=clues, fault=_codes(report) if report.stopped else "",
    )  # fmt: skip


def _part(
    report: ScreeningReport, whole: str, job: str, variant: str, kind: str, inputs: Sequence[InputDataset],
    output: OutputDataset, failed: bool, title: str,
) -> Iterator[RunEvent]:  # fmt: skip
    run = run_id(job, variant, report.screening_id)
    for state in ("START", "FAIL" if failed else "COMPLETE"):
        yield run_event(
            state, run, job, kind=kind, on=report.as_of, parent=(whole, JOB), inputs=inputs,
            outputs=[output] if state == "COMPLETE" else [], fault="S002" if state == "FAIL" else "", describes=title,
        )  # fmt: skip


def _codes(report: ScreeningReport) -> str:
    return ", ".join(sorted({problem.code for problem in report.problems if problem.severity.value == "error"}))


def _columns(inputs: Sequence[Input]) -> Mapping[str, list[str]]:
    """Dataset -> the columns a rule reads of it, under whichever names."""
    columns: dict[str, set[str]] = {}
    for one in inputs:
        columns.setdefault(one.dataset, set()).update(one.columns)
    return {dataset: sorted(read) for dataset, read in sorted(columns.items())}


def _tables(catalogue: Catalogue, columns: Mapping[str, list[str]]) -> list[InputDataset]:
    """The tables a rule reads, each once, with the columns it reads."""
    from openlineage.client.generated.base import InputDataset

    return [
        InputDataset(
            namespace=WAREHOUSE, name=table_name(dataset), facets=table_facets(catalogue.contracts[dataset], read)
        )
        for dataset, read in columns.items()
    ]


def _answers(rule: RuleReport, columns: Mapping[str, list[str]]) -> OutputDataset:
    """What a rule answered: how many subjects, and that every column it read decides which."""
    from openlineage.client.generated.base import OutputDataset
    from openlineage.client.generated.column_lineage_dataset import (
        ColumnLineageDatasetFacet,
        InputField,
        Transformation,
    )

    deciding = [
        InputField(
            namespace=WAREHOUSE,
            name=table_name(dataset),
            field=column,
            transformations=[Transformation(type="INDIRECT", subtype="CONDITIONAL")],
        )
        for dataset, read in columns.items()
        for column in read
    ]
    name = f"{rule.rule} ({rule.variant})" if rule.variant else rule.rule
    facets: dict[str, Any] = {"columnLineage": ColumnLineageDatasetFacet(fields={}, dataset=deciding)}
    return OutputDataset(
        namespace=NAMESPACE, name=f"answers.{name}", facets=facets,
        outputFacets={"outputStatistics": _rows(sum(rule.outcomes.values()))},
    )  # fmt: skip


def _given(variant: Variant) -> InputDataset:
    from openlineage.client.generated.base import InputDataset

    return InputDataset(namespace=NAMESPACE, name=f"answers.{variant}")


def _clues(model: ModelReport) -> OutputDataset:
    from openlineage.client.generated.base import OutputDataset

    return OutputDataset(
        namespace=NAMESPACE, name=f"clues.{model.model}", outputFacets={"outputStatistics": _rows(model.found)}
    )


def _rows(count: int) -> Any:
    from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet

    return OutputStatisticsOutputDatasetFacet(rowCount=count)
