"""Every case of Great Expectations' own test definitions gives its expected verdict and unexpected values here too."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clew.contracts.check import CheckMeasure, RowCheck, TableCheck
from clew.contracts.checks import every_check
from clew.contracts.gx_run import NotRunError, met_in_frame
from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.contracts.read import read_document
from clew.problems import Problems
from tests.contracts.staged import table_measure

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "contract-semantics"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="../shared/data is absent: GX's own cases were NOT compared"
)
NOT_KWARGS = ("catch_exceptions", "result_format")


def cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        definition = json.loads(path.read_text(encoding="utf-8"))
        for number, dataset in enumerate(definition["datasets"]):
            for test in dataset["tests"]:
                engines = test.get("only_for") or dataset.get("only_for") or ["pandas"]
                if "pandas" in engines:
                    name = f"{path.stem.removeprefix('expect_column_')}-{number}-{test['title']}"
                    found.append(pytest.param(definition["expectation_type"], dataset["data"], test, id=name))
    return found


def logical_type(values: list[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "string"


def contract_of(kind: str, data: dict[str, list[Any]], arguments: dict[str, Any], folder: Path) -> Contract:
    rule = {"type": "custom", "engine": "greatExpectations", "name": "rule",
            "implementation": {"expectation_type": kind, "kwargs": arguments}}  # fmt: skip
    properties = [
        {"name": name, "logicalType": logical_type(values), "physicalType": "DECIMAL(18,3)"}
        if logical_type(values) == "number" else {"name": name, "logicalType": logical_type(values)}
        for name, values in data.items()
    ]  # fmt: skip
    document = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "d", "version": "1.0.0",
                "schema": [{"name": "d", "properties": properties, "quality": [rule]}]}  # fmt: skip
    (folder / "d.yaml").write_text(json.dumps(document), encoding="utf-8")
    problems = Problems()
    found = read_document(folder / "d.yaml", problems, "d", open_reading=True)
    assert found is not None, [str(problem) for problem in problems]
    return found[0]


def stage(data: dict[str, list[Any]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    types = {"integer": "BIGINT", "number": "DECIMAL(18,3)", "string": "VARCHAR"}
    held = {name: types[logical_type(values)] for name, values in data.items()}
    columns = ", ".join(f"{quoted(name)} {type_}" for name, type_ in held.items())
    connection.execute(f"create table raw (position integer, {columns})")
    marks = ", ".join("?" for _ in range(len(data) + 1))
    for position, row in enumerate(zip(*data.values(), strict=True)):
        texts = [None if value is None else str(value) for value in row]
        connection.execute(f"insert into raw values ({marks})", [position, *texts])
    kept = ", ".join(f"{quoted(name)}::varchar as {quoted(f'{name}~text')}" for name in data)
    connection.execute(f"create table staged as select *, {kept} from raw")
    return connection


def judged(contract: Contract, data: dict[str, list[Any]]) -> tuple[bool, list[Any] | None] | None:
    """The verdict and the unexpected values of the rule, None when no check was made of it."""
    check = next((one for one in every_check(contract) if one.name == "rule"), None)
    if check is None:
        return None
    connection = stage(data)
    if isinstance(check, TableCheck) and check.kind == "expectation":
        import pandas

        frame = pandas.DataFrame(data, dtype=object)
        return met_in_frame(check, frame), None
    column = quoted(check.columns[0])
    rows = connection.execute("select count(*) from staged").fetchall()[0][0]
    if isinstance(check, RowCheck):
        nulls = connection.execute(f"select count(*) from staged where {column} is null").fetchall()[0][0]
        bad = connection.execute(f"select {column} from staged where {check.violated} order by position").fetchall()
        measure = CheckMeasure(rows, nulls, len(bad), [value for (value,) in bad])
    else:
        measure = table_measure(connection, check, rows)
        if check.kind == "null_share":
            measure = CheckMeasure(rows, measure.nulls, 0, [None] * measure.nulls)
    return check.holds(measure), measure.samples


@pytest.mark.parametrize(("kind", "data", "test"), cases())
def test_a_case_of_gx_has_its_expected_outcome(
    kind: str, data: dict[str, Any], test: dict[str, Any], tmp_path: Path
) -> None:
    arguments = {key: value for key, value in test["in"].items() if key not in NOT_KWARGS}
    contract = contract_of(kind, data, arguments, tmp_path)
    expected = test["out"]
    if "success" not in expected and "result" not in expected:  # a case that must not be judged at all
        with contextlib.suppress(NotRunError):
            assert judged(contract, data) is None
        return
    found = judged(contract, data)
    assert found is not None, "no check was made of it"
    success, unexpected = found
    assert success is expected["success"]
    if unexpected is not None and "unexpected_list" in expected:
        plain = [float(value) if isinstance(value, Decimal) else value for value in unexpected]
        assert plain == expected["unexpected_list"]


def test_the_cases_are_the_ones_counted_by_reading_the_files() -> None:
    assert Counter(case.id.split("-")[0] for case in cases()) == {
        "value_lengths_to_be_between": 14,
        "values_to_be_between": 31,
        "values_to_be_in_set": 14,
        "values_to_be_unique": 9,
        "values_to_match_regex": 13,
        "values_to_not_be_in_set": 10,
        "values_to_not_be_null": 7,
    }


def test_every_expectation_named_is_one_of_gx() -> None:
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    from clew.contracts.expectation import _BY_CONTRACT, BY_GX
    from clew.contracts.expectation_meanings import TRANSLATIONS

    known = set(list_registered_expectation_implementations())
    assert {*TRANSLATIONS, *BY_GX, *_BY_CONTRACT} <= known
