"""Planted cases of what claims say of the provider that made them."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.registers.hospitals import BED, DELIVERY, NURSING, PROSTATE
from clew.demo.stage import Stage
from clew.demo.stories.hospital.stay import MODEL, first_day, stay
from clew.demo.truth import Planted

QUANTITY = "medical.quantity_over_maximum"
DATES = "medical.impossible_dates"
SEX = "medical.item_for_other_sex"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS


def providers(stage: Stage, copy: int) -> None:
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

    first = first_day(copy)
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
            stay(stage, stage.person(), letter, first, 5, settled_on=first - timedelta(days=2), **at)
        stage.expect(MODEL, DATES, provider, kind, why)

    provider, at = case("F")
    child = [stage.person((1, 2)) for _ in range(3)]
    for one in child:
        stay(stage, one, "F", one.born_on - timedelta(days=30), 5, settled_on=AS_OF - timedelta(days=30), **at)
    stage.expect(MODEL, DATES, provider, CLUE, "in hospital a month before being born")

    for letter, sex, kind, why in (
        ("G", "male", CLUE, "deliveries charged for men"),
        ("I", "female", NEAR, "sons treated on their mothers' cards"),
    ):
        provider, at = case(letter)
        for on in days[:3]:
            charge(at, DELIVERY if kind is CLUE else PROSTATE, 1, on, sex=sex, newborn=kind is NEAR)
        stage.expect(MODEL, SEX, provider, kind, why)
