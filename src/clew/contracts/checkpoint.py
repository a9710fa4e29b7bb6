"""A Great Expectations checkpoint over values that were measured when the data came in.

The validation definition hands its suite's expectations our measures instead of asking an engine, so that
checkpoints, their actions, stores and Data Docs are Great Expectations' own, unchanged. Two private hooks of its
pinned minor version are used (``_validate`` and ``_build_evr``, see :mod:`clew.contracts.results`); the tests compare
every result with the engine's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from clew.contracts.check import Measured
from clew.contracts.checkpoint_actions import write_outcome
from clew.contracts.model import Contract
from clew.contracts.results import validation_result, write_data_docs
from clew.contracts.suite import suite

if TYPE_CHECKING:
    from great_expectations.checkpoint.actions import ValidationAction
    from great_expectations.checkpoint.checkpoint import Checkpoint, CheckpointResult
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.core.validation_definition import ValidationDefinition
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

SOURCE = "clew"
OUTCOME = "checkpoint.json"


@dataclass(frozen=True)
class Measurement:
    """The measures of one delivery: ``batch`` names it, ``received_on`` dates it in results and pages."""

    contract: Contract
    measured: Measured
    batch: str
    received_on: date

    def result(self) -> ExpectationSuiteValidationResult:
        """The Great Expectations result; raises ValueError when measures and checks differ."""
        return validation_result(self.contract, self.measured, batch=self.batch, received_on=self.received_on)


def run_checkpoint(
    context: AbstractDataContext, measurements: Sequence[Measurement], actions: Sequence[ValidationAction]
) -> list[CheckpointResult]:
    """Run a checkpoint of ``context`` for each delivery, with all ``actions``; in the order given.

    Deliveries are runs of their own, dated by their receipt: the same measures give the same results.
    """
    from great_expectations.core import RunIdentifier

    found = []
    for one in measurements:
        checkpoint = measured_checkpoint(context, one, actions)
        day = datetime.combine(one.received_on, time(), tzinfo=UTC)
        found.append(checkpoint.run(run_id=RunIdentifier(run_name=one.batch, run_time=day)))
    return found


def write_checked_docs(measurements: Sequence[Measurement], folder: Path) -> Path:
    """Run a checkpoint over every delivery and write Data Docs of the results; returns the path of the index.

    ``checkpoint.json`` beside it tells a program what came of each delivery. The folder is replaced whole.
    """
    import great_expectations as gx

    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".checkpoint-") as scratch:
        outcome = Path(scratch) / OUTCOME
        ran = run_checkpoint(gx.get_context(mode="ephemeral"), measurements, [write_outcome(outcome)])
        index = write_data_docs([result for one in ran for result in one.run_results.values()], folder)
        outcome.replace(index.parent / OUTCOME)
    return index


def measured_checkpoint(
    context: AbstractDataContext, measurement: Measurement, actions: Sequence[ValidationAction]
) -> Checkpoint:
    """The checkpoint of one delivery. Run this object: a copy read back from the context has lost the measures."""
    from great_expectations.checkpoint.checkpoint import Checkpoint

    definition = _definition(context, measurement)
    name = f"{measurement.contract.dataset}-{measurement.batch}"
    checkpoint = Checkpoint(name=name, validation_definitions=[definition], actions=list(actions))
    context.checkpoints.add(checkpoint)
    return checkpoint


def _definition(context: AbstractDataContext, measurement: Measurement) -> ValidationDefinition:
    """Our validation definition, with the suite and the batch definition Great Expectations wants it to name."""
    contract = measurement.contract
    known = {one.name: one for one in context.suites.all()}
    of_suite = known.get(contract.dataset) or context.suites.add(suite(contract))
    sources: Mapping[str, Any] = context.data_sources.all()
    source = sources[SOURCE] if SOURCE in sources else context.data_sources.add_pandas(SOURCE)
    asset = next((one for one in source.assets if one.name == contract.dataset), None)
    asset = asset or source.add_dataframe_asset(name=contract.dataset)
    batch = next((one for one in asset.batch_definitions if one.name == "delivery"), None)
    batch = batch or asset.add_batch_definition_whole_dataframe("delivery")
    name = f"{contract.dataset}-{measurement.batch}"
    definition: ValidationDefinition = _measured_definition()(name=name, data=batch, suite=of_suite)
    context.validation_definitions.add(definition)
    definition._measurement = measurement  # type: ignore[attr-defined]  # an attribute of our subclass
    return definition


@cache
def _measured_definition() -> type[Any]:
    """The class, made once: Great Expectations takes seconds to import."""
    from great_expectations.compatibility.pydantic import PrivateAttr
    from great_expectations.core.validation_definition import ValidationDefinition

    class MeasuredValidationDefinition(ValidationDefinition):
        """Judges values that were measured before."""

        # Private, so that it is no field: equality with the stored copy decides whether a definition is fresh.
        _measurement: Any = PrivateAttr(default=None)

        def run(self, **given: Any) -> ExpectationSuiteValidationResult:
            """The result of the measures, kept in the context's store like any other."""
            from great_expectations.data_context.types.resource_identifiers import (
                ExpectationSuiteIdentifier,
                ValidationResultIdentifier,
            )

            result: ExpectationSuiteValidationResult = self._measurement.result()
            run_id = given.get("run_id") or result.meta["run_id"]
            result.meta |= {
                "run_id": run_id,
                "validation_time": run_id.run_time,
                "validation_id": self.id,
                "checkpoint_id": given.get("checkpoint_id"),
                "batch_parameters": None,
            }
            result.batch_id = self._measurement.contract.dataset
            suite_key = ExpectationSuiteIdentifier(name=self.suite.name)
            key = ValidationResultIdentifier(
                expectation_suite_identifier=suite_key, run_id=run_id, batch_identifier=result.batch_id
            )
            self._validation_results_store.store_validation_results(
                suite_validation_result=result,
                suite_validation_result_identifier=key,
                expectation_suite_identifier=suite_key,
            )
            return result

    return MeasuredValidationDefinition
