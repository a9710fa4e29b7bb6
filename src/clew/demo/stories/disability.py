"""Planted cases of model M03: disability subsidies paid and not due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clew.demo.calendar import month_plus
from clew.demo.divisions import COUNTIES
from clew.demo.registers.disability import CATEGORY_DIGITS
from clew.demo.stage import Person, Stage
from clew.demo.stories.pension import die
from clew.demo.truth import Planted

MODEL = "disability_subsidy"
WITHOUT = "disability.paid_without_certificate"
DEAD = "disability.paid_after_death"
EXPIRED = "disability.paid_after_expiry"
LIGHT = "disability.paid_not_severe"

FIRST, LAST = date(2024, 7, 1), date(2026, 6, 1)


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _without_certificate(stage, copy)
        _after_death(stage, copy)
        _after_expiry(stage, copy)
        _not_severe(stage, copy)


def certify(stage: Stage, person: Person, level: int, category: str = "physical", **columns: object) -> str:
    """A valid certificate of 2021 (or what ``columns`` say); returns its number."""
    suffix = columns.pop("suffix", "")
    row = {
        "certificate_no": f"{person.person_id}{CATEGORY_DIGITS[category]}{level}{suffix}",
        "category": category,
        "level": level,
        "issued_on": date(2021, 4, 12),
        "expires_on": date(2031, 4, 11),
        "status": "valid",
    }
    stage.add("disability_certificate", person, **(row | columns))
    return str(row["certificate_no"])


def nursing(stage: Stage, person: Person, first: date = FIRST, last: date = LAST, **columns: object) -> None:
    """Monthly nursing subsidy."""
    row = {"program": "disability_nursing", "amount": 10_000} | columns
    stage.pay("benefit_payment", person, first, last, **row)


def hardship(stage: Stage, person: Person, first: date = FIRST, last: date = LAST, **columns: object) -> None:
    """Monthly hardship subsidy."""
    row = {"program": "disability_hardship", "amount": 8_500} | columns
    stage.pay("benefit_payment", person, first, last, **row)


def other_county(person: Person) -> str:
    """A county of the same city that is not the person's."""
    return next(
        county.code for county in COUNTIES if county.code[:4] == person.region[:4] and county.code != person.region
    )


def _without_certificate(stage: Stage, copy: int) -> None:
    start = month_plus(FIRST, copy % 12)

    person = stage.person((30, 70))
    nursing(stage, person, start, month_plus(start, 9))
    stage.expect(MODEL, WITHOUT, person, Planted.CLUE, "alive, never held a certificate, nursing subsidy paid")

    person = stage.person((30, 70))
    hardship(stage, person, start)
    stage.expect(MODEL, WITHOUT, person, Planted.CLUE, "alive, never held a certificate, hardship subsidy paid")

    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, WITHOUT, person, Planted.NEAR_MISS, why)

    person = stage.person((30, 70))
    nursing(stage, person, start, month_plus(start, 2), returned_on=month_plus(start, 4))
    near(person, "paid by mistake and returned")

    person = stage.person((30, 70))
    nursing(stage, person, start, month_plus(start, 5), region=other_county(person))
    near(person, "paid by the county the person moved from")

    person = stage.person((30, 70))
    nursing(stage, person.named(stage.other_name(person)), start, month_plus(start, 5))
    near(person, "the number in the payment file belongs to somebody else")

    person = stage.person((30, 70))
    certify(stage, person, 1, expires_on=date(2026, 5, 2), issued_on=date(2016, 5, 3), status="renewing",
            status_on=date(2026, 4, 2))  # fmt: skip
    nursing(stage, person)
    stage.expect(MODEL, (WITHOUT, EXPIRED), person, Planted.NEAR_MISS, "the certificate is being renewed")


def _after_death(stage: Stage, copy: int) -> None:
    died = month_plus(date(2024, 10, 1), copy % 15).replace(day=9)

    person = stage.person((40, 80))
    certify(stage, person, 1)
    die(stage, person, died, "cremation", "household_cancellation")
    nursing(stage, person, FIRST, month_plus(died, 4))
    why = "dead by two sources, certificate still valid on the books, nursing subsidy paid"
    stage.expect(MODEL, DEAD, person, Planted.CLUE, why)

    person = stage.person((40, 80))
    certify(stage, person, 3, "visual")
    die(stage, person, died, "cremation")
    hardship(stage, person, FIRST, month_plus(died, 2))
    stage.expect(MODEL, DEAD, person, Planted.CLUE, "dead by one source under the same name, hardship subsidy paid")

    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, DEAD, person, Planted.NEAR_MISS, why)

    person = stage.person((40, 80))
    certify(stage, person, 2, status="cancelled", status_on=died + timedelta(days=12))
    die(stage, person, died, "cremation", "household_cancellation")
    nursing(stage, person, FIRST, died)
    near(person, "paid for the month of death only")

    person = stage.person((40, 80))
    certify(stage, person, 2, status="cancelled", status_on=died + timedelta(days=12))
    die(stage, person, died, "medical_certificate", "household_cancellation")
    nursing(stage, person, FIRST, died)
    nursing(stage, person, month_plus(died, 1), month_plus(died, 2), returned_on=month_plus(died, 3))
    near(person, "two later months were paid and returned")

    person = stage.person((40, 80))
    certify(stage, person, 1)
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=80))
    nursing(stage, person)
    near(person, "the cancellation was a mistake and withdrawn")


def _after_expiry(stage: Stage, copy: int) -> None:
    ended = date(2024, 12, 15) + timedelta(days=copy % 10 * 30)
    lapsed: dict[str, Any] = {"issued_on": ended.replace(year=ended.year - 10), "expires_on": ended}

    person = stage.person((30, 70))
    certify(stage, person, 2, **lapsed)
    nursing(stage, person)
    stage.expect(MODEL, EXPIRED, person, Planted.CLUE, "expired, never renewed, nursing subsidy goes on")

    person = stage.person((30, 70))
    certify(stage, person, 2, status="cancelled", status_on=ended)
    nursing(stage, person, FIRST, month_plus(ended, 6))
    stage.expect(MODEL, EXPIRED, person, Planted.CLUE, "certificate given up, paid for six more months")

    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, EXPIRED, person, Planted.NEAR_MISS, why)

    person = stage.person((30, 70))
    certify(stage, person, 2, **lapsed)
    nursing(stage, person, FIRST, month_plus(ended, 3))
    near(person, "paid for the three months of grace and then stopped")

    person = stage.person((30, 70))
    certify(stage, person, 2, **lapsed)
    certify(stage, person, 2, suffix="B1", issued_on=ended, expires_on=ended.replace(year=ended.year + 10))
    nursing(stage, person)
    near(person, "a new certificate took the place of the expired one")

    person = stage.person((30, 70))
    certify(stage, person, 2, **lapsed)
    nursing(stage, person, region=other_county(person))
    near(person, "moved: another county pays and may hold the new certificate")


def _not_severe(stage: Stage, copy: int) -> None:
    issued = date(2025, 1, 10) + timedelta(days=copy % 8 * 30)

    def assessed_anew(last: date) -> Person:
        person = stage.person((30, 70))
        certify(stage, person, 2, status="cancelled", status_on=issued, issued_on=date(2018, 5, 7),
                expires_on=date(2028, 5, 6))  # fmt: skip
        certify(stage, person, 4, suffix="B1", issued_on=issued, expires_on=issued.replace(year=issued.year + 10))
        nursing(stage, person, FIRST, last)
        return person

    person = stage.person((30, 70))
    certify(stage, person, 3)
    nursing(stage, person)
    stage.expect(MODEL, LIGHT, person, Planted.CLUE, "level 3 of physical disability, nursing subsidy paid")

    person = assessed_anew(LAST)
    stage.expect(MODEL, LIGHT, person, Planted.CLUE, "assessed anew at level 4, nursing subsidy goes on")

    person = assessed_anew(month_plus(issued, 1))
    stage.expect(MODEL, LIGHT, person, Planted.NEAR_MISS, "assessed anew, stopped after one month of grace")

    person = stage.person((30, 70))
    certify(stage, person, 3, "mental")
    nursing(stage, person)
    stage.expect(MODEL, LIGHT, person, Planted.NEAR_MISS, "level 3 of mental disability, to which the place extends it")

    person = stage.person((30, 70))
    certify(stage, person, 4, "hearing")
    nursing(stage, person, FIRST, month_plus(FIRST, 1), returned_on=month_plus(FIRST, 4))
    stage.expect(MODEL, LIGHT, person, Planted.NEAR_MISS, "paid by mistake and returned")
