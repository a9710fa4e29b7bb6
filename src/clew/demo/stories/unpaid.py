"""Planted cases of model M03, the other direction: disability subsidies due and not paid."""

from __future__ import annotations

from datetime import date

from clew.demo.calendar import month_plus
from clew.demo.stage import Person, Stage
from clew.demo.stories.disability import FIRST, MODEL, certify, hardship, nursing, other_county
from clew.demo.stories.pension import die
from clew.demo.truth import Planted

NURSING = "disability.nursing_unpaid"
HARDSHIP = "disability.hardship_unpaid"

_BLIND_COUNTY = "340403"


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _nursing_due(stage, copy)
        _nursing_not_due(stage, copy)
        _hardship_due(stage, copy)
        _undecided(stage, copy)


def _low_income(stage: Stage, person: Person, from_on: date, to_on: date | None = None) -> None:
    household = f"DB{person.region}{90_000_000 + stage.rng.integers(1_000_000)}"
    stage.add("low_income_register", person, household_id=household, from_on=from_on, to_on=to_on)


def _nursing_due(stage: Stage, copy: int) -> None:
    def due(person: Person, why: str) -> None:
        stage.expect(MODEL, NURSING, person, Planted.CLUE, why)

    person = stage.person((20, 75))
    certify(stage, person, 1)
    due(person, "level 1, valid for years, never paid")

    person = stage.person((20, 75))
    certify(stage, person, 2, "visual")
    nursing(stage, person, FIRST, month_plus(FIRST, 10 + copy % 8))
    due(person, "level 2, payment stopped without a reason")

    person = stage.person((20, 75))
    certify(stage, person, 2, "intellectual")
    nursing(stage, person, FIRST, date(2026, 1, 1))
    nursing(stage, person, date(2026, 2, 1), date(2026, 5, 1), returned_on=date(2026, 6, 2))
    due(person, "every payment since February came back from a closed account")


def _nursing_not_due(stage: Stage, copy: int) -> None:
    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, NURSING, person, Planted.NEAR_MISS, why)

    person = stage.person((20, 75))
    certify(stage, person, 1, issued_on=date(2016, 6, 20), expires_on=date(2026, 8, 1), status="renewing",
            status_on=date(2026, 2, 10))  # fmt: skip
    near(person, "the certificate is being renewed")

    person = stage.person((20, 75))
    certify(stage, person, 1)
    stage.add("institution_residence", person, institution="第一社会福利院", from_on=date(2023, 3 + copy % 9, 1))
    near(person, "lives in an institution")

    person = stage.person((20, 75))
    certify(stage, person, 2, region=other_county(person))
    near(person, "moved: registered in another county than the certificate's, which pays")

    person = stage.person((20, 75))
    certify(stage, person, 2, issued_on=date(2026, 4, 20), expires_on=date(2036, 4, 19))
    near(person, "certified two months ago")

    person = stage.person((20, 75))
    certify(stage, person, 3)
    near(person, "level 3 of physical disability")

    person = stage.person((20, 75))
    certify(stage, person, 1)
    die(stage, person, date(2026, 1, 8), "cremation")
    nursing(stage, person, FIRST, date(2026, 1, 1))
    near(person, "died in January")

    person = stage.person((20, 75))
    certify(stage, person, 1)
    nursing(stage, person, FIRST, date(2026, 3, 1))
    near(person, "paid in March, within the window")

    person = stage.person((20, 75))
    certify(stage, person, 2, expires_on=date(2026, 5, 30), issued_on=date(2016, 5, 31))
    near(person, "the certificate has expired")


def _hardship_due(stage: Stage, copy: int) -> None:
    since = date(2024, 2 + copy % 10, 5)

    person = stage.person((20, 75))
    certify(stage, person, 3, "hearing")
    _low_income(stage, person, since)
    stage.expect(MODEL, HARDSHIP, person, Planted.CLUE, "low-income with a valid certificate, never paid")

    person = stage.person((20, 75))
    certify(stage, person, 1)
    _low_income(stage, person, since)
    stage.expect(MODEL, (NURSING, HARDSHIP), person, Planted.CLUE, "neither of the two subsidies is paid")

    person = stage.person((20, 75))
    certify(stage, person, 2)
    _low_income(stage, person, since)
    nursing(stage, person)
    stage.expect(MODEL, HARDSHIP, person, Planted.CLUE, "nursing is paid, hardship is not")

    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, HARDSHIP, person, Planted.NEAR_MISS, why)

    person = stage.person((20, 75))
    certify(stage, person, 3)
    _low_income(stage, person, since, date(2026, 2, 28))
    near(person, "low income ended in February")

    person = stage.person((20, 75))
    certify(stage, person, 3)
    _low_income(stage, person, date(2026, 5, 6))
    near(person, "low-income since last month")

    person = stage.person((20, 75))
    certify(stage, person, 3)
    _low_income(stage, person, since)
    hardship(stage, person)
    near(person, "paid every month")

    person = stage.person((70, 85))
    certify(stage, person, 4, "speech")
    _low_income(stage, person, since)
    stage.add("institution_residence", person, institution="敬老院", from_on=date(2024, 3, 1))
    near(person, "lives in an institution")


def _undecided(stage: Stage, copy: int) -> None:
    why = "the city's payment file of May never came"

    person = stage.person((20, 75), region=_BLIND_COUNTY)
    certify(stage, person, 1)
    nursing(stage, person, FIRST, month_plus(FIRST, 6 + copy % 8))
    stage.expect(MODEL, NURSING, person, Planted.INCONCLUSIVE, why)

    person = stage.person((20, 75), region=_BLIND_COUNTY)
    certify(stage, person, 3, "hearing")
    _low_income(stage, person, date(2023, 5, 1))
    stage.expect(MODEL, HARDSHIP, person, Planted.INCONCLUSIVE, why)
