"""A model is live only with the numbers that its promote_when asks for."""

from __future__ import annotations

from datetime import date, timedelta

from clew.clues.decide import dispose, move
from clew.clues.review import reviews
from clew.screening.precision import precision
from clew.screening.promotion import track_record
from tests.screening.conftest import JUNE, Office

LIVE = ("status: shadow", "status: live\npromote_when: {shadow_runs: 2, reviewed: 2, precision: {red: 0.5}}")


def stable(office: Office) -> Office:
    for path in sorted((office.settings.project / "rules" / "benefit").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        office = office.with_rule(path.stem, *([("status: test", "status: stable")] if "status: test" in text else []))
    return office


def answer(office: Office, disposition: str) -> None:
    for (clue,) in office.rows("select clue_id from clew.clue"):
        dispose(office.connection, clue, disposition, on=JUNE, actor="a", suppress_after={})


def test_a_live_model_without_its_numbers_is_run_in_shadow(office: Office) -> None:
    office.screen()
    live = stable(office).with_model(LIVE)
    report = live.screen(JUNE + timedelta(days=1))
    [said] = [problem for problem in report.problems if problem.code == "S008"]
    assert "runs in shadow: 1 of 2; clues reviewed: 0 of 2; precision of red: none yet of 50%" in said.message
    assert {model.status for model in report.models} == {"shadow"}
    assert office.rows("select distinct shadow from clew.clue where not gone") == [(True,)]


def test_with_its_numbers_it_is_live(office: Office) -> None:
    for days in (0, 1):
        office.screen(JUNE + timedelta(days=days))
    answer(office, "substantiated")
    live = stable(office).with_model(LIVE)
    report = live.screen(JUNE + timedelta(days=2))
    assert not [problem for problem in report.problems if problem.code == "S008"]
    assert {model.status for model in report.models} == {"live"}
    assert office.rows("select distinct shadow from clew.clue where not gone") == [(False,)]


def test_wrong_answers_keep_it_in_shadow(office: Office) -> None:
    for days in (0, 1):
        office.screen(JUNE + timedelta(days=days))
    answer(office, "not_substantiated")
    live = stable(office).with_model(LIVE)
    report = live.screen(JUNE + timedelta(days=2))
    [said] = [problem for problem in report.problems if problem.code == "S008"]
    assert said.message.endswith("in shadow: precision of red: 0% of 50%")


def test_the_same_day_again_is_no_second_run_in_shadow(office: Office) -> None:
    office.screen()
    office.with_model(("points: 60", "points: 61")).screen()
    model = next(iter(office.models))
    assert office.rows("select count(*) from clew.screening") == [(2,)]
    assert track_record(office.connection, model).shadow_runs == 1


def test_an_answer_is_withdrawn_by_verifying_again_and_outlives_a_new_finding(office: Office) -> None:
    office.screen()
    answer(office, "substantiated")
    clues = [row[0] for row in office.rows("select clue_id from clew.clue order by all")]
    move(office.connection, clues[0], "verifying", on=date(2026, 7, 2), actor="a")
    for to in ("closed", "new"):
        move(office.connection, clues[1], to, on=date(2026, 7, 2), actor="screening")
    found = {one.clue_id: one.answer for one in reviews(office.connection)}
    assert found[clues[0]] is None and found[clues[1]] == "substantiated"
    counted = precision(reviews(office.connection))
    assert (counted.open, counted.right, counted.found) == (1, len(clues) - 1, len(clues))
    assert counted.bounds == ((len(clues) - 1) / len(clues), 1.0)
