"""What would clear a clue: from the steps that ran, with what is known of this subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import fastexcel

from clew.delivery.batch import deliver
from clew.delivery.clearing import clearings
from clew.engine import FunnelStep
from clew.plan import Sentence
from clew.project import Project
from tests.delivery.conftest import NAME, SCREENING

ROWS: Mapping[str, list[dict[str, Any]]] = {
    "payment": [
        {"name": NAME, "kind": "pension", "returned_on": None},
        {"name": NAME, "kind": "funeral_grant", "returned_on": "2026-04-01"},
    ]
}
FACTS = {"overpaid": "9000.00", "missing": None}


def told(project: Project, language: str, reads: tuple[str, ...], masked: Mapping[str, str] | None = None) -> str:
    step = FunnelStep("s2_exclude", "exclude", Sentence("", ""), 1, clears=Sentence("已退回", "returned"), reads=reads)
    silent = FunnelStep("s1_from", "from", Sentence("", ""), 2)
    rule = project.library.rules["benefit.paid_after_death"]
    [line] = clearings([silent, step], FACTS, ROWS, rule, project.catalogue.contracts, language, masked)
    return line


def test_rows_and_facts_are_told_under_their_titles(project: Project) -> None:
    assert told(project, "zh", ("payment.returned_on",)) == "若已退回，则可排除。本案现为：退回日期：空、2026-04-01。"
    assert told(project, "en", ("payment.returned_on", "overpaid", "missing", "nothing")) == (
        "Cleared if returned. Here: payment.returned_on: empty, 2026-04-01; overpaid: 9000.00; missing: empty."
    )
    assert told(project, "en", ()) == "Cleared if returned."


def test_personal_values_are_masked(project: Project) -> None:
    assert NAME in told(project, "zh", ("payment.name",))
    shown = told(project, "zh", ("payment.name",), {NAME: "张**"})
    assert NAME not in shown and "张**" in shown


def test_the_evidence_sheet_says_it(warehouse: duckdb.DuckDBPyConnection, project: Project) -> None:
    warehouse.execute(
        "update clew.funnel set clears_zh = '已退回（款项已退回）', clears_en = 'returned', reads = ['payment.amount']"
        " where position = 2"
    )
    sealed = deliver(
        warehouse, project.settings, project.catalogue, project.library, project.models, screening_id=SCREENING
    )
    [unit] = [one for one in sealed if one.unit == "public_interest"]
    rows = fastexcel.read_excel(unit.workbook).load_sheet("证据", header_row=None).to_arrow().to_pylist()
    said = [values[2] for row in rows if (values := list(row.values()))[1] == "可排除情形"]
    assert said and all(text.startswith("若已退回（款项已退回），则可排除。") for text in said)
