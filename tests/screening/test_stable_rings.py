"""A ring is the same clue while its members come and go: what was answered about it stays answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clew.clues.decide import dispose
from clew.problems import Problems
from clew.replay.past import as_it_was
from clew.rules.library import read_library
from clew.screening.rings import rings_known
from clew.supervision.library import read_models
from clew.warehouse import transaction
from tests.screening.conftest import Office

JUNE, JULY, AUGUST = date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)
A1, A2, A3 = "340103198203030082", "340103197102020075", "340103196001010068"
RULE = """
rule: benefit.one_account
title: Pensions paid into one account
title_zh: 多人养老金汇入同一账户
status: stable
owner: office
created: 2026-01-01
modified: 2026-01-01
tags: [domain.test]
description: A rule of the tests.
legal_basis: [{law: prc.social_insurance_law, article: "88"}]
false_positives: [none known]
datasets: {payment: pension_payment}
steps:
  - from: payment
    where: payment.paid_on >= month_start($as_of)
  - link: payment.person_id
    same: {account: {of: payment.account, weight: 0.5}}
    hub_limit: 10
    min_link: 0.5
  - aggregate: {by: ring_id, members: count_distinct(payment.person_id), first: min(payment.paid_on)}
clue:
  subject: {type: person_group, id: ring_id}
  happened_on: first
  strength: [{otherwise: 1.0}]
  message: "{members} persons"
  message_zh: "{members}人"
  evidence: [{rows: payment, title_zh: 发放}]
tests:
  - name: none
    as_of: 2026-06-30
    given: {payment: "person_id"}
    expect: none
"""
MODEL = """
model: one_account
title: One account
title_zh: 同一账户
status: shadow
owner: office
line: public_interest
supervised_body: 社保中心
goal: Find out who draws the money.
legal_basis: [{law: prc.social_insurance_law, article: "88"}]
rules:
  - {use: benefit.one_account, points: 90}
merge: subject
scoring: {method: points, bands: {red: 80, orange: 50, yellow: 20}}
routing:
  - otherwise: watch
suppress_after:
  lawful_exception: {value: 24, unit: month, rounding: down}
dispositions: [substantiated, lawful_exception]
"""


@pytest.fixture
def rings_office(office: Any) -> Any:
    """The office with a rule of rings, and three persons paid into one account in June."""
    folder = office.settings.project
    (folder / "rules" / "benefit" / "one_account.yml").write_text(RULE, encoding="utf-8")
    (folder / "models" / "one_account").mkdir()
    (folder / "models" / "one_account" / "model.yml").write_text(MODEL, encoding="utf-8")
    problems = Problems()
    library = read_library(folder / "rules", problems, "rules")
    models = read_models(folder / "models", problems)
    assert not problems.errors, list(problems)
    made = replace(office, library=library, models=models)
    pay(made, "06", [A1, A2, A3], JUNE)
    return made


def pay(office: Any, month: str, persons: list[str], today: date) -> None:
    rows = [
        {
            "person_id": one, "payment_id": f"{month}{at}", "paid_on": f"2026-{month}-21", "amount": "100",
            "pay_month": f"2026-{month}-01", "name": "某", "scheme": "employee", "kind": "pension",
            "account": "6222020000000000001",
        }
        for at, one in enumerate(persons)
    ]  # fmt: skip
    office.deliver("pension_payment", f"ring{month}.csv", rows, today.isoformat(), mode="append")
    office.ingest(today)


def clues(office: Office) -> list[tuple[Any, ...]]:
    return office.rows(
        "select c.subject, s.message, c.gone, c.suppressed_reason from clew.clue c join clew.signal s using (clue_id)"
        " where c.model = 'one_account' order by all"
    )


def test_a_disposition_survives_a_member_leaving(rings_office: Any) -> None:
    office = rings_office
    office.screen(JUNE, only=["one_account"])
    assert clues(office) == [(A3, "3 persons", False, None)], "called after the smallest member"
    [(clue_id,)] = office.rows("select clue_id from clew.clue where model = 'one_account'")
    with transaction(office.connection):
        terms = office.models.get("one_account").suppress_after
        dispose(office.connection, clue_id, "lawful_exception", on=JUNE, actor="李检察官", suppress_after=terms)
    pay(office, "07", [A1, A2], JULY)
    report = office.screen(JULY, only=["one_account"])
    assert clues(office) == [(A3, "2 persons", False, "lawful_exception")], "the smallest member is gone, the name not"
    assert (report.models[0].new, report.models[0].suppressed) == (0, 1)
    assert office.rows("select ring, len(members), earlier, position from clew.ring order by position") == [
        (A3, 3, [], 1),
        (A3, 2, [A3], 2),
    ]


def test_done_again_a_screening_changes_no_ring(rings_office: Any) -> None:
    office = rings_office
    first = office.screen(JUNE, only=["one_account"])
    assert office.screen(JUNE, only=["one_account"]).screening_id == first.screening_id
    assert rings_known(office.connection) == 1
    pay(office, "07", [A1, A2, A3], JULY)
    office.screen(JULY, only=["one_account"])
    assert rings_known(office.connection) == 1, "the same members are not written twice"


def test_the_past_knows_only_the_rings_of_its_day(rings_office: Any) -> None:
    office = rings_office
    office.screen(JUNE, only=["one_account"])
    pay(office, "07", [A1, A2], JULY)
    office.screen(JULY, only=["one_account"])
    pay(office, "08", [A2, A3], AUGUST)
    office.screen(AUGUST, only=["one_account"])
    known = office.rows("select as_of, manifest->>'rings' from clew.screening order by as_of")
    assert known == [(JUNE, "0"), (JULY, "1"), (AUGUST, "2")]
    office.connection.close()
    for rings, entries in ((0, []), (1, [(A3, 3)]), (2, [(A3, 3), (A3, 2)])):
        with as_it_was(office.settings, {"inputs": [], "rings": rings}) as past:
            assert past.execute("select ring, len(members) from clew.ring order by position").fetchall() == entries
