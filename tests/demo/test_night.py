"""The whole way, on the shipped contracts, rules and models: a province in, the truth found, nobody else accused."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue
from clew.demo.calendar import AS_OF
from clew.demo.compare import Compared, compare, recall
from clew.demo.generate import TRUTH_FILE, generate
from clew.night import receive, screen_all
from clew.problems import Problems
from clew.project import read_project
from clew.settings import Settings
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Night:
    """One night over a small province. In one of 2,000 persons a county may have no claims but the planted ones, and
    its volume is then rightly in doubt."""

    table: list[Compared]
    deliveries: list[tuple[str, str, str]]
    reasons: set[str]
    asked: set[tuple[str, str]]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Night:
    folder: Path = tmp_path_factory.mktemp("night")
    generate(folder, 3_000, 5, catalogue=catalogue)
    problems = Problems()
    project = read_project(Settings(project=ROOT, state=folder), problems)
    problems.raise_errors()
    receive(project, today=AS_OF)
    screening = screen_all(project, as_of=AS_OF)
    with closing(open_warehouse(project.settings, read_only=True)) as con:
        deliveries = con.execute(
            """select dataset, file, case when superseded_by is null then status else 'superseded' end
               from clew.delivery order by all"""
        ).fetchall()
        reasons = con.execute("select distinct unnest(reasons) from clew.quarantine order by all").fetchall()
        table = compare(con, folder / TRUTH_FILE, screening.screening_id)
    asked = {(model.id, use.rule.value) for model in project.models for use in model.uses}
    return Night(table, deliveries, {reason.split(":")[0] for (reason,) in reasons}, asked)


def test_every_planted_clue_is_found_and_nobody_else_accused(night: Night) -> None:
    wrong = [row for row in night.table if not row.as_planted]
    assert wrong == []
    assert recall(night.table) == 1.0
    assert {(row.model, row.rule) for row in night.table} == night.asked
    assert all(row.planted and row.near_misses for row in night.table)


def test_gaps_in_the_data_leave_their_subjects_open(night: Night) -> None:
    planted = {row.rule: row.inconclusive for row in night.table if row.inconclusive}
    assert {row.rule: row.left_open for row in night.table if row.left_open} == planted
    assert {"disability.nursing_unpaid", "traffic.licence_not_revoked", "enforcement.recheck_missed"} <= set(planted)


def test_one_file_is_refused_and_two_are_superseded(night: Night) -> None:
    fates = [(dataset, fate) for dataset, _, fate in night.deliveries if fate != "loaded"]
    assert fates == [
        ("benefit_payment", "superseded"),
        ("disability_certificate", "superseded"),
        ("traffic_violation", "refused"),
    ]


def test_unusable_rows_are_set_aside_by_reason(night: Night) -> None:
    """Failing check digits and days that never were; in the smallest province payments alone have enough rows."""
    assert {"person_id.identity", "paid_on.type"} <= night.reasons
