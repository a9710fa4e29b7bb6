"""A project folder whose contracts fetch from test servers, and its warehouse between fetch and ingestion."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from clew.contracts.catalogue import read_catalogue
from clew.ingest.report.report import IngestReport
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.sources.declared import read_sources
from clew.sources.fetch import fetch_sources
from clew.sources.report import Fetched
from clew.sources.source import Source
from clew.warehouse import open_warehouse

TODAY = date(2026, 6, 30)


@dataclass
class Office:
    """A project under test."""

    settings: Settings

    def contract(self, dataset: str, columns: str, server: str, *, kind: str = "event", event: str = "") -> None:
        """Write a contract: columns as a YAML list, and one server (or several) as YAML list entries."""
        folder = self.settings.project / "data_contracts"
        folder.mkdir(exist_ok=True)
        words = [f"  - {{property: kind, value: {kind}}}"]
        if kind == "event":
            words.append(f"  - {{property: eventColumn, value: {event}}}")
        text = "\n".join([
            "apiVersion: v3.2.0", "kind: DataContract", f"id: {dataset}", "version: 1.0.0", "status: active",
            f"name: {dataset}", "servers:", _indented(server, 2), "customProperties:", *words,
            "schema:", f"  - name: {dataset}", "    logicalType: object", "    properties:", _indented(columns, 6), "",
        ])  # fmt: skip
        (folder / f"{dataset}.odcs.yaml").write_text(text, encoding="utf-8")

    def sources(self, problems: Problems | None = None) -> tuple[Source, ...]:
        """The sources as declared; without ``problems`` there must be none."""
        found = problems if problems is not None else Problems()
        catalogue = read_catalogue(self.settings.project / "data_contracts", found)
        sources = read_sources(catalogue, found)
        if problems is None:
            found.raise_errors()
        return sources

    def fetch(self, *, today: date = TODAY, **more: Any) -> Fetched:
        """Fetch from the only source."""
        (one,) = fetch_sources(self.settings, self.sources(), today=today, **more).sources
        return one

    def ingest(self, today: date = date(2026, 7, 31)) -> IngestReport:
        """Take what waits; every file of a fetch knows its own day."""
        catalogue = read_catalogue(self.settings.project / "data_contracts", Problems())
        with closing(open_warehouse(self.settings)) as con:
            return ingest_folder(con, self.settings, catalogue, today=today)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        with closing(open_warehouse(self.settings)) as con:
            return con.execute(query, list(values)).fetchall()

    def dropped(self, dataset: str) -> list[str]:
        """Names in the drop folder that ingestion would see."""
        folder = self.settings.drop_dir / dataset
        return (
            sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.exists() else []
        )


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.strip("\n").splitlines())


def server(name: str, type_: str, keys: Mapping[str, object], words: Mapping[str, object]) -> str:
    """A server entry of a contract, as YAML."""
    lines = [f"- server: {name}", f"  type: {type_}", *(f"  {key}: {value}" for key, value in keys.items())]
    lines += ["  customProperties:"]
    lines += [f"  - {{property: {word}, value: {value}}}" for word, value in words.items()]
    return "\n".join(lines)


def codes(found: Fetched) -> list[str]:
    """The codes of what went wrong."""
    return [problem.code for problem in found.problems]
