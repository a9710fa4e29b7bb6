"""Every contract made elsewhere: what of it loads, what is refused and where, with the reason read off each file."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.contracts.checks import every_check
from clew.contracts.model import Classification, Contract
from clew.contracts.promises import Span
from clew.contracts.read import read_document
from clew.plan import Type
from clew.problems import Problems

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent: the corpus was NOT read")

OFFICIAL = "odcs-official/examples"
VALID = {
    # file: (columns of each table, checks in all), counted by reading the file
    f"{OFFICIAL}/all/full-example.odcs.yaml": ({"tbl": 3, "receivers": 4}, 19),
    f"{OFFICIAL}/all/postgresql-adventureworks-contract.odcs.yaml": (68, 456),  # 68 tables, 456 properties
    f"{OFFICIAL}/data-types/all-data-types.odcs.yaml": ({"transactions_tbl": 10}, 17),  # every logical type
    f"{OFFICIAL}/fundamentals/table-column-description.odcs.yaml": ({"tbl": 1}, 1),
    f"{OFFICIAL}/quality/column-accuracy.odcs.yaml": ({"Air_Quality": 1}, 2),  # SQL that calls the table by name
    f"{OFFICIAL}/quality/column-completeness.odcs.yaml": ({"Air_Quality": 1}, 4),
    f"{OFFICIAL}/quality/column-custom.odcs.yaml": ({"Air_Quality": 1}, 3),  # two rules of Soda: said, not run
    f"{OFFICIAL}/quality/column-validity.odcs.yaml": ({"Air_Quality": 1}, 3),
    f"{OFFICIAL}/roles/service-and-operational-roles.odcs.yaml": ({}, 0),  # schema: []
    f"{OFFICIAL}/schema/all-schema-types.odcs.yaml": ({"tbl": 3, "AnObject": 1, "AnotherObject": 1}, 7),
    f"{OFFICIAL}/schema/kafka-schema.odcs.yaml": ({"Orders": 3}, 4),
    f"{OFFICIAL}/schema/kafka-schemaregistry.odcs.yaml": ({"Orders": 0}, 0),  # its columns stand in a registry
    f"{OFFICIAL}/schema/table-column.odcs.yaml": ({"tbl": 1}, 1),
    f"{OFFICIAL}/schema/table-columns-with-partition.odcs.yaml": ({"tbl": 4}, 7),
    f"{OFFICIAL}/server/azure-server.odcs.yaml": ({}, 0),
    f"{OFFICIAL}/server/kafka-server.odcs.yaml": ({"Orders": 0}, 0),
    f"{OFFICIAL}/sla/database-table-sla.odcs.yaml": ({}, 0),
    f"{OFFICIAL}/stakeholders/basic-four-dpo.odcs.yaml": ({}, 0),
    "odcs-fixtures/lint/valid.odcs.yaml": ({"shipments2": 8}, 6),
    "odcs-fixtures/lint/valid-3.1.0.odcs.yaml": ({"shipments2": 8}, 8),
    "odcs-fixtures/odcs_v3/adventureworks.odcs.yaml": (68, 459),
    # valid by the schema of the version it declares, 3.0.0: `rule` is what 3.1 calls `metric`
    "odcs-fixtures/odcs_v3/full-example.odcs.yaml": ({"tbl": 4}, 8),
    # valid as a contract; it is the data beside it that is not of these types, and physicalType says so
    "odcs-fixtures/parquet/datacontract_invalid_logical_types_example.yaml": ({"nested_data": 3}, 3),
    "odcs-fixtures/parquet/datacontract_number_no_precision.odcs.yaml": ({"orders": 1}, 1),
}
INVALID = {
    # status: is missing, which versions before 3.2 demand
    "odcs-fixtures/lint/invalid.odcs.yaml": ["1:1: C001 the key 'status' is missing from the contract"],
    "odcs-fixtures/lint/invalid_multiple_errors.odcs.yaml": [
        "1:1: C001 the key 'status' is missing from the contract",
        "1:1: C001 the key 'version' is missing from the contract",
    ],
    "odcs-fixtures/lint/invalid_multiple_schema_errors.odcs.yaml": [
        "10:17: C001 'description' is empty: it must be text"
    ],
    "odcs-fixtures/lint/odcs_with_extra_top_level.yaml": ["7:1: C001 'change_management' is not a key of the contract"],
}
OTHER = "1:1: C010 this file follows the Data Contract Specification {}, which is another standard"
FOREIGN = {  # `dataContractSpecification:` on the first line: the predecessor of ODCS, whatever else it says
    "odcs-fixtures/csv/datacontract.yaml": "0.9.3",
    "odcs-fixtures/lint/custom_datacontract.yaml": "0.9.2",
} | {
    f"odcs-fixtures/{name}.yaml": "1.2.1"
    for name in (
        "lint/invalid_datacontract", "lint/valid_datacontract", "lint/valid_datacontract_ref",
        "lint/valid_datacontract_references", "parquet/datacontract", "parquet/datacontract_array",
        "parquet/datacontract_bigint", "parquet/datacontract_binary", "parquet/datacontract_boolean",
        "parquet/datacontract_date", "parquet/datacontract_decimal", "parquet/datacontract_double",
        "parquet/datacontract_float", "parquet/datacontract_integer", "parquet/datacontract_invalid",
        "parquet/datacontract_map", "parquet/datacontract_string", "parquet/datacontract_struct",
        "parquet/datacontract_timestamp", "parquet/datacontract_timestamp_ntz",
    )
}  # fmt: skip


def opened(name: str) -> tuple[tuple[Contract, ...] | None, Problems]:
    problems = Problems()
    return read_document(SHARED / name, problems, "f", open_reading=True), problems


def test_every_file_has_its_verdict() -> None:
    found = {
        path.relative_to(SHARED).as_posix()
        for folder in ("odcs-official/examples", "odcs-fixtures")
        for path in (SHARED / folder).rglob("*.yaml")
    }
    assert found == {*VALID, *INVALID, *FOREIGN}


@pytest.mark.parametrize("name", sorted(VALID))
def test_a_valid_one_loads_with_all_it_says(name: str) -> None:
    contracts, problems = opened(name)
    assert contracts is not None, [str(problem) for problem in problems]
    assert not problems.errors
    tables, checks = VALID[name]
    if isinstance(tables, int):
        assert (len(contracts), sum(len(contract.columns) for contract in contracts)) == (tables, checks)
        assert all(every_check(contract) for contract in contracts)
    else:
        assert {contract.dataset: len(contract.columns) for contract in contracts} == tables
        assert sum(len(every_check(contract)) for contract in contracts) == checks


@pytest.mark.parametrize("name", sorted({*INVALID, *FOREIGN}))
def test_an_invalid_one_is_refused_at_the_right_line(name: str) -> None:
    contracts, problems = opened(name)
    expected = INVALID.get(name) or [OTHER.format(FOREIGN[name])]
    assert contracts is None
    assert [str(problem).splitlines()[0] for problem in problems.errors] == [f"f:{line}" for line in expected]


@pytest.mark.parametrize(("text", "place"), [
    ("apiVersion: v2.2.2\nkind: DataContract\nuuid: x\n", "1:13: C010 this file follows ODCS v2.2.2,"),
    ("kind: virtualDataset\nuuid: x\nversion: 1.0.0\ndataset:\n  - table: t\n", "5:3: C010 this file follows ODCS"),
])  # fmt: skip
def test_version_2_is_another_standard(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    assert read_document(tmp_path / "c.yaml", problems, "f", open_reading=True) is None
    assert [str(problem)[: len(place) + 2] for problem in problems] == [f"f:{place}"]


def test_service_levels_roles_keys_and_relationships_of_the_full_example() -> None:
    contracts, _ = opened(f"{OFFICIAL}/all/full-example.odcs.yaml")
    assert contracts is not None
    table, receivers = contracts
    assert [(role.role, role.access, role.second_approvers) for role in table.roles] == [
        ("microstrategy_user_opr", "read", "mandolorian"), ("bq_queryman_user_opr", "read", "na"),
        ("risk_data_access_opr", "read", "dathvador"), ("bq_unica_user_opr", "write", "mickey"),
    ]  # fmt: skip
    assert table.primary_key == ("rcvr_id",) and receivers.primary_key == ("id", "country_code")
    columns = {column.name: column for column in table.columns}
    assert columns["rcvr_id"].max_length == 18
    assert columns["rcvr_id"].classification is Classification.PERSONAL
    assert columns["transaction_reference_date"].header == "txn_ref_dt"
    keys = {check.name: (check.columns, check.arguments) for check in table.checks if check.kind == "relationship"}
    assert keys == {
        "rcvr_id_rcvr_cntry_code.in_receivers": (
            ("rcvr_id", "rcvr_cntry_code"), {"dataset": "receivers", "columns": ("id", "country_code")}),
        "rcvr_id.in_receivers": (("rcvr_id",), {"dataset": "receivers", "columns": ("id",)}),
    }  # fmt: skip


def test_promises_are_counted(tmp_path: Path) -> None:
    text = (SHARED / OFFICIAL / "sla" / "database-table-sla.odcs.yaml").read_text(encoding="utf-8")
    (tmp_path / "c.yaml").write_text(text.replace("schema: []", "schema: [{name: tab1}]"), encoding="utf-8")
    contracts = read_document(tmp_path / "c.yaml", Problems(), open_reading=True)
    assert contracts is not None
    assert (contracts[0].frequency, contracts[0].latency, contracts[0].retention) == (
        Span(1, "day"), Span(4, "day"), Span(3, "year"))  # fmt: skip
    assert len(contracts[0].service_levels) == 8


def test_every_logical_type_has_its_place() -> None:
    contracts, _ = opened(f"{OFFICIAL}/data-types/all-data-types.odcs.yaml")
    assert contracts is not None
    kinds = {column.name: (column.type, column.logical) for column in contracts[0].columns}
    assert kinds == {
        "account_id": (Type.TEXT, ""), "txn_ref_date": (Type.DATE, ""), "txn_timestamp": (Type.TIMESTAMP, ""),
        "txn_timestamp_tz": (Type.TIMESTAMP, ""), "txn_time": (Type.TEXT, "time"), "amount": (Type.DECIMAL, ""),
        "age": (Type.INTEGER, ""), "is_open": (Type.BOOLEAN, ""), "latest_txns": (Type.TEXT, "array"),
        "customer_details": (Type.TEXT, "object"),
    }  # fmt: skip
    held = {column.name: (column.minimum, column.maximum) for column in contracts[0].columns}
    assert held["txn_ref_date"] == ("2020-01-02", "2021-01-01")
    assert held["txn_timestamp_tz"] == ("2019-12-31 14:00:00", "2020-12-31 14:00:00")  # +10:00, kept in UTC
    assert held["age"] == (18, 99)


def test_what_does_not_fit_is_said_where_it_stands() -> None:
    _, problems = opened("odcs-fixtures/parquet/datacontract_invalid_logical_types_example.yaml")
    assert [(problem.place.line, problem.code) for problem in problems if problem.code == "C011"] == [
        (26, "C011"), (29, "C011"),
    ]  # fmt: skip
