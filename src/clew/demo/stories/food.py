"""Planted cases of model M24: people barred from the food trade who are still in it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF
from clew.demo.divisions import COUNTIES
from clew.demo.identity import credit_codes
from clew.demo.registers.food import business_names
from clew.demo.stage import Person, Stage
from clew.demo.stories.traffic import judge
from clew.demo.truth import Planted

MODEL = "trade_bar"
CONVICTED = "food.barred_person_holds_licence"
DECIDED = "food.barred_by_decision"
UNSAFE = "生产、销售不符合安全标准的食品罪"
TOXIC = "生产、销售有毒、有害食品罪"

_COUNTIES = {county.code: county for county in COUNTIES}


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _convicted(stage, copy)
        _not_barred(stage, copy)
        _decided(stage, copy)


def convict(stage: Stage, person: Person, effective_on: date, charge: str, **columns: object) -> str:
    """A prison term of eighteen months (or what ``columns`` say); returns the case number."""
    row = {
        "charge": charge,
        "drunk": False,
        "vehicle": "none",
        "main_penalty": "fixed_term",
        "term_months": 18,
    }
    return judge(stage, person, effective_on - timedelta(days=140), effective_on, **(row | columns))


def _licence(stage: Stage, representative: Person, manager: Person | None = None, **columns: object) -> str:
    """A food licence in force (or what ``columns`` say); returns its number."""
    manager = manager or representative
    region = pl.Series([representative.region])
    row = {
        "licence_no": stage.number("food_licence"),
        "uscc": credit_codes([representative.region], np.array([31**8 + int(stage.rng.integers(31**7))]))[0],
        "business_name": business_names(stage.rng, region, pl.Series([representative.name]))[0],
        "legal_rep_id": representative.person_id,
        "legal_rep_name": representative.name,
        "manager_id": manager.person_id,
        "manager_name": manager.name,
        "issued_on": date(2022, 9, 1),
        "expires_on": date(2027, 8, 31),
        "status": "active",
        "region": representative.region,
    }
    stage.add("food_licence", None, **(row | columns))
    return str(row["licence_no"])


def _judged_on(copy: int) -> date:
    return date(2023, 4, 10) + timedelta(days=copy % 30 * 31)


def _convicted(stage: Stage, copy: int) -> None:
    found, when = Planted.CLUE, _judged_on(copy)

    person = stage.person()
    convict(stage, person, when, UNSAFE)
    number = _licence(stage, person)
    stage.expect(MODEL, CONVICTED, person, found, "imprisoned for unsafe food, legal representative", number)

    person = stage.person()
    convict(stage, person, when, TOXIC, term_months=40)
    number = _licence(stage, stage.person(), person)
    stage.expect(MODEL, CONVICTED, person, found, "imprisoned for toxic food, food-safety manager of another", number)

    person = stage.person()
    convict(stage, person, when, TOXIC)
    _licence(stage, person, status="cancelled", status_on=when + timedelta(days=20))
    number = _licence(stage, person, issued_on=when + timedelta(days=200), expires_on=AS_OF + timedelta(days=900))
    stage.expect(MODEL, CONVICTED, person, found, "licensed anew after the judgment", number)


def _not_barred(stage: Stage, copy: int) -> None:
    when = _judged_on(copy)

    def near(person: Person, number: str, why: str) -> None:
        stage.expect(MODEL, CONVICTED, person, Planted.NEAR_MISS, why, number)

    person = stage.person()
    convict(stage, person, when, UNSAFE, probation_months=24)
    near(person, _licence(stage, person), "a suspended sentence carries no lifetime bar here")

    person = stage.person()
    convict(stage, person, when, UNSAFE, main_penalty="fine_only", term_months=None)
    near(person, _licence(stage, person), "fined only")

    person = stage.person()
    convict(stage, person, when, UNSAFE)
    near(person, _licence(stage, person, status="cancelled", status_on=when), "the licence was cancelled")

    person = stage.person()
    convict(stage, person, when, UNSAFE)
    lapsed = _licence(stage, person, issued_on=date(2020, 9, 1), expires_on=date(2025, 8, 31))
    near(person, lapsed, "the licence has run out")

    person = stage.person()
    convict(stage, person, when, "非法经营罪")
    near(person, _licence(stage, person), "convicted of an offence that is none of food safety")

    person = stage.person()
    convict(stage, stage.person(name=person.name), when, UNSAFE)
    near(person, _licence(stage, person), "a namesake was convicted")

    person = stage.person()
    convict(stage, person, when, UNSAFE, retrial=True)
    near(person, _licence(stage, person), "the judgment is under retrial")

    person = stage.person()
    convict(stage, person, AS_OF - timedelta(days=30), UNSAFE)
    near(person, _licence(stage, person), "thirty days to change the licence end today")


def _bar(stage: Stage, person: Person, field: str, decided_on: date, until_on: date | None) -> None:
    stage.add(
        "trade_bar",
        person,
        decision_no=stage.number("trade_bar"),
        field=field,
        decided_on=decided_on,
        until_on=until_on,
        authority=f"{_COUNTIES[person.region].name}市场监督管理局",
    )


def _decided(stage: Stage, copy: int) -> None:
    when = _judged_on(copy)
    ends = date(2028, 12, 31)

    person = stage.person()
    _bar(stage, person, "food", when, ends)
    number = _licence(stage, person)
    stage.expect(MODEL, DECIDED, person, Planted.CLUE, "barred for five years, legal representative", number)

    person = stage.person()
    _bar(stage, person, "food", when, None)
    number = _licence(stage, stage.person(), person)
    stage.expect(MODEL, DECIDED, person, Planted.CLUE, "barred for life, food-safety manager", number)

    near = []
    person = stage.person()
    _bar(stage, person, "food", date(2020, 6, 30), date(2025, 6, 30))
    near.append((person, _licence(stage, person), "the bar has run out"))

    person = stage.person()
    _bar(stage, person, "minors", when, ends)
    near.append((person, _licence(stage, person), "barred from work with minors, not from food"))

    person = stage.person()
    _bar(stage, person, "food", when, ends)
    near.append((person, _licence(stage, person, status="revoked", status_on=when), "the licence was revoked"))
    for person, number, why in near:
        stage.expect(MODEL, DECIDED, person, Planted.NEAR_MISS, why, number)
