"""A warehouse that really received files, and the small project that screens it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.rules.library import Library, read_library
from clew.screening.report import ScreeningReport
from clew.screening.run import screen
from clew.settings import Settings
from clew.supervision.library import Models, read_models
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parent.parent.parent
PROJECT = ROOT / "tests" / "supervision" / "project"
A1, A2, A3 = "340103198203030082", "340103197102020075", "340103196001010068"
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)

DEATHS = [
    {"person_id": A1, "name": "张三", "died_on": "2026-01-15"},
    {"person_id": A2, "name": "李四", "died_on": "2026-01-10"},
    {"person_id": A3, "name": "王五", "died_on": "2026-06-20"},
]
PAYMENTS = [
    {"person_id": A1, "payment_id": f"P{month}", "paid_on": f"2026-0{month}-20", "amount": "3000"}
    for month in range(1, 7)
] + [
    {"person_id": A2, "payment_id": "Q2", "paid_on": "2026-02-20", "amount": "700"},
    {"person_id": A2, "payment_id": "Q3", "paid_on": "2026-03-20", "amount": "700", "returned_on": "2026-04-01"},
]
CERTIFICATIONS = [{"person_id": A1, "certification_id": "Z1", "certified_on": "2026-05-01", "channel": "face"}]


def _change(path: Path, changes: Sequence[tuple[str, str]]) -> None:
    """Put other words into a file, each for one that stands there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@dataclass
class Office:
    """One office's project and warehouse."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    catalogue: Catalogue
    library: Library
    models: Models

    def deliver(self, dataset: str, file: str, rows: list[dict[str, str]], received_on: str, **sidecar: str) -> None:
        """Put a file into the drop folder, headed and coded as its contract says."""
        contract = self.catalogue.contracts[dataset]
        folder = self.settings.drop_dir / dataset
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(column.header for column in contract.columns)
            for row in rows:
                writer.writerow(_delivered(contract.columns, row | {"region": "340103"}))
        papers = {"received_on": received_on, "sender": "省人社厅", "letter": "〔2026〕1号", "complete": "true"}
        papers |= {"encoding": "utf-8"} | sidecar
        text = "".join(f"{key}: {value}\n" for key, value in papers.items())
        (folder / f"{file}.yml").write_text(text, encoding="utf-8")

    def ingest(self, today: date = JUNE) -> None:
        report = ingest_folder(self.connection, self.settings, self.catalogue, today=today)
        assert {file.status for file in report.files} <= {"loaded", "unchanged"}, [str(one) for one in report.problems]

    def screen(self, as_of: date = JUNE, **options: Any) -> ScreeningReport:
        return screen(self.connection, self.settings, self.catalogue, self.library, self.models, as_of=as_of, **options)

    def with_model(self, *changes: tuple[str, str]) -> Office:
        """The same office with another text of its model."""
        path = self.settings.project / "models" / "after_death" / "model.yml"
        _change(path, changes)
        problems = Problems()
        models = read_models(self.settings.project / "models", problems)
        assert not problems.errors, list(problems)
        return replace(self, models=models)

    def with_rule(self, name: str, *changes: tuple[str, str]) -> Office:
        """The same office with another text of one of its rules."""
        path = self.settings.project / "rules" / "benefit" / f"{name}.yml"
        _change(path, changes)
        problems = Problems()
        library = read_library(self.settings.project / "rules", problems, "rules")
        assert not problems.errors, list(problems)
        return replace(self, library=library)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(values)).fetchall()

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table that a screening writes."""
        tables = ("screening", "funnel", "outcome", "undecided", "exclusion", "clue", "signal", "factor", "evidence",
                  "event")  # fmt: skip
        return {table: self.rows(f"select * from clew.{table} order by all") for table in tables}


def _delivered(columns: Any, row: Mapping[str, str]) -> list[str]:
    cells = []
    for column in columns:
        codes = {canonical: delivered for delivered, canonical in column.values.items()}
        value = row.get(column.name, "")
        cells.append(codes.get(value, value))
    return cells


DEFAULTS = {
    "death_register": {"source": "cremation", "certificate_no": "S1", "registered_on": "2026-06-21"},
    "pension_payment": {"name": "某", "scheme": "employee", "kind": "pension", "pay_month": "2026-01-01",
                        "account": "6222020000000000001"},
    "life_certification": {},
}  # fmt: skip


def filled(dataset: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [DEFAULTS[dataset] | row for row in rows]


@pytest.fixture(scope="session")
def contracts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts that the small project needs: fewer are read faster."""
    folder = tmp_path_factory.mktemp("data_contracts")
    for dataset in (*DEFAULTS, "population_register"):
        shutil.copy(ROOT / "data_contracts" / f"{dataset}.odcs.yaml", folder)
    return folder


@pytest.fixture(scope="session")
def received(tmp_path_factory: pytest.TempPathFactory, contracts_folder: Path) -> tuple[Path, Catalogue]:
    """A project folder whose warehouse received three files by the end of June."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "rules" / "holidays", folder / "rules" / "holidays")
    problems = Problems()
    catalogue = read_catalogue(contracts_folder, problems)
    assert not problems.errors, list(problems)
    settings = Settings(project=folder, threads=1)
    with closing(open_warehouse(settings)) as connection:
        office = Office(settings, connection, catalogue, Library(), Models({}))
        period = {"period": "{from: 2026-01-01, to: 2026-07-01}"}
        office.deliver("death_register", "d.csv", filled("death_register", DEATHS), "2026-06-25", **period)
        office.deliver("pension_payment", "p.csv", filled("pension_payment", PAYMENTS), "2026-06-26", **period)
        certified = filled("life_certification", CERTIFICATIONS)
        office.deliver("life_certification", "c.csv", certified, "2026-06-27", **period)
        office.ingest()
    return folder, catalogue


@pytest.fixture
def office(received: tuple[Path, Catalogue], tmp_path: Path) -> Iterator[Office]:
    """The office with a warehouse of its own."""
    folder, catalogue = received
    shutil.copytree(folder, tmp_path / "office")
    settings = Settings(project=tmp_path / "office", threads=1)
    problems = Problems()
    library = read_library(settings.project / "rules", problems, "rules")
    models = read_models(settings.project / "models", problems)
    assert list(problems) == []
    with closing(open_warehouse(settings)) as connection:
        yield Office(settings, connection, catalogue, library, models)
