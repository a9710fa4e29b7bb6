"""A contract's checks as Great Expectations expectations: one for each check, under the check's name.

Great Expectations takes seconds to import, so it is imported inside the functions; nothing here touches the network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clew.contracts.check import RowCheck, TableCheck
from clew.contracts.checks import every_check
from clew.contracts.limit import Limit
from clew.contracts.literal import quoted
from clew.contracts.model import Action, Contract
from clew.contracts.query_tree import DELIVERY

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.expectation import Expectation

_SEVERITIES = {Action.STOP: "critical", Action.QUARANTINE: "warning", Action.WARN: "info"}


def suite(contract: Contract) -> ExpectationSuite:
    """The expectation suite of a contract, named as its dataset."""
    from great_expectations.core import ExpectationSuite

    return ExpectationSuite(
        name=contract.dataset,
        expectations=list(expectations(contract).values()),
        meta={"contract_version": contract.version, "contract_sha256": contract.sha256},
    )


def expectations(contract: Contract) -> Mapping[str, Expectation]:
    """The expectation of every check, by the check's name, in the order of the checks."""
    return {check.name: _expectation(check) for check in every_check(contract)}


def _expectation(check: RowCheck | TableCheck) -> Expectation:
    import great_expectations.expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    said = check.arguments.get("expectation")
    kind, arguments = (str(said), dict(check.arguments["kwargs"])) if said else _kind(check)
    shared: dict[str, Any] = {
        "severity": _SEVERITIES[check.action],
        "meta": {"check": check.name, "kind": check.kind, "action": check.action.value},
        "description": None
        if kind != "UnexpectedRowsExpectation"
        else " / ".join(dict.fromkeys((check.reason_zh, check.reason_en))),
    }
    made = get_expectation_impl(kind) if said else getattr(gx, kind)
    built: Expectation = made(**arguments, **shared)
    return built


def _kind(check: RowCheck | TableCheck) -> tuple[str, dict[str, Any]]:
    if check.limit is not None and not check.limit.at_most:
        return "UnexpectedRowsExpectation", {"unexpected_rows_query": _query(check)}
    said, limit = check.arguments, {"mostly": _mostly(check.limit)} if check.limit else {}
    column = {"column": check.columns[0]} if len(check.columns) == 1 else {}
    match check.kind:
        case "not_null" | "null_share":
            return "ExpectColumnValuesToNotBeNull", column | limit
        case "enum":
            allowed = {"value_set": [_plain(item) for item in said["values"]]}
            return "ExpectColumnValuesToBeInSet", column | limit | allowed
        case "range":
            bounds = {"min_value": _plain(said["minimum"]), "max_value": _plain(said["maximum"])}
            bounds |= {
                key: True
                for key, end in (("strict_min", "minimum"), ("strict_max", "maximum"))
                if said[f"strict_{end}"]
            }
            return "ExpectColumnValuesToBeBetween", column | limit | bounds
        case "length":
            bounds = {"min_value": said["minimum"], "max_value": said["maximum"]}
            return "ExpectColumnValueLengthsToBeBetween", column | limit | bounds
        case "pattern" | "form":
            return "ExpectColumnValuesToMatchRegex", column | limit | {"regex": said["pattern"]}
        case "unique" if column:
            return "ExpectColumnValuesToBeUnique", column | limit
        case "unique":
            compound = {"column_list": list(check.columns), "ignore_row_if": "any_value_is_missing"}
            return "ExpectCompoundColumnsToBeUnique", compound | limit
        case "row_count":
            counts = {"min_value": said["minimum"], "max_value": said["maximum"]}
            return "ExpectTableRowCountToBeBetween", counts
        case _:
            return "UnexpectedRowsExpectation", {"unexpected_rows_query": _query(check)}


def _query(check: RowCheck | TableCheck) -> str:
    """What the engine ran, for people to read: braces doubled, because GX substitutes ``{batch}``."""
    if check.kind in ("sql_value", "sql_rows"):
        query = str(check.arguments["query"]).replace("{", "{{").replace("}", "}}").replace(quoted(DELIVERY), "{batch}")
        zh, en = check.limit.words() if check.limit else ("应为 0", "must be 0")
        what = "the value" if check.kind == "sql_value" else "the number of rows"
        return f"/* {what} {en} / {zh} */ {query}"
    if check.kind in ("row_count", "null_share"):
        condition = f"{quoted(check.columns[0])} is null" if check.columns else "true"
    elif check.kind == "unique":
        condition = f"({', '.join(map(quoted, check.columns))}) stands more than once"
    elif isinstance(check, RowCheck):
        condition = check.arguments.get("shown", check.violated)
    else:
        pairs = zip(check.columns, check.arguments["columns"], strict=True)
        present = " and ".join(f"{quoted(name)} is not null" for name in check.columns)
        same = " and ".join(f"other.{quoted(theirs)} = batch.{quoted(own)}" for own, theirs in pairs)
        other = quoted(check.arguments["dataset"])
        condition = f"{present} and not exists (select 1 from data.{other} as other where {same})"  # noqa: S608 - quoted
    escaped = condition.replace("{", "{{").replace("}", "}}")
    if check.limit is not None and not check.limit.at_most:
        return f"/* {' / '.join(check.limit.words())} */ select count(*) from {{batch}} as batch where {escaped}"  # noqa: S608 - every name and literal is quoted
    return f"select * from {{batch}} as batch where {escaped}"  # noqa: S608 - every name and literal is quoted


def _mostly(limit: Limit) -> float:
    """The share that must pass. Both this and GX's ratio are correctly rounded, so equality stays equality."""
    share = float(1 - (limit.low if limit.high is None else limit.high) / Decimal(100))
    return math.nextafter(share, 2) if limit.operator == "mustBeLessThan" else share


def _plain(value: object) -> object:
    """GX writes its arguments as JSON: a decimal becomes a number."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
