"""Planted cases of model M11: drunk drivers, drug users and disqualified probationers."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.divisions import CITIES, COUNTIES
from clew.demo.stage import Person, Stage
from clew.demo.truth import Planted

MODEL = "drunk_driver_licence"
NOT_REVOKED = "traffic.licence_not_revoked"
DRUG_USER = "traffic.drug_user_holds_licence"
DRIVING = "traffic.disqualified_driving"

_LIMIT = timedelta(days=30)
_COUNTIES = {county.code: county for county in COUNTIES}


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _not_revoked(stage, copy)
        _lawful(stage, copy)
        _undecided(stage)
        _drug_users(stage, copy)
        _driving(stage, copy)


def judge(stage: Stage, person: Person, offence_on: date, effective_on: date, **columns: object) -> str:
    """A judgment for drunk driving (or what ``columns`` say); returns its case number."""
    number = int(stage.number("criminal_judgment")) % 1_000_000
    case_no = f"({effective_on.year})皖{person.region[2:]}刑初{number + 5000}号"
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


def _times(copy: int, spread: int = 20) -> tuple[date, date]:
    """Days of offence and of effect; the deadline lies well within the period."""
    offence = date(2024, 8, 3) + timedelta(days=copy % spread * 24)
    return offence, offence + timedelta(days=70 + copy % 7)


def _not_revoked(stage: Stage, copy: int) -> None:
    found = Planted.CLUE
    offence, effective = _times(copy)

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
    offence, effective = _times(copy)

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


def _control(stage: Stage, person: Person, measure: str, from_on: date, to_on: date) -> str:
    control_no = stage.number("drug_control")
    stage.add("drug_control", person, control_no=control_no, measure=measure, from_on=from_on, to_on=to_on)
    return control_no


def _drug_users(stage: Stage, copy: int) -> None:
    start = date(2025, 2, 3) + timedelta(days=copy % 12 * 20)
    for measure, years in (("compulsory_isolation", 2), ("community_detox", 3)):
        person = stage.person()
        license_driver(stage, person)
        number = _control(stage, person, measure, start, start.replace(year=start.year + years))
        why = f"holds a normal licence under {measure.replace('_', ' ')}"
        stage.expect(MODEL, DRUG_USER, person, Planted.CLUE, why, number)

    near = []
    person = stage.person()
    license_driver(stage, person, status="cancelled", status_on=start + timedelta(days=20))
    number = _control(stage, person, "compulsory_isolation", start, start.replace(year=start.year + 2))
    near.append((person, number, "the licence was cancelled"))

    person = stage.person()
    license_driver(stage, person)
    number = _control(stage, person, "community_detox", date(2022, 3, 1), date(2025, 3, 1))
    near.append((person, number, "the measure has ended"))

    person = stage.person()
    license_driver(stage, person)
    number = _control(stage, person, "community_detox", AS_OF - timedelta(days=30), date(2029, 5, 30))
    near.append((person, number, "thirty days to cancel end today"))

    person = stage.person()
    license_driver(stage, person, issued_on=date(2008, 3, 3), expires_on=date(2018, 3, 3))
    number = _control(stage, person, "community_recovery", start, start.replace(year=start.year + 3))
    near.append((person, number, "the licence lapsed long ago"))

    person = stage.person()
    number = _control(stage, person, "compulsory_isolation", start, start.replace(year=start.year + 2))
    near.append((person, number, "never held a licence"))
    for person, number, why in near:
        stage.expect(MODEL, DRUG_USER, person, Planted.NEAR_MISS, why, number)


def _corrected(stage: Stage, person: Person, from_on: date, to_on: date) -> str:
    correction_no = stage.number("community_correction")
    stage.add(
        "community_correction", person, correction_no=correction_no, kind="probation", from_on=from_on, to_on=to_on
    )
    return correction_no


def _seen_driving(stage: Stage, person: Person, *days: date) -> None:
    for occurred_on in days:
        plate = f"皖{'ABCD'[int(person.region[3]) - 1]}{stage.rng.integers(10_000, 100_000)}"
        stage.add("traffic_violation", person, plate=plate, occurred_on=occurred_on, code="1352")


def _driving(stage: Stage, copy: int) -> None:
    offence, effective = _times(copy, 12)
    starts = effective + timedelta(days=10)
    ends = starts + timedelta(days=180)

    def probationer() -> tuple[Person, str]:
        person = stage.person()
        license_driver(stage, person, status="revoked", status_on=offence + timedelta(days=15))
        judge(stage, person, offence, effective, probation_months=6)
        revoke(stage, person, offence + timedelta(days=15))
        return person, _corrected(stage, person, starts, ends)

    person, number = probationer()
    _seen_driving(stage, person, starts + timedelta(days=50))
    stage.expect(MODEL, DRIVING, person, Planted.CLUE, "drove once during probation, licence revoked", number)

    person, number = probationer()
    _seen_driving(stage, person, starts, starts + timedelta(days=30), ends - timedelta(days=1))
    stage.expect(MODEL, DRIVING, person, Planted.CLUE, "drove on the first and the last day of probation", number)

    person, number = probationer()
    _seen_driving(stage, person, ends)
    stage.expect(MODEL, DRIVING, person, Planted.NEAR_MISS, "drove on the day the correction had ended", number)

    person, number = probationer()
    _seen_driving(stage, person, offence + timedelta(days=40))
    stage.expect(MODEL, DRIVING, person, Planted.NEAR_MISS, "drove after the revocation, before the correction", number)

    person = stage.person()
    license_driver(stage, person)
    judge(
        stage, person, offence, effective, charge="盗窃罪", drunk=False, vehicle="none", main_penalty="fixed_term",
        term_months=6, probation_months=12,
    )  # fmt: skip
    number = _corrected(stage, person, starts, starts + timedelta(days=365))
    _seen_driving(stage, person, starts + timedelta(days=20))
    stage.expect(MODEL, DRIVING, person, Planted.NEAR_MISS, "on probation for theft, drives with a licence", number)
