"""The contents of a batch, read as a delivery reads them."""

from __future__ import annotations

from datetime import date

import duckdb

from clew.delivery.contents import Contents
from clew.delivery.read import Screened, Source, read_contents
from clew.project import Project
from tests.delivery.conftest import MANIFEST, SCREENING


def contents_of(connection: duckdb.DuckDBPyConnection, project: Project, unit: str = "public_interest") -> Contents:
    source = Source(connection, project.settings, project.catalogue, project.library, project.models, project.laws)
    return read_contents(Screened(source, SCREENING, date(2026, 6, 30), MANIFEST), unit)
