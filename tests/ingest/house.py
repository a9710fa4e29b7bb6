"""A small project folder with contracts made for the tests, and its open warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clew.cli.main import run
from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.ingest.report.report import IngestReport
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings

TODAY = date(2026, 6, 30)

PERSON = """
  - {name: person_id, physicalName: 身份证号, logicalType: string, required: true, customProperties: [{property: repairs, value: [trim, spaces, halfwidth, upper, id18]}, {property: identity, value: id18}]}
  - {name: name, physicalName: 姓名, logicalType: string, required: true, customProperties: [{property: repairs, value: [trim, spaces, halfwidth]}]}
  - {name: kind, physicalName: 类别, logicalType: string, enum: [{value: pension}, {value: grant}], customProperties: [{property: repairs, value: [trim, values]}, {property: values, value: {养老金: pension, 丧葬费: grant}}]}
  - {name: paid_on, physicalName: 发放日期, logicalType: date, customProperties: [{property: repairs, value: [trim, halfwidth, date]}]}
  - {name: amount, physicalName: 金额, logicalType: number, logicalTypeOptions: {minimum: 0}, customProperties: [{property: repairs, value: [trim, halfwidth, number]}]}
  - {name: payment_id, physicalName: 流水号, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
"""  # noqa: E501 - one column a line

HEADER = "身份证号,姓名,类别,发放日期,金额,流水号"
ID = "110101199001011237"


def contract_text(
    dataset: str,
    properties: str,
    *,
    kind: str = "",
    format_: str = "csv",
    encoding: str = "UTF-8",
    quality: str = "",
    extra: str = "",
    words: Mapping[str, str] | None = None,
) -> str:
    """An ODCS file with these properties (a YAML list indented by two); ``words`` are custom ones of its files."""
    own = ", ".join(f"{{property: {name}, value: {value}}}" for name, value in (words or {}).items())
    event = kind == "event" or (not kind and "paid_on" in properties)
    kind_lines = (
        "  - {property: kind, value: event}\n  - {property: eventColumn, value: paid_on}"
        if event
        else ("  - {property: kind, value: register}")
    )
    lines = "\n".join(f"    {line}" for line in properties.strip("\n").splitlines())
    return f"""apiVersion: v3.2.0
kind: DataContract
id: {dataset}
version: 1.0.0
status: active
name: {dataset}
servers:
  - {{server: drop, type: local, path: drop/{dataset}, format: {format_}, encoding: {encoding},
     customProperties: [{own}]}}
customProperties:
{kind_lines}
  - {{property: quarantineTolerance, value: 0.25}}
{extra}schema:
  - name: {dataset}
    logicalType: object
{quality}    properties:
{lines}
"""


@dataclass
class House:
    """A project under test."""

    settings: Settings
    con: duckdb.DuckDBPyConnection
    today: date = TODAY

    def contract(self, dataset: str, properties: str = PERSON, **options: Any) -> None:
        """Write a contract."""
        folder = self.settings.project / "data_contracts"
        folder.mkdir(exist_ok=True)
        (folder / f"{dataset}.odcs.yaml").write_text(contract_text(dataset, properties, **options), encoding="utf-8")

    @property
    def catalogue(self) -> Catalogue:
        """The contracts, read anew."""
        problems = Problems()
        found = read_catalogue(self.settings.project / "data_contracts", problems)
        problems.raise_errors()
        return found

    def drop(self, dataset: str, file: str, content: bytes | str, sidecar: str = "") -> Path:
        """Put a file into the drop folder."""
        folder = self.settings.drop_dir / dataset
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if sidecar:
            (folder / f"{file}.yml").write_text(sidecar, encoding="utf-8")
        return path

    def ingest(self) -> IngestReport:
        """Take what waits."""
        return ingest_folder(self.con, self.settings, self.catalogue, today=self.today)

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(query, list(parameters)).fetchall()


def payment(
    payment_id: str,
    *,
    person_id: str = ID,
    name: str = "张三",
    kind: str = "养老金",
    paid_on: str = "2026-01-05",
    amount: str = "100.00",
) -> str:
    """One good line, or one with a fault of choice."""
    return f"{person_id},{name},{kind},{paid_on},{amount},{payment_id}"


def lines(*rows: str) -> str:
    """A CSV file."""
    return "\n".join([HEADER, *rows]) + "\n"


def clew(house: House, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """A command in the house: its exit code, and what it wrote to its two streams."""
    code = run([*arguments, "--project", str(house.settings.project)])
    told = capsys.readouterr()
    return code, told.out, told.err
