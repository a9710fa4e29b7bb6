"""Documents of several tables, qualified references, and columns of the less usual types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clew.contracts.catalogue import read_catalogue
from clew.contracts.model import Contract
from clew.contracts.read import read_document
from clew.problems import Problems
from tests.contracts.staged import stage, violations

TWO_TABLES = """\
apiVersion: v3.2.0
kind: DataContract
id: shelter
version: 1.0.0
customProperties: [{property: kind, value: register}]
schema:
  - name: house
    id: house_1
    properties:
      - {name: region, id: region_1, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - {name: number, logicalType: integer, primaryKey: true, primaryKeyPosition: 2}
  - name: stay
    customProperties: [{property: kind, value: event}, {property: eventColumn, value: from_on}]
    relationships:
      - {from: [stay.region, stay.house], to: [house.region, house.number]}
    properties:
      - name: region
        logicalType: string
        relationships: [{to: schema/house_1/properties/region_1}]
      - {name: house, logicalType: integer}
      - {name: from_on, logicalType: date}
"""


def test_a_project_file_of_two_tables_makes_two_datasets(tmp_path: Path) -> None:
    (tmp_path / "shelter.odcs.yaml").write_text(TWO_TABLES, encoding="utf-8")
    problems = Problems()
    catalogue = read_catalogue(tmp_path, problems, "c")
    assert list(catalogue.contracts) == ["house", "stay"] and not list(problems)
    stay = catalogue.contracts["stay"]
    assert (stay.kind.value, stay.event_column, catalogue.contracts["house"].kind.value) == (
        "event", "from_on", "register")  # fmt: skip
    assert {check.name: (check.columns, check.arguments["columns"]) for check in stay.checks} == {
        "region_house.in_house": (("region", "house"), ("region", "number")),
        "region.in_house": (("region",), ("region",)),
    }
    (tmp_path / "stay.odcs.yaml").write_text(
        TWO_TABLES.replace("id: shelter", "id: stay").replace("name: house\n", "name: hall\n"), encoding="utf-8"
    )
    read_catalogue(tmp_path, problems, "c")
    assert [problem.code for problem in problems.errors].count("C020") == 1


def column(tmp_path: Path, **said: Any) -> Contract:
    document = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "d", "version": "1.0.0",
                "schema": [{"name": "d", "properties": [{"name": "x", **said}]}]}  # fmt: skip
    (tmp_path / "d.yaml").write_text(json.dumps(document), encoding="utf-8")
    problems = Problems()
    found = read_document(tmp_path / "d.yaml", problems, "d", open_reading=True)
    assert found is not None, [str(problem) for problem in problems]
    return found[0]


INT = {"logicalType": "integer"}
OBJECT = {"logicalType": "object", "properties": [{"name": "a", "logicalType": "string", "required": True},
                                                  {"name": "b", "logicalType": "array", "items": INT}]}  # fmt: skip


@pytest.mark.parametrize(("said", "good", "bad"), [
    ({"logicalType": "time"}, ["09:30", "23:59:59"], ["24:00", "9:30", "x"]),
    ({"logicalType": "time", "logicalTypeOptions": {"minimum": "08:00:00", "exclusiveMaximum": "18:00:00"}},
     ["08:00", "17:59:59"], ["07:59", "18:00"]),
    ({"logicalType": "integer", "logicalTypeOptions": {"multipleOf": 5}}, ["0", "-10", "15"], ["3", "-7"]),
    ({"logicalType": "integer", "logicalTypeOptions": {"format": "u8"}}, ["0", "255"], ["-1", "256"]),
    ({"logicalType": "number", "logicalTypeOptions": {"exclusiveMinimum": 0}}, ["0.001", "1"], ["0", "-1"]),
    ({"logicalType": "string", "physicalType": "VARCHAR(3)"}, ["abc", "一二三"], ["abcd"]),
    ({"logicalType": "string", "logicalTypeOptions": {"format": "uuid"}},
     ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
    ({"logicalType": "string", "logicalTypeOptions": {"format": "email"}}, ["a.b@example.com"], ["a@b", "a b@c.d"]),
    ({"logicalType": "string", "logicalTypeOptions": {"format": "ipv4"}}, ["192.0.2.1"], ["192.0.2.256", "1.2.3"]),
    (OBJECT, ['{"a": "x"}', '{"a": "x", "b": [1, 2], "c": null}'],
     ['{"b": [1]}', '{"a": 1}', '{"a": "x", "b": [1, "y"]}', "[]", "x", "{"]),
    ({"logicalType": "array", "items": OBJECT}, ["[]", '[{"a": "x"}]'], ['[{"a": "x"}, {"b": []}]', "[1]", "{}"]),
    ({"logicalType": "array", "items": INT, "logicalTypeOptions": {"minItems": 1, "maxItems": 2, "uniqueItems": True}},
     ["[1]", "[1, 2]"], ["[]", "[1, 1]", "[1, 2, 3]", '["a"]']),
    ({"logicalType": "map", "map": {"key": {"logicalType": "string"}, "value": INT}}, ["{}", '{"k": 1}'],
     ['{"k": "v"}', "[1]"]),
    ({"logicalType": "vector", "logicalTypeOptions": {"dimensions": 2}}, ["[0.5, 1]"],
     ["[1]", "[1, 2, 3]", '[1, "a"]']),
    ({"logicalType": "object", "logicalTypeOptions": {"required": ["k"], "maxProperties": 1}}, ['{"k": 1}'],
     ["{}", '{"k": 1, "l": 2}']),
])  # fmt: skip
def test_values_of_every_type_are_told_apart(
    tmp_path: Path, said: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    contract = column(tmp_path, **said)
    found = violations(stage(contract, [{"x": value} for value in [*good, *bad, None]]), contract)
    wrong = {position for rows in found.values() for position in rows}
    assert wrong == set(range(len(good), len(good) + len(bad))), found


def test_a_native_constraint_of_an_older_version_is_understood(tmp_path: Path) -> None:
    text = json.dumps({
        "apiVersion": "v3.0.2", "kind": "DataContract", "id": "d", "version": "1.0.0", "status": "active",
        "schema": [{"name": "d", "properties": [{"name": "x", "logicalType": "integer", "logicalTypeOptions": {
            "minimum": 3, "exclusiveMinimum": True}}]}],
    })  # fmt: skip
    (tmp_path / "d.yaml").write_text(text, encoding="utf-8")
    found = read_document(tmp_path / "d.yaml", problems := Problems(), "d", open_reading=True)
    assert found is not None, [str(problem) for problem in problems]
    assert (found[0].columns[0].minimum, found[0].columns[0].open_minimum) == (3, True)
