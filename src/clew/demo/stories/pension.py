"""Planted cases of model M01: payments after death, and what looks like it and is lawful."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF, month_plus
from clew.demo.stage import Person, Stage
from clew.demo.truth import Planted

MODEL = "deceased_benefits"
PENSION = "benefit.pension_after_death"
ALLOWANCE = "benefit.allowance_after_death"
ALIVE = "benefit.certified_alive_after_death"

_FIRST = date(2024, 7, 1)
_LAST = date(2026, 6, 1)
_REGISTERED = {"cremation": (3, "HH"), "medical_certificate": (1, "YZ"), "household_cancellation": (21, "HX")}


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _paid_on(stage, copy)
        _near_misses(stage, copy)
        _contradictions(stage, copy)


def die(stage: Stage, person: Person, died_on: date, *sources: str, revoked_on: date | None = None) -> None:
    """Register a death with the given sources."""
    for source in sources:
        lag, prefix = _REGISTERED[source]
        stage.add(
            "death_register",
            person,
            died_on=died_on,
            source=source,
            certificate_no=f"{prefix}{died_on:%Y%m}{person.person_id[8:17]}",
            registered_on=died_on + timedelta(days=lag),
            revoked_on=revoked_on,
        )


def draw_pension(stage: Stage, person: Person, first: date, last: date, **columns: object) -> None:
    """Pension of the employees' scheme for the months from ``first`` to ``last`` (or what ``columns`` say)."""
    amount = 210_000 + int(person.account[-5:]) * 2 // 100 * 100
    row = {"scheme": "employee", "kind": "pension", "amount": amount} | columns
    stage.pay("pension_payment", person, first, last, **row)


def _allowance(stage: Stage, person: Person, first: date, last: date, **columns: object) -> None:
    row = {"program": "old_age_allowance", "amount": 6_000} | columns
    stage.pay("benefit_payment", person, first, last, **row)


def _elder(stage: Stage, copy: int, age: tuple[int, int] = (66, 88)) -> tuple[Person, date]:
    """An old person and a day of death: between September 2024 and January 2026, mid-month."""
    died = month_plus(date(2024, 9, 1), (copy * 5) % 17).replace(day=11)
    return stage.person(age), died


def _paid_on(stage: Stage, copy: int) -> None:
    found = Planted.CLUE
    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation", "household_cancellation")
    draw_pension(stage, person, _FIRST, month_plus(died, 3))
    stage.expect(MODEL, PENSION, person, found, "two sources of death, pension of three later months")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation")
    draw_pension(stage, person, _FIRST, _LAST)
    stage.expect(MODEL, PENSION, person, found, "one source, same name, paid to the end of the period")

    person, died = _elder(stage, copy)
    die(stage, person, died, "medical_certificate", "household_cancellation")
    draw_pension(stage, person, _FIRST, month_plus(died, 1), scheme="resident", amount=23_000)
    stage.expect(MODEL, PENSION, person, found, "residents' scheme, one month after the month of death")

    person, died = _elder(stage, copy)
    die(stage, person.named(stage.other_name(person)), died, "cremation", "medical_certificate")
    draw_pension(stage, person, _FIRST, month_plus(died, 6))
    stage.expect(MODEL, PENSION, person, found, "two sources name the number; the payee's name differs")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation", "medical_certificate")
    draw_pension(stage, person, _FIRST, month_plus(died, 4))
    stage.add(
        "pension_payment", person, scheme="employee", kind="funeral_grant", pay_month=month_plus(died, 1),
        paid_on=month_plus(died, 1).replace(day=20), amount=800_000, account=person.account,
    )  # fmt: skip
    stage.expect(MODEL, PENSION, person, found, "a lawful funeral grant beside four unlawful months")

    person, died = _elder(stage, copy, (82, 95))
    die(stage, person, died, "cremation", "household_cancellation")
    _allowance(stage, person, _FIRST, month_plus(died, 5))
    stage.expect(MODEL, ALLOWANCE, person, found, "two sources, old-age allowance of five later months")

    person, died = _elder(stage, copy, (82, 95))
    die(stage, person, died, "cremation")
    _allowance(stage, person, _FIRST, month_plus(died, 2))
    draw_pension(stage, person, _FIRST, month_plus(died, 2))
    stage.expect(MODEL, (PENSION, ALLOWANCE), person, found, "pension and allowance both went on")


def _near_misses(stage: Stage, copy: int) -> None:
    silent = Planted.NEAR_MISS

    person, died = _elder(stage, copy)
    died = died.replace(day=28)
    die(stage, person, died, "cremation", "household_cancellation")
    draw_pension(stage, person, _FIRST, died)
    stage.expect(MODEL, PENSION, person, silent, "paid for the month of death only")

    person, died = _elder(stage, copy)
    died = died.replace(day=1)
    die(stage, person, died, "cremation")
    draw_pension(stage, person, _FIRST, died)
    stage.expect(MODEL, PENSION, person, silent, "died on the first of a month and was paid for that month")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation", "household_cancellation")
    draw_pension(stage, person, _FIRST, died)
    after = month_plus(died, 1)
    draw_pension(stage, person, after, after, returned_on=after.replace(day=27))
    stage.expect(MODEL, PENSION, person, silent, "the month after death was paid and returned")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation", "medical_certificate")
    draw_pension(stage, person, _FIRST, died)
    for kind, amount in (("funeral_grant", 800_000), ("survivor_allowance", 95_000)):
        draw_pension(stage, person, month_plus(died, 1), month_plus(died, 1), kind=kind, amount=amount)
    stage.expect(MODEL, PENSION, person, silent, "funeral grant and survivors' allowance are lawful after death")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation")
    draw_pension(stage, person, _FIRST, died)
    stage.add(
        "pension_payment", person, scheme="employee", kind="back_payment", pay_month=month_plus(died, -1),
        paid_on=month_plus(died, 3).replace(day=15), amount=36_000, account=person.account,
    )  # fmt: skip
    stage.expect(MODEL, PENSION, person, silent, "arrears of a month before the death, paid after it")

    person, died = _elder(stage, copy)
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=60))
    draw_pension(stage, person, _FIRST, _LAST)
    stage.expect(MODEL, PENSION, person, silent, "the cancellation was a mistake and withdrawn")

    person, died = _elder(stage, copy)
    die(stage, person.named(stage.other_name(person)), died, "household_cancellation")
    draw_pension(stage, person, _FIRST, _LAST)
    stage.expect(MODEL, PENSION, person, silent, "only one source of death, and it gives another name")

    dead, died = _elder(stage, copy)
    alive = stage.person((66, 88), name=dead.name)
    die(stage, dead, died, "cremation", "household_cancellation")
    draw_pension(stage, alive, _FIRST, _LAST)
    stage.expect(MODEL, PENSION, alive, silent, "a namesake of somebody who died")

    person, _ = _elder(stage, copy)
    died = AS_OF.replace(day=20)
    die(stage, person, died, "medical_certificate")
    draw_pension(stage, person, _FIRST, _LAST)
    stage.expect(MODEL, PENSION, person, silent, "died this month; nothing was paid since")

    person, died = _elder(stage, copy, (82, 95))
    die(stage, person, died, "cremation", "household_cancellation")
    _allowance(stage, person, _FIRST, died)
    _allowance(stage, person, month_plus(died, 1), month_plus(died, 1), returned_on=month_plus(died, 2))
    stage.expect(MODEL, ALLOWANCE, person, silent, "the allowance of the month after death was returned")

    person = stage.person((82, 95), region="340202")
    die(stage, person, date(2026, 1, 9), "cremation", "household_cancellation")
    _allowance(stage, person, _FIRST, date(2026, 1, 1))
    stage.add(
        "benefit_payment@faulty", person, program="old_age_allowance", pay_month=date(2026, 3, 1),
        paid_on=date(2026, 3, 20), amount=6_000, account=person.account,
    )  # fmt: skip
    stage.expect(MODEL, ALLOWANCE, person, silent, "only the file that was later corrected lists the payment")


def _contradictions(stage: Stage, copy: int) -> None:
    person, died = _elder(stage, copy)
    die(stage, person, died, "household_cancellation")
    _certify(stage, person, died + timedelta(days=120), "face")
    stage.expect(MODEL, ALIVE, person, Planted.CLUE, "recognised by face four months after the registered death")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation", "medical_certificate")
    _certify(stage, person, died + timedelta(days=90), "proxy")
    draw_pension(stage, person, _FIRST, month_plus(died, 4))
    stage.expect(MODEL, (PENSION, ALIVE), person, Planted.CLUE, "two sources of death, certified by a proxy and paid")

    person, died = _elder(stage, copy)
    die(stage, person, died, "cremation")
    _certify(stage, person, died + timedelta(days=7), "phone")
    stage.expect(MODEL, ALIVE, person, Planted.NEAR_MISS, "a certification entered on the last day of the margin")

    person, died = _elder(stage, copy)
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=45))
    _certify(stage, person, died + timedelta(days=40), "counter")
    stage.expect(MODEL, ALIVE, person, Planted.NEAR_MISS, "the cancellation was withdrawn")


def _certify(stage: Stage, person: Person, certified_on: date, channel: str) -> None:
    stage.add("life_certification", person, certified_on=certified_on, channel=channel)
