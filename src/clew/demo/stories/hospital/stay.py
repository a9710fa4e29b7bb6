"""A stay in hospital as a planted case settles it."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.stage import Person, Stage

MODEL = "hospital_overlap"


def first_day(copy: int) -> date:
    """A day on which a case begins, well inside the two years and away from the ends of years."""
    return date(2025, 2, 3) + timedelta(days=copy % 30 * 9)


def stay(stage: Stage, person: Person, hospital: str, first: date, nights: int, **columns: object) -> None:
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
