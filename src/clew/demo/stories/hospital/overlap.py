"""Stays that overlap or come too often, and those that only look so."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.stage import Person, Stage
from clew.demo.stories.hospital.stay import MODEL, first_day, stay
from clew.demo.truth import Planted

OVERLAP = "medical.overlapping_stays"
MANY = "medical.many_stays"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS


def two_hospitals(stage: Stage, copy: int) -> None:
    """Nights at two hospitals at once."""
    first = first_day(copy)
    person = stage.person((40, 80))
    stay(stage, person, "A", first, 10)
    stay(stage, person, "B", first + timedelta(days=6), 9)
    stage.expect(MODEL, OVERLAP, person, CLUE, "four nights at two hospitals")

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 30)
    stay(stage, person, "B", first + timedelta(days=2), 5)
    stay(stage, person, "C", first + timedelta(days=15), 12)
    stage.expect(MODEL, OVERLAP, person, CLUE, "two short stays elsewhere during a long one")

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 8)
    stay(stage, person, "B", first + timedelta(days=6), 8)
    stage.expect(MODEL, OVERLAP, person, CLUE, "two nights in common, the fewest that count")

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 12)
    stay(stage, person, "Y", first + timedelta(days=1), 12, settlement_kind="manual")
    stage.expect(MODEL, OVERLAP, person, CLUE, "settled by hand for other days at another hospital")


def one_hospital_at_a_time(stage: Stage, copy: int) -> None:
    """What only looks like two hospitals at once."""
    first = first_day(copy)

    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, OVERLAP, person, NEAR, why)

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 10)
    stay(stage, person, "B", first + timedelta(days=10), 7)
    near(person, "referred: left here and arrived there on one day")

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 10)
    stay(stage, person, "B", first + timedelta(days=9), 7)
    near(person, "referred in the night: one night in common")

    person = stage.person((24, 38))
    stay(stage, person, "A", first, 6)
    stay(stage, person, "B", first + timedelta(days=1), 12, newborn=True)
    near(person, "the newborn is treated elsewhere on the mother's card")

    person = stage.person((72, 90))
    stay(stage, person, "A", first, 9)
    stay(stage, person, "B", first - timedelta(days=20), 60, visit_type="home_bed")
    near(person, "a bed at home runs beside a stay")

    person = stage.person((40, 80))
    stay(stage, person, "A", date(2025, 12, 10), 40, admission_no=f"ZYNJ{copy}")
    stay(stage, person, "A", date(2025, 12, 10), 21, settlement_kind="interim", admission_no=f"ZYNJ{copy}")
    near(person, "one stay settled in two parts at the end of the year")

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 10)
    stay(stage, person, "B", first + timedelta(days=2), 6, reversed=True)
    near(person, "the second settlement was reversed")

    person = stage.person((40, 80))
    stay(stage, person, "A", first, 10)
    stay(stage, person, "Y", first, 10, settlement_kind="manual", settled_on=first + timedelta(days=60))
    near(person, "a stay elsewhere, settled again by hand")


def again_and_again(stage: Stage) -> None:
    """Ten admissions a year, and fewer."""
    first = date(2025, 8, 4)

    def months(person: Person, stays: int, **columns: object) -> None:
        for number in range(stays):
            stay(stage, person, "ABC"[number % 3], first + timedelta(days=27 * number), 5, **columns)

    person = stage.person((40, 80))
    months(person, 11)
    stage.expect(MODEL, MANY, person, CLUE, "eleven admissions to three hospitals within a year")

    person = stage.person((40, 80))
    months(person, 10)
    stage.expect(MODEL, MANY, person, CLUE, "ten admissions, the fewest that count")

    person = stage.person((40, 80))
    months(person, 9)
    stay(stage, person, "B", date(2026, 4, 30), 20, admission_no="ZYFD" + person.region)
    stay(stage, person, "B", date(2026, 4, 30), 9, settlement_kind="interim", admission_no="ZYFD" + person.region)
    stay(stage, person, "A", date(2026, 5, 28), 3, reversed=True)
    stage.expect(MODEL, MANY, person, CLUE, "the tenth admission is settled in two parts")

    person = stage.person((40, 80))
    months(person, 9)
    stay(stage, person, "A", date(2026, 5, 28), 3, reversed=True)
    stage.expect(MODEL, MANY, person, NEAR, "nine admissions; the tenth was reversed")

    person = stage.person((40, 80))
    months(person, 11, diagnosis_code="Z51.1")
    stage.expect(MODEL, MANY, person, NEAR, "chemotherapy brings the patient back every month")
