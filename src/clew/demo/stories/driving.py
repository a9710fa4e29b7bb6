"""Planted cases of model M11 (b): drug users who hold a licence, and probationers who drive without one."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.stage import Person, Stage
from clew.demo.stories.traffic import MODEL, judge, license_driver, revoke, times
from clew.demo.truth import Planted

DRUG_USER = "traffic.drug_user_holds_licence"
DRIVING = "traffic.disqualified_driving"


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _drug_users(stage, copy)
        _driving(stage, copy)


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
    offence, effective = times(copy, 12)
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
