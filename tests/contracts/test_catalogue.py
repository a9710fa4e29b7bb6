"""A folder of contracts, and what they say about each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.contracts.catalogue import read_catalogue
from clew.problems import Problems
from tests.contracts.conftest import SAMPLE

POPULATION = """\
apiVersion: v3.2.0
kind: DataContract
id: population
version: 1.0.0
customProperties: [{property: kind, value: register}]
schema:
  - name: population
    properties:
      - {name: person_id, logicalType: string, primaryKey: true}
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.odcs.yaml").write_text(text, encoding="utf-8")
    return folder


def test_contracts_by_name(tmp_path: Path) -> None:
    problems = Problems()
    catalogue = read_catalogue(write(tmp_path, payment=SAMPLE, population=POPULATION), problems, "data_contracts")
    assert list(catalogue.contracts) == ["payment", "population"] and not list(problems)
    assert catalogue.contracts["payment"].path == "data_contracts/payment.odcs.yaml"
    assert catalogue.get("nothing") is None


@pytest.mark.parametrize(("population", "expected"), [
    (None, "payment.odcs.yaml:53:13: C021 there is no contract of a dataset 'population'"),
    (POPULATION.replace("{name: person_id,", "{name: person,"), "53:13: C021 the dataset 'population' has no column"),
    (POPULATION.replace("logicalType: string", "logicalType: integer"), "C021 'person_id' is text but"),
])  # fmt: skip
def test_references_must_lead_somewhere(tmp_path: Path, population: str | None, expected: str) -> None:
    texts = {"payment": SAMPLE} | ({"population": population} if population else {})
    problems = Problems()
    read_catalogue(write(tmp_path, **texts), problems, "c")
    assert len(problems.errors) == 1 and expected in str(problems.errors[0])


def test_a_broken_contract_is_the_root_cause_of_references_to_it(tmp_path: Path) -> None:
    problems = Problems()
    catalogue = read_catalogue(write(tmp_path, payment=SAMPLE, population="id: 1\n"), problems, "c")
    assert list(catalogue.contracts) == ["payment"]
    assert {problem.place.path for problem in problems} == {"c/population.odcs.yaml"}


def test_no_folder_an_empty_one_and_a_wrong_file_name_are_said(tmp_path: Path) -> None:
    for folder, said in ((tmp_path / "none", "no such folder"), (tmp_path, "holds no data contract")):
        problems = Problems()
        assert not read_catalogue(folder, problems).contracts
        assert said in str(problems.errors[0])
    (tmp_path / "payment.yaml").write_text(SAMPLE, encoding="utf-8")
    problems = Problems()
    read_catalogue(tmp_path, problems)
    assert "file name ends in .odcs.yaml" in str(problems.errors[0])
