"""Stays of patients who were dead, in custody or abroad, and of those who were not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from clew.demo.stage import Person, Stage
from clew.demo.stories.hospital.stay import MODEL, first_day, stay
from clew.demo.stories.pension import die
from clew.demo.truth import Planted

DEAD = "medical.visit_after_death"
CUSTODY = "medical.stay_in_custody"
ABROAD = "medical.stay_while_abroad"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS


def dead(stage: Stage, copy: int) -> None:
    """Treatment after death, and what only looks like it."""
    died = first_day(copy) + timedelta(days=60)

    person = stage.person((60, 90))
    die(stage, person, died, "cremation", "household_cancellation")
    stay(stage, person, "A", died + timedelta(days=40), 8)
    stage.expect(MODEL, DEAD, person, CLUE, "a stay forty days after a death that two sources tell of")

    person = stage.person((60, 90))
    die(stage, person, died, "medical_certificate")
    stay(stage, person, "A", died + timedelta(days=20), 0, visit_type="pharmacy")
    stage.expect(MODEL, DEAD, person, CLUE, "one source of death, same name, medicine three weeks later")

    person = stage.person((60, 90))
    die(stage, person, died, "cremation", "medical_certificate")
    stay(stage, person, "A", died - timedelta(days=12), 12, settled_on=died + timedelta(days=15))
    stage.expect(MODEL, DEAD, person, NEAR, "died in hospital and was settled later")

    person = stage.person((60, 90))
    die(stage, person, died, "cremation")
    stay(stage, person, "A", died + timedelta(days=3), 1)
    stage.expect(MODEL, DEAD, person, NEAR, "an emergency entered on the last day of the margin")

    person = stage.person((60, 90))
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=50))
    stay(stage, person, "A", died + timedelta(days=30), 5)
    stage.expect(MODEL, DEAD, person, NEAR, "the cancellation was a mistake and withdrawn")

    person = stage.person((60, 90))
    die(stage, person.named(stage.other_name(person)), died, "cremation")
    stay(stage, person, "A", died + timedelta(days=30), 5)
    stage.expect(MODEL, DEAD, person, NEAR, "only one source of death, and it gives another name")

    person = stage.person((24, 38))
    die(stage, person, died, "cremation", "medical_certificate")
    stay(stage, person, "A", died + timedelta(days=10), 20, newborn=True)
    stage.expect(MODEL, DEAD, person, NEAR, "the newborn is treated on the card of the dead mother")


def _locked_up(stage: Stage, person: Person, since: date, until: date | None) -> None:
    stage.add(
        "custody", person, custody_no=stage.number("custody"), kind="remand", facility="安和看守所",
        in_on=since, out_on=until,
    )  # fmt: skip


def in_custody(stage: Stage, copy: int) -> None:
    """Stays during custody, and beside it."""
    first = first_day(copy)
    week = timedelta(days=7)

    person = stage.person()
    _locked_up(stage, person, first - 10 * week, first + 10 * week)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, CLUE, "nine nights in the middle of a time in custody")

    person = stage.person()
    _locked_up(stage, person, first - week, None)
    stay(stage, person, "A", first, 3)
    stage.expect(MODEL, CUSTODY, person, CLUE, "three nights, the fewest that count, still in custody")

    person = stage.person()
    _locked_up(stage, person, first + timedelta(days=7), first + 20 * week)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "arrested in hospital, two nights before leaving it")

    person = stage.person()
    _locked_up(stage, person, first - 10 * week, first)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "admitted on the day of release")

    person = stage.person()
    _locked_up(stage, person.named(stage.other_name(person)), first - 10 * week, first + 10 * week)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "the custody record gives the number another name")

    person = stage.person()
    _locked_up(stage, person, first - 10 * week, first + 10 * week)
    stage.add(
        "community_correction", person, kind="temporary_release", from_on=first - week, to_on=first + 10 * week,
        correction_no=stage.number("community_correction"),
    )  # fmt: skip
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "released for treatment")


def _cross(stage: Stage, person: Person, on: date, hour: int, direction: str) -> None:
    number = stage.number("border_crossing")
    moment = datetime.combine(on, time(hour))
    stage.add("border_crossing", person, crossing_id=number, crossed_at=moment, direction=direction)


def abroad(stage: Stage, copy: int) -> None:
    """Stays during a journey abroad, and beside it."""
    first = first_day(copy)

    def journey(person: Person, left: date, nights: int) -> None:
        _cross(stage, person, left, 8, "exit")
        _cross(stage, person, left + timedelta(days=nights), 20, "entry")

    person = stage.person()
    journey(person, first - timedelta(days=5), 40)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, CLUE, "nine nights in hospital during a journey of forty")

    person = stage.person()
    journey(person, first + timedelta(days=7), 30)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, CLUE, "left the country two nights before leaving the hospital")

    person = stage.person()
    journey(person, first + timedelta(days=9), 30)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "left the country on the day of discharge")

    person = stage.person()
    journey(person, first + timedelta(days=4), 0)
    journey(person, first + timedelta(days=6), 1)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "over the border and back on one day, and for one night")

    person = stage.person()
    journey(person, first - timedelta(days=5), 40)
    stay(stage, person, "Y", first, 9, settlement_kind="manual", settled_on=first + timedelta(days=60))
    stage.expect(MODEL, ABROAD, person, NEAR, "treated abroad and reimbursed by hand")

    person = stage.person()
    journey(person.named(stage.other_name(person)), first - timedelta(days=5), 40)
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "the border record gives the number another name")

    person = stage.person()
    _cross(stage, person, first - timedelta(days=5), 8, "exit")
    stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "no return on record: came back by another border")
