"""Two units do not open the same subject unseen: the list of a batch says who else holds it."""

from __future__ import annotations

import csv

import duckdb
import fastexcel
import pytest

from clew.delivery.batch import deliver
from clew.project import Project
from tests.delivery.conftest import CLUE, SCREENING


def held_elsewhere(warehouse: duckdb.DuckDBPyConnection, **columns: object) -> None:
    """A clue of another model about the same subject, routed to the criminal line unless told otherwise."""
    changed = {"clue_id": "other-1", "model": "other_model", "route": "criminal"} | columns
    said = ", ".join(f"cast(? as varchar) as {name}" for name in changed)
    warehouse.execute(
        f"insert into clew.clue select * replace ({said}) from clew.clue where clue_id = ?",
        [*changed.values(), CLUE],
    )


def listed(warehouse: duckdb.DuckDBPyConnection, project: Project) -> dict[str, str]:
    """Clue -> what the batch of public_interest says of other holders."""
    batches = deliver(
        warehouse, project.settings, project.catalogue, project.library, project.models, screening_id=SCREENING
    )
    batch = next(one for one in batches if one.unit == "public_interest")
    sheet = fastexcel.read_excel(batch.workbook).load_sheet("线索清单", header_row=None).to_polars()
    assert any("同一对象的其他线索" in str(cell) for row in sheet.iter_rows() for cell in row)
    with (batch.path / "clues.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["clue_id"]: row["also_held"] for row in csv.DictReader(stream)}


def test_the_list_names_the_other_unit_and_model(warehouse: duckdb.DuckDBPyConnection, project: Project) -> None:
    held_elsewhere(warehouse)
    said = listed(warehouse, project)
    assert said.pop(CLUE) == "刑事检察：other_model"
    assert set(said.values()) == {""}


@pytest.mark.parametrize(
    "columns", [{"gone": True}, {"suppressed_reason": "lawful_exception"}, {"state": "closed"}, {"subject": "X"}]
)
def test_a_clue_that_nobody_holds_is_not_named(
    warehouse: duckdb.DuckDBPyConnection, project: Project, columns: dict[str, object]
) -> None:
    held_elsewhere(warehouse, **columns)
    assert set(listed(warehouse, project).values()) == {""}
