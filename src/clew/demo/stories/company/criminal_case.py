"""Companies of persons who stand in a criminal case: their names were used, or they are suspects."""

from __future__ import annotations

from datetime import date
from typing import Any

from clew.demo.registers.companies import SELLING
from clew.demo.stage import Company, Person, Stage
from clew.demo.stories.company.registration import MODEL, day, register
from clew.demo.truth import Planted

LINKED = "company.linked_to_case"
TRADED = "company.identity_in_case"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS


def _in_case(stage: Stage, role: str, **columns: object) -> None:
    number = len(stage.truth)
    row = {
        "case_no": f"安检刑受9{number:07d}", "party_no": "1", "role": role, "charge": SELLING,
        "decision": "prosecuted", "decided_on": date(2025, 11, 10), "accepted_on": date(2025, 10, 20),
        "region": "340102",
    }  # fmt: skip
    stage.add("prosecution_case", None, **(row | columns))


def traded(stage: Stage, copy: int) -> None:
    """Representatives whose names stand in a case of traded identities."""
    since = day(copy)

    def case(phone: str) -> tuple[Person, Company]:
        person = stage.person()
        return person, register(stage, person, since, phone=phone)

    phone = f"177{copy:04d}"
    person, company = case(phone + "0001")
    _in_case(stage, "identity_used", name=person.name, phone=phone + "0001")
    stage.expect(MODEL, TRADED, company, CLUE, "name and telephone stand in the list of a case")

    person, company = case(phone + "0002")
    _in_case(stage, "identity_used", name=person.name, person_id=person.person_id)
    stage.expect(MODEL, TRADED, company, CLUE, "name and number stand in the list of a case")

    person, company = case(phone + "0003")
    _in_case(stage, "identity_used", name=person.name, phone=phone + "9999", region=person.region)
    stage.expect(MODEL, TRADED, company, NEAR, "a namesake of the county with another telephone")

    person, company = case(phone + "0004")
    other = stage.person(name=person.name)
    _in_case(stage, "identity_used", name=person.name, phone=phone + "0004", person_id=other.person_id)
    stage.expect(MODEL, TRADED, company, NEAR, "name and telephone agree, the number is another's")

    person, company = case(phone + "0005")
    _in_case(stage, "identity_used", name=stage.other_name(person), phone=phone + "0005")
    stage.expect(MODEL, TRADED, company, NEAR, "another name at the same telephone")


def linked(stage: Stage) -> None:
    """Neighbours of a suspect's company, near and far."""

    def seed(number: int, **columns: str) -> dict[str, Any]:
        """A working company of a suspect; what a neighbour shares with it."""
        person = stage.person()
        shared: dict[str, Any] = {
            "address": f"安和西路{len(stage.companies)}号",
            "phone": f"150{len(stage.companies):08d}",
        }
        own = register(stage, person, date(2024, 3, 4), **shared)
        stage.expect(MODEL, LINKED, own, NEAR, f"the company of the case itself ({number})")
        _in_case(stage, "suspect", **({"person_id": person.person_id, "name": person.name} | columns))
        return shared

    shared = seed(1)
    middle = stage.person()
    company = register(stage, middle, date(2024, 4, 4), **shared)
    stage.expect(MODEL, LINKED, company, CLUE, "telephone and place of a suspect's company")
    company = register(stage, middle, date(2024, 5, 4))
    stage.expect(MODEL, LINKED, company, CLUE, "the representative of the neighbour, two links away")

    for columns, why in (
        ({"charge": "盗窃罪"}, "the case is one of theft"),
        ({"decision": "not_prosecuted"}, "the suspect was not prosecuted"),
        ({"name": "别名别姓"}, "the case gives the number another name"),
    ):
        company = register(stage, stage.person(), date(2024, 4, 4), **seed(2, **columns))
        stage.expect(MODEL, LINKED, company, NEAR, why)

    shared = seed(3)
    company = register(stage, stage.person(), date(2024, 4, 4), address=shared["address"])
    stage.expect(MODEL, LINKED, company, NEAR, "in the same place only")
