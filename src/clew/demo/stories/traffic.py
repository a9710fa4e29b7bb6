"""Planted cases of model M11: drunk drivers whose licence was not revoked in time."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.divisions import CITIES, COUNTIES
from clew.demo.stage import Person, Stage
from clew.demo.truth import Planted

MODEL = "drunk_driver_licence"
NOT_REVOKED = "traffic.licence_not_revoked"

_LIMIT = timedelta(days=30)
_COUNTIES = {county.code: county for county in COUNTIES}


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _not_revoked(stage, copy)
        _lawful(stage, copy)
        _undecided(stage)


def judge(stage: Stage, person: Person, offence_on: date, effective_on: date, **columns: object) -> str:
    """A judgment for drunk driving (or what ``columns`` say); returns its case number."""
    case_no = f"({effective_on.year})皖{person.region[2:]}刑初{stage.number('criminal_judgment')}号"
    row = {
        "case_no": case_no,
        "charge": "危险驾驶罪",
        "drunk": True,
        "vehicle": "car",
        "offence_on": offence_on,
        "effective_on": effective_on,
        "main_penalty": "detention",
        "term_months": 2,
        "retrial": False,
        "court": f"{_COUNTIES[person.region].name}人民法院",
    }
    stage.add("criminal_judgment", person, **(row | columns))
    return case_no


def license_driver(stage: Stage, person: Person, **columns: object) -> None:
    """A normal licence since 2015 (or what ``columns`` say)."""
    row = {
        "licence_no": person.licence_no,
        "classes": "C1",
        "issued_on": date(2015, 5, 4),
        "expires_on": date(2031, 5, 4),
        "status": "normal",
    }
    stage.add("driving_licence", person, **(row | columns))


def revoke(stage: Stage, person: Person, decided_on: date) -> None:
    """A revocation of the person's licence."""
    stage.add(
        "licence_revocation",
        person,
        decision_no=stage.number("licence_revocation"),
        licence_no=person.licence_no,
        decided_on=decided_on,
        authority=f"{CITIES[person.region[:4]]}公安局交通警察支队",
    )


def times(copy: int, spread: int = 20) -> tuple[date, date]:
    """Days of offence and of effect; the deadline lies well within the period."""
    offence = date(2024, 8, 3) + timedelta(days=copy % spread * 24)
    return offence, offence + timedelta(days=70 + copy % 7)


def _not_revoked(stage: Stage, copy: int) -> None:
    found = Planted.CLUE
    offence, effective = times(copy)

    person = stage.person()
    license_driver(stage, person)
    case = judge(stage, person, offence, effective)
    stage.expect(MODEL, NOT_REVOKED, person, found, "convicted, licence normal, never revoked", case)

    person = stage.person()
    license_driver(stage, person, status="revoked", status_on=effective + _LIMIT + timedelta(days=40))
    case = judge(stage, person, offence, effective)
    revoke(stage, person, effective + _LIMIT + timedelta(days=40))
    stage.expect(MODEL, NOT_REVOKED, person, found, "revoked forty days after the deadline", case)

    person = stage.person()
    license_driver(stage, person, status="revoked", status_on=effective + _LIMIT + timedelta(days=1))
    case = judge(stage, person, offence, effective)
    revoke(stage, person, effective + _LIMIT + timedelta(days=1))
    stage.expect(MODEL, NOT_REVOKED, person, found, "revoked one day after the deadline", case)

    person = stage.person()
    license_driver(stage, person)
    case = judge(stage, person, offence, effective, vehicle="motorcycle")
    stage.expect(
        MODEL, NOT_REVOKED, person, found, "drunk on a motorcycle while holding a car licence (guiding case 146)", case
    )

    person = stage.person()
    license_driver(stage, person)
    first = judge(stage, person, offence, effective)
    later = date(2025, 12, 6)
    second = judge(stage, person, later, later + timedelta(days=60))
    for case in (first, second):
        stage.expect(MODEL, NOT_REVOKED, person, found, "two judgments, two clues", case)


def _lawful(stage: Stage, copy: int) -> None:
    silent = Planted.NEAR_MISS
    offence, effective = times(copy)

    def near(person: Person, why: str, **judgment: object) -> None:
        case = judge(stage, person, offence, effective, **judgment)
        stage.expect(MODEL, NOT_REVOKED, person, silent, why, case)

    person = stage.person()
    license_driver(stage, person, status="revoked", status_on=effective + _LIMIT)
    revoke(stage, person, effective + _LIMIT)
    near(person, "revoked on the last day")

    person = stage.person()
    license_driver(stage, person, status="revoked", status_on=offence + timedelta(days=12))
    revoke(stage, person, offence + timedelta(days=12))
    near(person, "revoked after the offence, before the judgment (rule of December 2023)")

    near(stage.person(), "never held a licence")

    person = stage.person()
    license_driver(stage, person)
    near(person, "an electric bicycle is not a motor vehicle", vehicle="electric_bicycle")

    person = stage.person()
    license_driver(
        stage, person, issued_on=date(2008, 3, 3), expires_on=date(2018, 3, 3), status="expired",
        status_on=date(2018, 3, 4),
    )  # fmt: skip
    near(person, "the licence had lapsed before the offence")

    person = stage.person()
    license_driver(stage, person)
    near(person, "the judgment is under retrial", retrial=True)

    person = stage.person()
    license_driver(stage, person)
    near(person, "convicted of theft, not of drunk driving", charge="盗窃罪", drunk=False, vehicle="none")

    person = stage.person()
    license_driver(stage, person, issued_on=effective + timedelta(days=200))
    near(person, "the licence was first issued after the judgment")

    person = stage.person()
    license_driver(stage, person.named(stage.other_name(person)))
    near(person, "the licence under this number carries another name")


def _undecided(stage: Stage) -> None:
    person = stage.person(region="340403")
    license_driver(stage, person, status="revoked", status_on=date(2025, 6, 30))
    case = judge(stage, person, date(2025, 3, 15), date(2025, 6, 2))
    revoke(stage, person, date(2025, 6, 30))
    why = "the city's register stops in 2026, but this revocation of 2025 is in it"
    stage.expect(MODEL, NOT_REVOKED, person, Planted.NEAR_MISS, why, case)

    person = stage.person(region="340403")
    license_driver(stage, person)
    case = judge(stage, person, date(2026, 1, 15), date(2026, 4, 2))
    why = "the city's register of revocations stops before the deadline"
    stage.expect(MODEL, NOT_REVOKED, person, Planted.INCONCLUSIVE, why, case)

    person = stage.person()
    license_driver(stage, person)
    case = judge(stage, person, date(2026, 3, 20), date(2026, 6, 12))
    stage.expect(MODEL, NOT_REVOKED, person, Planted.NEAR_MISS, "the deadline lies in the future", case)
