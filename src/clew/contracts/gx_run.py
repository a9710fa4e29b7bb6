"""The few expectations that Great Expectations runs itself, on a data frame of the columns they need."""

from __future__ import annotations

from typing import Any

from clew.contracts.check import TableCheck

MOST_CELLS = 2_000_000
"""Values that may be held in memory for one expectation; a wider or longer delivery needs a rule of another type."""


class NotRunError(Exception):
    """Great Expectations could not judge; the text names the kind of fault and no value of any row."""


def met_in_frame(check: TableCheck, frame: Any) -> bool:
    """Whether an expectation is met by the rows of a pandas data frame.

    Raises NotRunError when it cannot be judged: a wrong argument, or values it cannot compare.
    """
    import great_expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]  # GX turns it into its own class
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    try:
        expectation = get_expectation_impl(str(check.arguments["expectation"]))(**check.arguments["kwargs"])
        result = batch.validate(expectation, result_format="BOOLEAN_ONLY")
    except Exception as error:
        raise NotRunError(type(error).__name__) from None
    if result.exception_info.get("raised_exception") or any(
        isinstance(one, dict) and one.get("raised_exception") for one in result.exception_info.values()
    ):
        raise NotRunError("the values cannot be judged by it")
    return bool(result.success)
