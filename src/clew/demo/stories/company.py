"""Planted cases of model M25: shell companies, registrations in the names of others, and what looks like it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clew.demo.calendar import AS_OF
from clew.demo.registers.companies import SELLING
from clew.demo.stage import Company, Person, Stage
from clew.demo.stories.pension import die
from clew.demo.truth import Planted

MODEL = "shell_company"
RING = "company.idle_ring"
IDLE = "company.no_tax_no_staff"
DEAD = "company.representative_dead"
CUSTODY = "company.representative_in_custody"
LOST = "company.card_was_lost"
LINKED = "company.linked_to_case"
TRADED = "company.identity_in_case"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS
_BLIND_COUNTY = "340402"


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _idle(stage, copy)
        _dead(stage, copy)
        _in_custody(stage, copy)
        _lost(stage, copy)
        _traded(stage, copy)
        _linked(stage)
        _rings(stage)
        _no_rings(stage)


def _day(copy: int) -> date:
    """A day of registration: in the autumn of 2025, so that a company is old enough to be idle."""
    return date(2025, 9, 1) + timedelta(days=copy % 30 * 3)


def _register(
    stage: Stage, person: Person, registered_on: date, works: bool = True, region: str | None = None, **columns: object
) -> Company:
    """A company with the person as representative since that day; ``works``: it declares sales every quarter."""
    company = stage.company("商贸", region or person.region)
    number = len(stage.companies)
    row = {
        "uscc": company.uscc,
        "business_name": company.name,
        "registered_on": registered_on,
        "status": "active",
        "address": f"安和大道{number}号1室",
        "phone": f"138{number:08d}",
        "legal_rep_id": person.person_id,
        "legal_rep_name": person.name,
        "legal_rep_from": registered_on,
        "region": company.region,
    }
    stage.add("business_register", None, **(row | columns))
    if works:
        _declare(stage, company, 1_500_000)
    return company


def _declare(stage: Stage, company: Company, base: int) -> None:
    """A VAT return of the first quarter of 2026."""
    stage.add(
        "tax_return", None, return_id=stage.number("tax_return"), uscc=company.uscc, tax_kind="vat",
        period_from=date(2026, 1, 1), period_to=date(2026, 3, 31), base=base, paid=0, filed_on=date(2026, 4, 15),
        region=company.region,
    )  # fmt: skip


def _idle(stage: Stage, copy: int) -> None:
    since = _day(copy)
    company = _register(stage, stage.person(), since, works=False)
    stage.expect(MODEL, IDLE, company, CLUE, "no return at all and nobody insured")

    company = _register(stage, stage.person(), since, works=False)
    _declare(stage, company, 0)
    stage.add(
        "social_insurance", stage.person(), enrolment_id=stage.number("social_insurance"), uscc=company.uscc,
        from_on=since, to_on=date(2025, 12, 20),
    )  # fmt: skip
    stage.expect(MODEL, IDLE, company, CLUE, "a return of nought, and the only employee left before the six months")

    company = _register(stage, stage.person(), since, works=False)
    _declare(stage, company, 900_000)
    stage.expect(MODEL, IDLE, company, NEAR, "small sales declared, below the tax limit")

    company = _register(stage, stage.person(), since, works=False)
    stage.add(
        "social_insurance", stage.person(), enrolment_id=stage.number("social_insurance"), uscc=company.uscc,
        from_on=since,
    )  # fmt: skip
    stage.expect(MODEL, IDLE, company, NEAR, "one insured employee")

    company = _register(stage, stage.person(), since, works=False, status="suspended", status_on=date(2025, 12, 1))
    stage.expect(MODEL, IDLE, company, NEAR, "rest of business filed with the registry")

    company = _register(stage, stage.person(), AS_OF - timedelta(days=170), works=False)
    stage.expect(MODEL, IDLE, company, NEAR, "younger than six months")

    company = _register(stage, stage.person(region=_BLIND_COUNTY), since, works=False)
    stage.expect(MODEL, IDLE, company, Planted.INCONCLUSIVE, "the list of the city's insured staff never came")


def _dead(stage: Stage, copy: int) -> None:
    died = _day(copy) - timedelta(days=200)

    person = stage.person((60, 85))
    die(stage, person, died, "cremation", "household_cancellation")
    company = _register(stage, person, _day(copy))
    stage.expect(MODEL, DEAD, company, CLUE, "the representative had been dead for two hundred days, by two sources")

    person = stage.person((60, 85))
    die(stage, person, died, "medical_certificate")
    company = _register(stage, person, died + timedelta(days=31))
    stage.expect(MODEL, DEAD, company, CLUE, "one source, same name, a day after the margin")

    person = stage.person((60, 85))
    die(stage, person, died, "cremation", "medical_certificate")
    company = _register(stage, person, died + timedelta(days=30))
    stage.expect(MODEL, DEAD, company, NEAR, "registered on the last day of the margin")

    person = stage.person((60, 85))
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=40))
    company = _register(stage, person, _day(copy))
    stage.expect(MODEL, DEAD, company, NEAR, "the cancellation was a mistake and withdrawn")

    person = stage.person((60, 85))
    die(stage, person.named(stage.other_name(person)), died, "cremation")
    company = _register(stage, person, _day(copy))
    stage.expect(MODEL, DEAD, company, NEAR, "only one source of death, and it gives another name")

    person = stage.person((60, 85))
    die(stage, person, died, "cremation", "medical_certificate")
    company = _register(stage, person, _day(copy), works=False, status="revoked", status_on=AS_OF - timedelta(days=9))
    stage.expect(MODEL, DEAD, company, NEAR, "the registration was struck out since")


def _in_custody(stage: Stage, copy: int) -> None:
    since = _day(copy)

    def held(person: Person, first: date, last: date | None) -> None:
        stage.add(
            "custody", person, custody_no=stage.number("custody"), kind="remand", facility="安和看守所",
            in_on=first, out_on=last,
        )  # fmt: skip

    person = stage.person()
    held(person, since - timedelta(days=90), since + timedelta(days=90))
    company = _register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, CLUE, "registered three months into custody")

    person = stage.person()
    held(person, since - timedelta(days=16), None)
    company = _register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, CLUE, "a day after the margin, still held")

    person = stage.person()
    held(person, since - timedelta(days=15), None)
    company = _register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, NEAR, "arrested while the application was under way")

    person = stage.person()
    held(person, since - timedelta(days=90), since)
    company = _register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, NEAR, "registered on the day of release")

    person = stage.person()
    held(person.named(stage.other_name(person)), since - timedelta(days=90), since + timedelta(days=90))
    company = _register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, NEAR, "the custody record gives the number another name")


def _lost(stage: Stage, copy: int) -> None:
    since = _day(copy)

    def lost(person: Person, reported_on: date, reissued_on: date | None, temporary_from: date | None = None) -> None:
        stage.add(
            "identity_loss", person, report_no=stage.number("identity_loss"), reported_on=reported_on,
            reissued_on=reissued_on, temporary_from=temporary_from,
        )  # fmt: skip

    week = timedelta(days=7)
    for reissued, why in ((since + week, "between the loss and the new card"), (None, "no new card to this day")):
        person = stage.person()
        lost(person, since - week, reissued)
        stage.expect(MODEL, LOST, _register(stage, person, since), CLUE, why)

    person = stage.person()
    lost(person, since - 2 * week, since)
    stage.expect(MODEL, LOST, _register(stage, person, since), NEAR, "on the day of the new card")

    person = stage.person()
    lost(person, since, since + week)
    stage.expect(MODEL, LOST, _register(stage, person, since), NEAR, "reported on the day of registration")

    person = stage.person()
    lost(person, since - week, since + week, since - timedelta(days=3))
    stage.expect(MODEL, LOST, _register(stage, person, since), NEAR, "with a temporary card")

    person = stage.person()
    lost(person.named(stage.other_name(person)), since - week, since + week)
    stage.expect(MODEL, LOST, _register(stage, person, since), NEAR, "the report gives the number another name")


def _in_case(stage: Stage, role: str, **columns: object) -> None:
    number = len(stage.truth)
    row = {
        "case_no": f"安检刑受9{number:07d}", "party_no": "1", "role": role, "charge": SELLING,
        "decision": "prosecuted", "decided_on": date(2025, 11, 10), "accepted_on": date(2025, 10, 20),
        "region": "340102",
    }  # fmt: skip
    stage.add("prosecution_case", None, **(row | columns))


def _traded(stage: Stage, copy: int) -> None:
    since = _day(copy)

    def case(phone: str) -> tuple[Person, Company]:
        person = stage.person()
        return person, _register(stage, person, since, phone=phone)

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


def _linked(stage: Stage) -> None:
    def seed(number: int, **columns: str) -> dict[str, Any]:
        """A working company of a suspect; what a neighbour shares with it."""
        person = stage.person()
        shared: dict[str, Any] = {
            "address": f"安和西路{len(stage.companies)}号",
            "phone": f"150{len(stage.companies):08d}",
        }
        own = _register(stage, person, date(2024, 3, 4), **shared)
        stage.expect(MODEL, LINKED, own, NEAR, f"the company of the case itself ({number})")
        _in_case(stage, "suspect", **({"person_id": person.person_id, "name": person.name} | columns))
        return shared

    shared = seed(1)
    middle = stage.person()
    company = _register(stage, middle, date(2024, 4, 4), **shared)
    stage.expect(MODEL, LINKED, company, CLUE, "telephone and place of a suspect's company")
    company = _register(stage, middle, date(2024, 5, 4))
    stage.expect(MODEL, LINKED, company, CLUE, "the representative of the neighbour, two links away")

    for columns, why in (
        ({"charge": "盗窃罪"}, "the case is one of theft"),
        ({"decision": "not_prosecuted"}, "the suspect was not prosecuted"),
        ({"name": "别名别姓"}, "the case gives the number another name"),
    ):
        company = _register(stage, stage.person(), date(2024, 4, 4), **seed(2, **columns))
        stage.expect(MODEL, LINKED, company, NEAR, why)

    shared = seed(3)
    company = _register(stage, stage.person(), date(2024, 4, 4), address=shared["address"])
    stage.expect(MODEL, LINKED, company, NEAR, "in the same place only")


def _ring(stage: Stage, count: int, kind: Planted, why: str, **shared: object) -> None:
    """Idle companies of one county with what they share; the smallest code names the ring."""
    home = stage.person().region
    persons = [stage.person(region=home) for _ in range(count)]
    made = [
        _register(stage, person, date(2025, 3, 3) + timedelta(days=place), works=False, region=home, **shared)
        for place, person in enumerate(persons)
    ]
    stage.expect(MODEL, RING, min(company.uscc for company in made), kind, why)
    for company in made:
        stage.expect(MODEL, IDLE, company, CLUE, f"idle member: {why}")


def _rings(stage: Stage) -> None:
    number = len(stage.companies)
    _ring(
        stage, 5, CLUE, "five with one telephone and one room", address=f"安和东路{number}号", phone=f"151{number:08d}"
    )
    agent = stage.person()
    _ring(
        stage, 7, CLUE, "seven with telephone, room and agent",
        address=f"安和南路{number}号", phone=f"152{number:08d}", agent_id=agent.person_id,
    )  # fmt: skip


def _no_rings(stage: Stage) -> None:
    number = len(stage.companies)
    agent = stage.person().person_id
    _ring(stage, 4, NEAR, "four, a family's", address=f"安和北路{number}号", phone=f"153{number:08d}")
    _ring(stage, 5, NEAR, "five clients of a bookkeeping agency", phone=f"155{number:08d}", agent_id=agent)
    _ring(stage, 5, NEAR, "five in one building, nothing else shared", address=f"安和中路{number}号", agent_id=agent)

    filed = f"安和环路{number}号众创空间"
    stage.add(
        "cluster_address", None, filing_no=stage.number("cluster_address"), address=filed, host_name="众创空间",
        from_on=date(2020, 1, 1), region="340102",
    )  # fmt: skip
    _ring(stage, 6, NEAR, "six at a filed cluster address", address=filed, phone=f"156{number:08d}")

    founder = stage.person()
    made = [_register(stage, founder, date(2025, 4, 4), works=False) for _ in range(5)]
    stage.expect(MODEL, RING, min(company.uscc for company in made), NEAR, "five of one founder")
    for company in made:
        stage.expect(MODEL, IDLE, company, CLUE, "idle, one of a founder's five")
