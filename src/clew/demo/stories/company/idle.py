"""Companies that do no business, alone or as a ring, and those that only look so."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.stage import Stage
from clew.demo.stories.company.registration import MODEL, day, declare, register
from clew.demo.truth import Planted

IDLE = "company.no_tax_no_staff"
RING = "company.idle_ring"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS
_BLIND_COUNTY = "340402"


def idle(stage: Stage, copy: int) -> None:
    """Companies alone, without returns and staff or with little of them."""
    since = day(copy)
    company = register(stage, stage.person(), since, works=False)
    stage.expect(MODEL, IDLE, company, CLUE, "no return at all and nobody insured")

    company = register(stage, stage.person(), since, works=False)
    declare(stage, company, 0)
    stage.add(
        "social_insurance", stage.person(), enrolment_id=stage.number("social_insurance"), uscc=company.uscc,
        from_on=since, to_on=date(2025, 12, 20),
    )  # fmt: skip
    stage.expect(MODEL, IDLE, company, CLUE, "a return of nought, and the only employee left before the six months")

    company = register(stage, stage.person(), since, works=False)
    declare(stage, company, 900_000)
    stage.expect(MODEL, IDLE, company, NEAR, "small sales declared, below the tax limit")

    company = register(stage, stage.person(), since, works=False)
    stage.add(
        "social_insurance", stage.person(), enrolment_id=stage.number("social_insurance"), uscc=company.uscc,
        from_on=since,
    )  # fmt: skip
    stage.expect(MODEL, IDLE, company, NEAR, "one insured employee")

    company = register(stage, stage.person(), since, works=False, status="suspended", status_on=date(2025, 12, 1))
    stage.expect(MODEL, IDLE, company, NEAR, "rest of business filed with the registry")

    company = register(stage, stage.person(), AS_OF - timedelta(days=170), works=False)
    stage.expect(MODEL, IDLE, company, NEAR, "younger than six months")

    company = register(stage, stage.person(region=_BLIND_COUNTY), since, works=False)
    stage.expect(MODEL, IDLE, company, Planted.INCONCLUSIVE, "the list of the city's insured staff never came")


def _ring(stage: Stage, count: int, kind: Planted, why: str, **shared: object) -> None:
    """Idle companies of one county with what they share; the smallest code names the ring."""
    home = stage.person().region
    persons = [stage.person(region=home) for _ in range(count)]
    made = [
        register(stage, person, date(2025, 3, 3) + timedelta(days=place), works=False, region=home, **shared)
        for place, person in enumerate(persons)
    ]
    stage.expect(MODEL, RING, min(company.uscc for company in made), kind, why)
    for company in made:
        stage.expect(MODEL, IDLE, company, CLUE, f"idle member: {why}")


def rings(stage: Stage) -> None:
    """Idle companies that share a telephone and a place."""
    number = len(stage.companies)
    _ring(
        stage, 5, CLUE, "five with one telephone and one room", address=f"安和东路{number}号", phone=f"151{number:08d}"
    )
    agent = stage.person()
    _ring(
        stage, 7, CLUE, "seven with telephone, room and agent",
        address=f"安和南路{number}号", phone=f"152{number:08d}", agent_id=agent.person_id,
    )  # fmt: skip


def no_rings(stage: Stage) -> None:
    """Idle companies that are too few or share too little."""
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
    made = [register(stage, founder, date(2025, 4, 4), works=False) for _ in range(5)]
    stage.expect(MODEL, RING, min(company.uscc for company in made), NEAR, "five of one founder")
    for company in made:
        stage.expect(MODEL, IDLE, company, CLUE, "idle, one of a founder's five")
