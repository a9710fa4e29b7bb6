"""Planted cases of model M08: claims for treatment that cannot have taken place, and what looks like it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.registers.hospitals import BED, DELIVERY, NURSING, PROSTATE
from clew.demo.stage import Person, Stage
from clew.demo.stories.pension import die
from clew.demo.truth import Planted

MODEL = "hospital_overlap"
OVERLAP = "medical.overlapping_stays"
DEAD = "medical.visit_after_death"
CUSTODY = "medical.stay_in_custody"
ABROAD = "medical.stay_while_abroad"
MANY = "medical.many_stays"
QUANTITY = "medical.quantity_over_maximum"
DATES = "medical.impossible_dates"
SEX = "medical.item_for_other_sex"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _two_hospitals(stage, copy)
        _one_hospital_at_a_time(stage, copy)
        _dead(stage, copy)
        _in_custody(stage, copy)
        _abroad(stage, copy)
        _again_and_again(stage)
        _providers(stage, copy)


def _day(copy: int) -> date:
    """A day on which a case begins, well inside the two years and away from the ends of years."""
    return date(2025, 2, 3) + timedelta(days=copy % 30 * 9)


def _stay(stage: Stage, person: Person, hospital: str, first: date, nights: int, **columns: object) -> None:
    """A settled stay; ``hospital`` is a letter that tells the hospitals of a case apart."""
    last = first + timedelta(days=nights)
    number = stage.number("medical_settlement")
    row = {
        "settlement_id": number,
        "admission_no": f"ZY{number}",
        "provider_id": f"H{person.region}9{hospital}",
        "provider_name": f"安和第{hospital}医院",
        "visit_type": "inpatient",
        "admitted_on": first,
        "discharged_on": last,
        "settled_on": last,
        "settlement_kind": "final",
        "reversed": False,
        "newborn": False,
        "diagnosis_code": "I10",
        "amount": 90_000 * nights + 80_000,
        "fund_paid": 60_000 * nights + 50_000,
    }
    stage.add("medical_settlement", person, **(row | columns))


def _two_hospitals(stage: Stage, copy: int) -> None:
    first = _day(copy)
    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 10)
    _stay(stage, person, "B", first + timedelta(days=6), 9)
    stage.expect(MODEL, OVERLAP, person, CLUE, "four nights at two hospitals")

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 30)
    _stay(stage, person, "B", first + timedelta(days=2), 5)
    _stay(stage, person, "C", first + timedelta(days=15), 12)
    stage.expect(MODEL, OVERLAP, person, CLUE, "two short stays elsewhere during a long one")

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 8)
    _stay(stage, person, "B", first + timedelta(days=6), 8)
    stage.expect(MODEL, OVERLAP, person, CLUE, "two nights in common, the fewest that count")

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 12)
    _stay(stage, person, "Y", first + timedelta(days=1), 12, settlement_kind="manual")
    stage.expect(MODEL, OVERLAP, person, CLUE, "settled by hand for other days at another hospital")


def _one_hospital_at_a_time(stage: Stage, copy: int) -> None:
    first = _day(copy)

    def near(person: Person, why: str) -> None:
        stage.expect(MODEL, OVERLAP, person, NEAR, why)

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 10)
    _stay(stage, person, "B", first + timedelta(days=10), 7)
    near(person, "referred: left here and arrived there on one day")

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 10)
    _stay(stage, person, "B", first + timedelta(days=9), 7)
    near(person, "referred in the night: one night in common")

    person = stage.person((24, 38))
    _stay(stage, person, "A", first, 6)
    _stay(stage, person, "B", first + timedelta(days=1), 12, newborn=True)
    near(person, "the newborn is treated elsewhere on the mother's card")

    person = stage.person((72, 90))
    _stay(stage, person, "A", first, 9)
    _stay(stage, person, "B", first - timedelta(days=20), 60, visit_type="home_bed")
    near(person, "a bed at home runs beside a stay")

    person = stage.person((40, 80))
    _stay(stage, person, "A", date(2025, 12, 10), 40, admission_no=f"ZYNJ{copy}")
    _stay(stage, person, "A", date(2025, 12, 10), 21, settlement_kind="interim", admission_no=f"ZYNJ{copy}")
    near(person, "one stay settled in two parts at the end of the year")

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 10)
    _stay(stage, person, "B", first + timedelta(days=2), 6, reversed=True)
    near(person, "the second settlement was reversed")

    person = stage.person((40, 80))
    _stay(stage, person, "A", first, 10)
    _stay(stage, person, "Y", first, 10, settlement_kind="manual", settled_on=first + timedelta(days=60))
    near(person, "a stay elsewhere, settled again by hand")


def _dead(stage: Stage, copy: int) -> None:
    died = _day(copy) + timedelta(days=60)

    person = stage.person((60, 90))
    die(stage, person, died, "cremation", "household_cancellation")
    _stay(stage, person, "A", died + timedelta(days=40), 8)
    stage.expect(MODEL, DEAD, person, CLUE, "a stay forty days after a death that two sources tell of")

    person = stage.person((60, 90))
    die(stage, person, died, "medical_certificate")
    _stay(stage, person, "A", died + timedelta(days=20), 0, visit_type="pharmacy")
    stage.expect(MODEL, DEAD, person, CLUE, "one source of death, same name, medicine three weeks later")

    person = stage.person((60, 90))
    die(stage, person, died, "cremation", "medical_certificate")
    _stay(stage, person, "A", died - timedelta(days=12), 12, settled_on=died + timedelta(days=15))
    stage.expect(MODEL, DEAD, person, NEAR, "died in hospital and was settled later")

    person = stage.person((60, 90))
    die(stage, person, died, "cremation")
    _stay(stage, person, "A", died + timedelta(days=3), 1)
    stage.expect(MODEL, DEAD, person, NEAR, "an emergency entered on the last day of the margin")

    person = stage.person((60, 90))
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=50))
    _stay(stage, person, "A", died + timedelta(days=30), 5)
    stage.expect(MODEL, DEAD, person, NEAR, "the cancellation was a mistake and withdrawn")

    person = stage.person((60, 90))
    die(stage, person.named(stage.other_name(person)), died, "cremation")
    _stay(stage, person, "A", died + timedelta(days=30), 5)
    stage.expect(MODEL, DEAD, person, NEAR, "only one source of death, and it gives another name")

    person = stage.person((24, 38))
    die(stage, person, died, "cremation", "medical_certificate")
    _stay(stage, person, "A", died + timedelta(days=10), 20, newborn=True)
    stage.expect(MODEL, DEAD, person, NEAR, "the newborn is treated on the card of the dead mother")


def _locked_up(stage: Stage, person: Person, since: date, until: date | None) -> None:
    stage.add(
        "custody", person, custody_no=stage.number("custody"), kind="remand", facility="安和看守所",
        in_on=since, out_on=until,
    )  # fmt: skip


def _in_custody(stage: Stage, copy: int) -> None:
    first = _day(copy)
    week = timedelta(days=7)

    person = stage.person()
    _locked_up(stage, person, first - 10 * week, first + 10 * week)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, CLUE, "nine nights in the middle of a time in custody")

    person = stage.person()
    _locked_up(stage, person, first - week, None)
    _stay(stage, person, "A", first, 3)
    stage.expect(MODEL, CUSTODY, person, CLUE, "three nights, the fewest that count, still in custody")

    person = stage.person()
    _locked_up(stage, person, first + timedelta(days=7), first + 20 * week)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "arrested in hospital, two nights before leaving it")

    person = stage.person()
    _locked_up(stage, person, first - 10 * week, first)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "admitted on the day of release")

    person = stage.person()
    _locked_up(stage, person.named(stage.other_name(person)), first - 10 * week, first + 10 * week)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "the custody record gives the number another name")

    person = stage.person()
    _locked_up(stage, person, first - 10 * week, first + 10 * week)
    stage.add(
        "community_correction", person, kind="temporary_release", from_on=first - week, to_on=first + 10 * week,
        correction_no=stage.number("community_correction"),
    )  # fmt: skip
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, CUSTODY, person, NEAR, "released for treatment")


def _cross(stage: Stage, person: Person, on: date, hour: int, direction: str) -> None:
    number = stage.number("border_crossing")
    moment = datetime.combine(on, time(hour))
    stage.add("border_crossing", person, crossing_id=number, crossed_at=moment, direction=direction)


def _abroad(stage: Stage, copy: int) -> None:
    first = _day(copy)

    def journey(person: Person, left: date, nights: int) -> None:
        _cross(stage, person, left, 8, "exit")
        _cross(stage, person, left + timedelta(days=nights), 20, "entry")

    person = stage.person()
    journey(person, first - timedelta(days=5), 40)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, CLUE, "nine nights in hospital during a journey of forty")

    person = stage.person()
    journey(person, first + timedelta(days=7), 30)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, CLUE, "left the country two nights before leaving the hospital")

    person = stage.person()
    journey(person, first + timedelta(days=9), 30)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "left the country on the day of discharge")

    person = stage.person()
    journey(person, first + timedelta(days=4), 0)
    journey(person, first + timedelta(days=6), 1)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "over the border and back on one day, and for one night")

    person = stage.person()
    journey(person, first - timedelta(days=5), 40)
    _stay(stage, person, "Y", first, 9, settlement_kind="manual", settled_on=first + timedelta(days=60))
    stage.expect(MODEL, ABROAD, person, NEAR, "treated abroad and reimbursed by hand")

    person = stage.person()
    journey(person.named(stage.other_name(person)), first - timedelta(days=5), 40)
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "the border record gives the number another name")

    person = stage.person()
    _cross(stage, person, first - timedelta(days=5), 8, "exit")
    _stay(stage, person, "A", first, 9)
    stage.expect(MODEL, ABROAD, person, NEAR, "no return on record: came back by another border")


def _again_and_again(stage: Stage) -> None:
    first = date(2025, 8, 4)

    def months(person: Person, stays: int, **columns: object) -> None:
        for number in range(stays):
            _stay(stage, person, "ABC"[number % 3], first + timedelta(days=27 * number), 5, **columns)

    person = stage.person((40, 80))
    months(person, 11)
    stage.expect(MODEL, MANY, person, CLUE, "eleven admissions to three hospitals within a year")

    person = stage.person((40, 80))
    months(person, 10)
    stage.expect(MODEL, MANY, person, CLUE, "ten admissions, the fewest that count")

    person = stage.person((40, 80))
    months(person, 9)
    _stay(stage, person, "B", date(2026, 4, 30), 20, admission_no="ZYFD" + person.region)
    _stay(stage, person, "B", date(2026, 4, 30), 9, settlement_kind="interim", admission_no="ZYFD" + person.region)
    _stay(stage, person, "A", date(2026, 5, 28), 3, reversed=True)
    stage.expect(MODEL, MANY, person, CLUE, "the tenth admission is settled in two parts")

    person = stage.person((40, 80))
    months(person, 9)
    _stay(stage, person, "A", date(2026, 5, 28), 3, reversed=True)
    stage.expect(MODEL, MANY, person, NEAR, "nine admissions; the tenth was reversed")

    person = stage.person((40, 80))
    months(person, 11, diagnosis_code="Z51.1")
    stage.expect(MODEL, MANY, person, NEAR, "chemotherapy brings the patient back every month")


def _providers(stage: Stage, copy: int) -> None:
    """What a provider's claims say of the provider; each case has a provider of its own."""

    def case(letter: str) -> tuple[str, dict[str, object]]:
        provider = f"P{copy:03d}{letter}"
        return provider, {"provider_id": provider, "provider_name": f"安和{copy}{letter}门诊部"}

    def charge(at: dict[str, object], item: str, quantity: int, on: date, **columns: object) -> None:
        person = stage.person((40, 80))
        if item in (DELIVERY, PROSTATE):
            person = next(one for one in iter(lambda: stage.person((40, 80)), None) if one.sex == columns["sex"])
        row = {
            "charge_id": stage.number("medical_charge"), "admission_no": f"ZYM{stage.number('medical_charge')}",
            "item_code": item, "charged_on": on, "days": 1, "quantity": quantity * 100, "amount": quantity * 600,
            "reversed": False, "newborn": False,
        }  # fmt: skip
        stage.add("medical_charge", person, **(row | at | {k: v for k, v in columns.items() if k != "sex"}))

    first = _day(copy)
    days = [first + timedelta(days=number) for number in range(4)]

    provider, at = case("A")
    for on in days:
        charge(at, NURSING, 30, on)
    stage.expect(MODEL, QUANTITY, provider, CLUE, "thirty hours of nursing on four days")

    provider, at = case("B")
    for on in days[:3]:
        charge(at, BED, 2, on)
    stage.expect(MODEL, QUANTITY, provider, CLUE, "two beds a day, on the fewest days that count")

    provider, at = case("C")
    for on in days[:2]:
        charge(at, NURSING, 30, on)
    for on in days:
        charge(at, NURSING, 96, on, days=4)
        charge(at, NURSING, 1440, on)
        charge(at, NURSING, 30, on, reversed=True)
        charge(at, NURSING, 30, on, newborn=True)
    stage.expect(
        MODEL, QUANTITY, provider, NEAR, "two slips, four days on a line, minutes for hours, reversed, newborn"
    )

    for letter, kind, why in (("D", CLUE, "settled before arriving, twice"), ("E", NEAR, "a single slip")):
        provider, at = case(letter)
        for _ in range(2 if kind is CLUE else 1):
            _stay(stage, stage.person(), letter, first, 5, settled_on=first - timedelta(days=2), **at)
        stage.expect(MODEL, DATES, provider, kind, why)

    provider, at = case("F")
    child = [stage.person((1, 2)) for _ in range(3)]
    for one in child:
        _stay(stage, one, "F", one.born_on - timedelta(days=30), 5, settled_on=AS_OF - timedelta(days=30), **at)
    stage.expect(MODEL, DATES, provider, CLUE, "in hospital a month before being born")

    for letter, sex, kind, why in (
        ("G", "male", CLUE, "deliveries charged for men"),
        ("I", "female", NEAR, "sons treated on their mothers' cards"),
    ):
        provider, at = case(letter)
        for on in days[:3]:
            charge(at, DELIVERY if kind is CLUE else PROSTATE, 1, on, sex=sex, newborn=kind is NEAR)
        stage.expect(MODEL, SEX, provider, kind, why)
