"""Screening a warehouse that really received files: what is found, remembered, refused and replayed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clew.clues.decide import dispose
from clew.problems import Place, ProblemError
from clew.rules.holidays import Notice
from clew.warehouse import transaction

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
A1, A2 = "340103198203030082", "340103197102020075"


def test_a_screening_finds_scores_and_stores(office: Any) -> None:
    report = office.screen()
    [model] = report.models
    assert (model.found, model.new, model.stopped) == (2, 2, "")
    assert office.rows("select subject, score, band, route, amount, state, shadow from clew.clue order by score") == [
        (A2, 30, "yellow", "watch", Decimal("700.00"), "new", True),
        (A1, 91, "red", "public_interest", Decimal("15000.00"), "new", True),
    ]
    assert office.rows(
        "select rule, result, answers from clew.signal join clew.clue using (clue_id)"
        " where subject = ? order by position",
        A1,
    ) == [("benefit.paid", Decimal(60), 1), ("benefit.certified", Decimal(21), 1)]
    assert office.rows("select condition, result from clew.factor") == [
        ("amount >= 10000 or certifications >= 5", Decimal(10))
    ]
    assert model.bands == {"red": 1, "yellow": 1} and model.routes == {"public_interest": 1, "watch": 1}
    assert not report.stopped and not report.replayed


def test_the_ledger_says_what_was_read_dropped_and_decided(office: Any) -> None:
    report = office.screen()
    paid = office.rows(
        "select verb, rows, excluded, variant from clew.funnel where rule = 'benefit.paid' order by position"
    )
    assert [row[1] for row in paid][:2] == [3, 3] and paid[-1][1] == 2
    assert {row[3] for row in paid} == {"min_amount=500"}
    assert sum(row[2] for row in paid) == 1, "one payment had been returned"
    assert office.rows("select rule, reason, subject, len(rows) from clew.exclusion") == [
        ("benefit.paid", "already returned", A2, 1)
    ]
    counts = {row.rule: dict(row.outcomes) for row in report.rules}
    assert counts["benefit.paid"] == {"CLUE": 2, "ERROR": 0, "INCONCLUSIVE": 0, "CLEAR": 1}
    assert office.rows("select outcome, subjects from clew.outcome where rule = 'benefit.certified' order by all") == [
        ("CLEAR", 2),
        ("CLUE", 1),
        ("ERROR", 0),
        ("INCONCLUSIVE", 0),
    ]


def test_evidence_is_the_rows_the_rule_read_up_to_its_limit(office: Any) -> None:
    office.screen()
    shown = office.rows(
        "select alias, dataset, row, record->>'paid_on' from clew.evidence"
        " join clew.clue using (clue_id) where subject = ? and rule = 'benefit.paid'"
        " order by alias, row",
        A1,
    )
    assert shown == [
        ("death", "death_register", 1, None),
        ("payment", "pension_payment", 2, "2026-02-20"),
        ("payment", "pension_payment", 3, "2026-03-20"),
    ]
    [(rows,)] = office.rows(
        "select evidence_rows from clew.signal join clew.clue using (clue_id)"
        " where subject = ? and rule = 'benefit.paid'",
        A1,
    )
    assert json.loads(rows) == {"death": 1, "payment": 5}, "two are shown, five are counted"
    [(record,)] = office.rows("select distinct json_keys(record) from clew.evidence where alias = 'payment'")
    assert "account" not in record, "a column the rule does not read is not copied"


def test_the_same_again_changes_nothing_and_says_so(office: Any) -> None:
    first = office.screen()
    before = office.dump()
    again = office.screen()
    assert again.replayed and again.screening_id == first.screening_id
    assert (again.models, again.rules, again.problems) == (first.models, first.rules, first.problems)
    assert office.dump() == before


def test_the_identity_follows_from_day_content_and_deliveries(office: Any) -> None:
    first = office.screen()
    assert first.screening_id.startswith("2026-06-30-") and len(first.screening_id) == 23
    later = office.screen(JULY)
    changed = office.with_model(("points: 30}", "points: 31}")).screen(JULY)
    assert len({first.screening_id, later.screening_id, changed.screening_id}) == 3
    manifest = json.loads(
        office.rows("select manifest from clew.screening where screening_id = ?", first.screening_id)[0][0]
    )
    assert [(one["dataset"], len(one["sha256"])) for one in manifest["inputs"]] == [
        ("death_register", 64),
        ("life_certification", 64),
        ("pension_payment", 64),
    ]
    assert manifest["rules"][1]["parameters"] == {"min_amount": {"unit": "CNY", "value": "500"}}
    assert manifest["models"]["after_death"]["rules"][0] == {"rule": "benefit.paid", "variant": "min_amount=500"}


def test_dates_due_follow_the_holidays_and_so_does_the_identity(office: Any) -> None:
    """Seven working days from a Tuesday, with two days off and a Saturday of work."""
    office = office.with_model(("due: {value: 30, unit: day}", "due: {value: 7, unit: day, counting: working}"))
    off, work = frozenset({date(2026, 7, 1), date(2026, 7, 2)}), frozenset({date(2026, 7, 4)})
    shared = replace(office.library.shared, holidays={"2026": Notice("2026", off, work, Place("2026.yml"))})
    known = replace(office, library=replace(office.library, shared=shared)).screen()
    assert office.rows("select max(due_on) from clew.clue") == [(date(2026, 7, 10),)]
    assert office.screen().screening_id != known.screening_id


def test_dates_due_counted_without_holidays_are_told(office: Any) -> None:
    """A clue found in December is due in a year whose notice nobody has put in."""
    year = max(office.library.shared.holidays)
    assert "E705" not in {problem.code for problem in office.screen(date(int(year), 11, 1)).problems}
    [told] = [problem for problem in office.screen(date(int(year), 12, 1)).problems if problem.code == "E705"]
    assert told.message.endswith(f"no holidays are known of {int(year) + 1}")


def test_a_later_day_with_the_same_data_moves_only_the_dates(office: Any) -> None:
    office.screen()
    due = office.rows("select subject, due_on from clew.clue order by subject")
    report = office.screen(JULY)
    assert (report.models[0].new, report.models[0].changed, report.models[0].found) == (0, 0, 2)
    assert office.rows("select subject, due_on from clew.clue order by subject") == due
    assert office.rows("select distinct first_as_of, last_as_of from clew.clue") == [(JUNE, JULY)]
    assert office.rows("select distinct kind from clew.event") == [("found",)]


def test_a_correction_supersedes_and_the_clue_goes(office: Any) -> None:
    office.screen()
    office.deliver(
        "pension_payment",
        "p.csv",
        [
            {
                "payment_id": "P1",
                "person_id": A1,
                "name": "某",
                "scheme": "employee",
                "kind": "pension",
                "pay_month": "2026-01-01",
                "paid_on": "2026-02-20",
                "amount": "900",
                "account": "6222020000000000001",
            },
        ],
        "2026-07-15",
        period="{from: 2026-01-01, to: 2026-07-01}",
    )
    office.ingest(JULY)
    report = office.screen(JULY)
    assert (report.models[0].found, report.models[0].changed, report.models[0].gone) == (1, 1, 1)
    found = office.rows("select subject, gone, score from clew.clue order by subject")
    assert found == [(A2, True, 30), (A1, False, 51)]
    assert office.screen(JULY).replayed


def test_a_suppressed_clue_is_kept_and_counted(office: Any) -> None:
    office.screen()
    [(clue_id,)] = office.rows("select clue_id from clew.clue where subject = ?", A2)
    with transaction(office.connection):
        dispose(
            office.connection,
            clue_id,
            "data_error",
            on=JUNE,
            actor="李检察官",
            suppress_after=office.models.get("after_death").suppress_after,
        )
    report = office.screen(JULY)
    assert (report.models[0].found, report.models[0].suppressed) == (2, 1)
    assert office.rows("select gone, suppressed_reason from clew.clue where clue_id = ?", clue_id) == [
        (False, "data_error")
    ]


def test_too_many_clues_stop_the_model_and_nothing_of_it_is_stored(office: Any) -> None:
    strict = office.with_model(("warn_above: 4, stop_above: 6", "warn_above: 0, stop_above: 1"))
    report = strict.screen()
    assert report.stopped and report.models[0].stopped
    assert [problem.code for problem in report.problems] == ["S006"]
    assert office.rows("select count(*) from clew.clue") == [(0,)]
    assert office.rows("select count(*) > 0 from clew.funnel") == [(True,)], "the funnel shows where they come from"
    warned = office.with_model(("stop_above: 1", "stop_above: 9")).screen()
    assert [(problem.code, problem.severity.value) for problem in warned.problems] == [("S007", "warning")]
    assert warned.models[0].found == 2 and not warned.stopped


def test_a_rule_that_cannot_finish_stops_its_models_and_is_tried_again(office: Any) -> None:
    office.screen()
    before = {table: rows for table, rows in office.dump().items() if table in ("clue", "signal", "evidence", "event")}
    broken = office.with_rule("paid", ("expect: 1:n", "expect: 1:1"))
    report = broken.screen()
    assert [problem.code for problem in report.problems] == ["S002"] and report.stopped and not report.complete
    assert "s2_join" in report.problems[0].message
    assert report.models[0].stopped and report.models[0].found == 0
    assert office.rows(
        "select rule, outcome, subjects from clew.outcome where screening_id = ? and outcome = 'ERROR' order by rule",
        report.screening_id,
    ) == [("benefit.certified", "ERROR", 0), ("benefit.paid", "ERROR", 0)]
    stored = office.dump()
    again = broken.screen()
    assert again.screening_id == report.screening_id and not again.replayed, "the cause may have passed"
    assert office.dump() == stored
    assert {table: stored[table] for table in before} == before, "the clues of before are left as they were"


@pytest.mark.parametrize("status", ["draft", "test", "retired"])
def test_a_model_below_shadow_stores_nothing_and_says_so(office: Any, status: str) -> None:
    report = office.with_model(("status: shadow", f"status: {status}")).screen()
    assert [(model.status, model.stopped) for model in report.models] == [(status, f"its status is {status}")]
    assert office.rows("select count(*) from clew.clue") == [(0,)]


def test_a_faulty_model_does_not_run(office: Any) -> None:
    report = office.with_model(("use: benefit.paid,", "use: benefit.payed,")).screen()
    assert report.stopped and report.models[0].stopped
    assert [problem.code for problem in report.problems] == ["E601"]


def test_an_unknown_model_and_an_earlier_day_are_refused(office: Any) -> None:
    with pytest.raises(ProblemError, match="S001 there is no model 'after_deth'\n    help: did you mean 'after_death'"):
        office.screen(only=["after_deth"])
    office.screen(JULY)
    with pytest.raises(ProblemError, match="S003 2026-06-30 is earlier than the last screening, of 2026-07-31"):
        office.screen(JUNE)


def test_what_was_not_yet_received_is_not_seen_and_silence_is_named(office: Any) -> None:
    report = office.screen(date(2026, 6, 25))
    assert report.models[0].found == 0
    assert [(problem.code, problem.place.path) for problem in report.problems] == [
        ("S004", "rules/benefit/certified.yml"),
        ("S004", "rules/benefit/paid.yml"),
    ]


def test_stale_data_is_named(office: Any) -> None:
    report = office.screen(date(2026, 8, 31))
    assert [problem.code for problem in report.problems] == ["S005"]
    assert "'pension_payment' reaches only to 2026-06-27" in report.problems[0].message
