"""Great Expectations results from values the single pass has measured.

No GX engine runs: each expectation's own ``_validate`` judges our metric values, so ``mostly``, percentages, vacuous
truth and the shape of the result are GX's. ``_validate`` and ``_build_evr`` are private: the version is pinned, and a
test compares the result dictionaries with those of GX on pandas.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clew.contracts.check import CheckMeasure, Measured, RowCheck, TableCheck
from clew.contracts.checks import every_check
from clew.contracts.data_docs import write_site
from clew.contracts.model import Classification, Contract
from clew.contracts.suite import expectations

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

_SHOWN = 20
_MASKED = (Classification.PERSONAL, Classification.SENSITIVE)


def validation_result(
    contract: Contract, measured: Measured, *, batch: str = "delivery", received_on: date = date(1970, 1, 1)
) -> ExpectationSuiteValidationResult:
    """The GX result of one delivery: ``batch`` names it and ``received_on`` dates it in Data Docs.

    Samples of columns that say something about a person are left out. Raises ValueError when the measures are not
    exactly those of the contract's checks: a check that was not measured must not look passed.
    """
    from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier

    checks = {check.name: check for check in every_check(contract)}
    if differing := checks.keys() ^ measured.checks.keys():
        raise ValueError(f"{contract.dataset}: measured and agreed checks differ: {', '.join(sorted(differing))}")
    results = [
        _judge(checks[name], expectation, measured.checks[name], contract)
        for name, expectation in expectations(contract).items()
    ]
    passed = sum(bool(result.success) for result in results)
    run = RunIdentifier(run_name=batch, run_time=datetime.combine(received_on, time(), tzinfo=UTC))
    return ExpectationSuiteValidationResult(
        success=passed == len(results),
        results=results,
        suite_name=contract.dataset,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": passed,
            "unsuccessful_expectations": len(results) - passed,
            "success_percent": passed / len(results) * 100 if results else None,
        },
        meta={
            "run_id": run,
            "great_expectations_version": version("great-expectations"),
            "batch_spec": {},
            "active_batch_definition": {"data_asset_name": contract.dataset},
            "contract_version": contract.version,
            "contract_sha256": contract.sha256,
            "rows": measured.rows,
        },
    )


def write_data_docs(results: Iterable[ExpectationSuiteValidationResult], folder: Path) -> Path:
    """Write GX's Data Docs of these results, made self-contained: no page loads anything from a network.

    Returns the path of ``index.html``. What an earlier call wrote there is replaced.
    """
    return write_site(list(results), folder)


def _judge(
    check: RowCheck | TableCheck, expectation: Expectation, measure: CheckMeasure, contract: Contract
) -> ExpectationValidationResult:
    result_format: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": _SHOWN}
    if any(column.classification in _MASKED for column in contract.columns if column.name in check.columns):
        result_format["exclude_unexpected_values"] = True
    if check.kind == "expectation":
        return _judged_by_gx(check, expectation, measure)
    raw = expectation._validate(
        metrics=_metrics(check, expectation, measure), runtime_configuration={"result_format": result_format}
    )
    if isinstance(raw.get("result"), dict) and result_format.get("exclude_unexpected_values"):
        raw["result"].pop("observed_value", None)  # the smallest value of a column is somebody's
    return expectation._build_evr(raw)


def _judged_by_gx(
    check: RowCheck | TableCheck, expectation: Expectation, measure: CheckMeasure
) -> ExpectationValidationResult:
    """Great Expectations itself gave this verdict when the delivery was loaded; it is not asked twice."""
    from great_expectations.core import ExpectationValidationResult

    return ExpectationValidationResult(
        success=check.holds(measure),
        expectation_config=expectation.configuration,
        result={"element_count": measure.evaluated},
    )


def _metrics(check: RowCheck | TableCheck, expectation: Expectation, measure: CheckMeasure) -> dict[str, Any]:
    name = getattr(expectation, "map_metric", None)
    if check.kind == "row_count":
        return {"table.row_count": measure.evaluated}
    if check.kind == "sql_value" and check.arguments.get("expectation"):
        value = None if measure.value is None else float(measure.value)
        return dict.fromkeys(getattr(expectation, "metric_dependencies", ()), value)
    if name is None:
        limited = check.limit is not None or check.kind == "sql_value"
        found = int(not check.holds(measure)) if limited else measure.unexpected
        return {"unexpected_rows_query.table": [], "unexpected_rows_query.row_count": found}
    unexpected = measure.nulls if check.kind == "null_share" else measure.unexpected
    samples = [None] * min(unexpected, _SHOWN) if check.kind in ("not_null", "null_share") else measure.samples
    return {
        "table.row_count": measure.evaluated,
        "column_values.nonnull.unexpected_count": measure.nulls,
        f"{name}.filtered_row_count": measure.evaluated - measure.nulls,
        f"{name}.unexpected_count": unexpected,
        f"{name}.unexpected_values": [_plain(sample) for sample in samples[:_SHOWN]],
    }


def _plain(sample: Any) -> Any:
    return sample.isoformat() if isinstance(sample, date) else sample
