"""Planted cases of model M24 (b): people who must not work with minors, and posts filled without a check."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from clew.demo.calendar import AS_OF
from clew.demo.registers.staff import organisations
from clew.demo.stage import Person, Stage
from clew.demo.stories.food import MODEL, convict
from clew.demo.truth import Planted

OFFENDER = "minors.offender_on_staff"
UNCHECKED = "minors.unchecked_entry"


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _offenders(stage, copy)
        _harmless(stage, copy)
        _entries(stage, copy)


def _post(stage: Stage, person: Person, **columns: object) -> str:
    """A post held since September 2022 after a check in August (or what ``columns`` say); returns its number."""
    row = {column.name: column[0] for column in organisations(stage.rng, pl.Series([person.region]))}
    row |= {
        "post_id": stage.number("staff_roll"),
        "role": "教师",
        "from_on": date(2022, 9, 1),
        "checked_on": date(2022, 8, 20),
    }
    stage.add("staff_roll", person, **(row | columns))
    return str((row | columns)["post_id"])


def _judged_on(copy: int) -> date:
    return date(2023, 5, 8) + timedelta(days=copy % 30 * 30)


def _offenders(stage: Stage, copy: int) -> None:
    found, when = Planted.CLUE, _judged_on(copy)

    person = stage.person()
    convict(stage, person, when, "强制猥亵罪")
    number = _post(stage, person)
    stage.expect(MODEL, OFFENDER, person, found, "convicted of indecent assault while teaching", number)

    person = stage.person()
    convict(stage, person, date(2020, 5, 20), "强奸罪", term_months=36)
    number = _post(stage, person, from_on=date(2024, 3, 1), checked_on=None, role="保安")
    why = "convicted of rape before, hired as a guard without a check"
    stage.expect(MODEL, (OFFENDER, UNCHECKED), person, found, why, number)

    person = stage.person()
    convict(stage, person, when, "故意伤害罪", probation_months=24)
    number = _post(stage, person, role="教练")
    stage.expect(MODEL, OFFENDER, person, found, "a violent injury, suspended sentence, still coaching", number)


def _harmless(stage: Stage, copy: int) -> None:
    when = _judged_on(copy)

    def near(person: Person, number: str, why: str) -> None:
        stage.expect(MODEL, OFFENDER, person, Planted.NEAR_MISS, why, number)

    person = stage.person()
    convict(stage, person, when, "猥亵儿童罪")
    near(person, _post(stage, person, to_on=when - timedelta(days=60)), "had left the post")

    person = stage.person()
    convict(stage, person, when, "盗窃罪")
    near(person, _post(stage, person), "convicted of theft")

    person = stage.person()
    convict(stage, stage.person(name=person.name), when, "强奸罪")
    near(person, _post(stage, person), "a namesake was convicted")

    person = stage.person()
    convict(stage, person, when, "强制猥亵罪", retrial=True)
    near(person, _post(stage, person), "the judgment is under retrial")

    person = stage.person((21, 23))
    offence = person.born_on.replace(day=1, year=person.born_on.year + 17)
    convict(stage, person, offence + timedelta(days=140), "强制猥亵罪")
    near(person, _post(stage, person, from_on=AS_OF - timedelta(days=300), checked_on=AS_OF - timedelta(days=310)),
         "seventeen at the time: the record may be sealed")  # fmt: skip


def _entries(stage: Stage, copy: int) -> None:
    hired = date(2023, 2, 13) + timedelta(days=copy % 30 * 25)

    def entry(kind: Planted, why: str, **columns: object) -> None:
        person = stage.person()
        number = _post(stage, person, **({"from_on": hired} | columns))
        stage.expect(MODEL, UNCHECKED, person, kind, why, number)

    entry(Planted.CLUE, "hired without a check", checked_on=None)
    entry(Planted.CLUE, "checked only four months after entry", checked_on=hired + timedelta(days=120))
    entry(Planted.NEAR_MISS, "checked on the day of entry", checked_on=hired)
    entry(Planted.NEAR_MISS, "hired before the duty existed", from_on=date(2021, 5, 31), checked_on=None)
    entry(Planted.NEAR_MISS, "left without ever being checked", checked_on=None, to_on=AS_OF - timedelta(days=90))
    entry(Planted.NEAR_MISS, "thirty days to report the entry end today", from_on=AS_OF - timedelta(days=30),
          checked_on=None)  # fmt: skip
