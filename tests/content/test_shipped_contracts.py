"""Every shipped contract: read without a problem, complete for people, and no wider than it must be."""

from __future__ import annotations

import re

import pytest

from clew.contracts.model import Classification, Kind
from tests.content.project import CONTRACTS, catalogue, library

DATASETS = sorted(path.name.removesuffix(".odcs.yaml") for path in CONTRACTS.glob("*.odcs.yaml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PERSONAL = (Classification.PERSONAL, Classification.SENSITIVE)
NO_PERSON = ("org", "business", "provider", "item", "host")


def test_all_datasets_are_there() -> None:
    assert set(DATASETS) == set(catalogue().contracts)


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_person_can_read_the_contract(dataset: str) -> None:
    contract = catalogue().contracts[dataset]
    assert contract.title
    assert CHINESE.search(contract.title_zh)
    assert CHINESE.search(contract.description)
    assert contract.owner
    assert contract.freshness_days
    for column in contract.columns:
        assert CHINESE.search(column.header), f"{column.name}: files are delivered with Chinese headers"
        assert CHINESE.search(column.title_zh), column.name
        assert column.title != column.name, f"{column.name} has no English title"
        assert CHINESE.search(column.description), column.name


@pytest.mark.parametrize("dataset", DATASETS)
def test_keys_regions_and_events_are_declared(dataset: str) -> None:
    contract = catalogue().contracts[dataset]
    assert contract.primary_key
    assert all(column.required for name in contract.primary_key if (column := contract.column(name)))
    assert contract.region_column == "region"
    assert (contract.event_column is not None) == (contract.kind is Kind.EVENT)
    if contract.event_column:
        event = contract.column(contract.event_column)
        assert event is not None
        assert event.required


@pytest.mark.parametrize("dataset", DATASETS)
def test_persons_are_protected(dataset: str) -> None:
    for column in catalogue().contracts[dataset].columns:
        if column.identity == "id18" or column.name == "account":
            assert column.classification is Classification.SENSITIVE, column.name
        if column.name == "name" or (column.name.endswith("_name") and not column.name.startswith(NO_PERSON)):
            assert column.classification in PERSONAL, column.name


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_code_can_be_delivered_and_means_something(dataset: str) -> None:
    for column in catalogue().contracts[dataset].columns:
        if column.enum:
            assert set(column.values.values()) == set(column.enum), f"{column.name}: a value no delivered code gives"
        if column.values:
            assert "values" in column.repairs, f"{column.name}: codes are declared and never translated"


def test_every_dataset_is_read_by_a_rule() -> None:
    read = {dataset.value for rule in library().rules.values() for dataset in rule.datasets.values()}
    assert set(DATASETS) == read
