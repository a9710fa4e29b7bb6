"""Planted cases of model M15: property penalties not transferred, filed late, closed wrongly; spending in prison."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clew.demo.calendar import months
from clew.demo.divisions import COUNTIES
from clew.demo.registers.custody import PRISONS
from clew.demo.stage import Person, Stage
from clew.demo.stories.enforcement import enforce, own
from clew.demo.stories.prisoner import convict
from clew.demo.truth import Planted

MODEL = "property_penalty"
NOT_TRANSFERRED = "penalty.property_penalty_not_transferred"
FILED_LATE = "penalty.enforcement_filed_late"
CLOSED = "penalty.closed_with_assets"
SPENDING = "penalty.prison_spending"

_FINE = "犯诈骗罪，判处有期徒刑三年，并处罚金人民币三万元。"
_CROWD = next(iter(PRISONS))
_TERM = timedelta(days=90)


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times; the convicts that others are compared with, once."""
    for number in range(12):
        _spend(stage, stage.person((25, 60)), 18_000 + number * 500)
    for copy in range(stage.copies):
        _untransferred(stage, copy)
        _late(stage, copy)
        _closed(stage, copy)
        _spenders(stage, copy)


def _transfer(stage: Stage, person: Person, case_no: str, received_on: date, **columns: Any) -> str:
    row = {"kind": "criminal_property", "basis_case_no": case_no, "amount": 3_000_000}
    return enforce(stage, person, received_on, **(row | columns))


def _untransferred(stage: Stage, copy: int) -> None:
    effective = date(2025, 2, 10) + timedelta(days=copy % 30 * 9)

    def case(why: str, kind: Planted, text: str = _FINE, **columns: Any) -> tuple[Person, str]:
        person = stage.person()
        case_no = convict(stage, person, effective, operative_part=f"被告人{person.name}{text}", **columns)
        stage.expect(MODEL, NOT_TRANSFERRED, person, kind, why, case_no)
        return person, case_no

    found, silent = Planted.CLUE, Planted.NEAR_MISS
    case("a fine, and nobody was asked to enforce it", found)
    case("a restitution in capitals", found, "犯诈骗罪，判处有期徒刑三年。责令退赔被害人王某人民币贰拾万元整。")
    case("the fine was paid, the restitution was not", found,
         "并处罚金人民币五千元（已缴纳）；责令退赔被害人王某人民币4.5万元。")  # fmt: skip
    person, case_no = case("transferred on the ninety-first day", found)
    _transfer(stage, person, case_no, effective + _TERM + timedelta(days=1))

    person, case_no = case("transferred on the ninetieth day", silent)
    _transfer(stage, person, case_no, effective + _TERM)
    _, case_no = case("another court enforces against another defendant", silent)
    county = next(county.code for county in COUNTIES if county.code[2:] != case_no[7:11])
    _transfer(stage, stage.person(region=county), case_no, effective + timedelta(days=40))
    case("fine and restitution were paid before the judgment", silent,
         "并处罚金人民币五千元（已缴纳）；责令退赔被害人王某人民币3万元（已退赔）。")  # fmt: skip
    case("a restitution owed jointly with others", silent, "责令与同案被告人共同退赔被害人王某人民币3万元。")
    case("the judgment is under retrial", silent, retrial=True)
    case("no property penalty", silent, "犯诈骗罪，判处有期徒刑三年。")
    case(
        "two victims with two sums",
        Planted.INCONCLUSIVE,
        "责令退赔王某人民币3万元。责令退赔赵某人民币2万元。",
    )


def _late(stage: Stage, copy: int) -> None:
    monday = date(2025, 9, 1) + timedelta(weeks=copy % 30)

    def case(why: str, expected: Planted, received_on: date, days: int | None, **columns: Any) -> None:
        person = stage.person()
        case_no = convict(stage, person, received_on - timedelta(days=20))
        filed = received_on + timedelta(days=days) if days is not None else None
        _transfer(stage, person, case_no, received_on, filed_on=filed, **columns)
        stage.expect(MODEL, FILED_LATE, person, expected, why, case_no)

    case("filed after five weeks", Planted.CLUE, monday, 35)
    case("filed on the eighth day", Planted.CLUE, monday, 8)
    case("never filed", Planted.CLUE, monday, None)
    case("filed on the seventh day", Planted.NEAR_MISS, monday, 7)
    case("the seventh day is a Saturday, filed on Monday", Planted.NEAR_MISS, monday + timedelta(days=5), 9)
    case("the seventh day is a Sunday, filed on Monday", Planted.NEAR_MISS, monday + timedelta(days=6), 8)
    case("a civil case", Planted.NEAR_MISS, monday, 35, kind="civil")


def _closed(stage: Stage, copy: int) -> None:
    day = date(2026, 1, 15) + timedelta(days=copy % 60 * 2)  # the first re-check is not due yet

    def case(why: str, kind: Planted, owned: dict[str, Any], **columns: Any) -> None:
        person = stage.person()
        case_no = convict(stage, person, day - timedelta(days=160))
        row = {"close_kind": "no_assets", "closed_on": day}
        _transfer(stage, person, case_no, day - timedelta(days=120), **(row | columns))
        own(stage, person, **owned)
        stage.expect(MODEL, CLOSED, person, kind, why, case_no)

    case("a car is held that covers the fine", Planted.CLUE, {})
    case("acquired on the day of the closing", Planted.CLUE, {"from_on": day, "kind": "deposit", "value": 1_000_000})
    case("transferred on the day of the closing", Planted.NEAR_MISS, {"to_on": day})
    case("mortgaged beyond its value", Planted.NEAR_MISS, {"prior_claims": 9_500_000})
    case("a home the family needs", Planted.NEAR_MISS, {"kind": "real_estate", "necessity": True})
    case("seized first for another case", Planted.NEAR_MISS, {"seized_for": "(2020)沪0101执77号"})
    case("the owner under this number has another name", Planted.NEAR_MISS, {"owner_name": "欧阳无关"})
    case("enforcement was resumed", Planted.NEAR_MISS, {}, resumed_on=day + timedelta(days=30))


def _spend(stage: Stage, person: Person, spent: int, facility: str = _CROWD, **columns: Any) -> None:
    row = {"facility": facility, "region": PRISONS[facility], "grade": "general", "spent": spent}
    for month in months(date(2025, 9, 1), date(2026, 7, 1)):
        stage.add("prison_account", person, month=month, **(row | columns))


def _spenders(stage: Stage, copy: int) -> None:
    def case(why: str, kind: Planted, spent: int, owed: dict[str, Any], **columns: Any) -> None:
        person = stage.person((25, 60))
        case_no = convict(stage, person, date(2025, 3, 3) + timedelta(days=copy))
        _transfer(stage, person, case_no, date(2025, 4, 7), **owed)
        _spend(stage, person, spent, **columns)
        stage.expect(MODEL, SPENDING, person, kind, why, case_no)

    case("spends ten times what the others do and owes the fine", Planted.CLUE, 250_000, {"recovered": 500_000})
    case("spends four times what the others do", Planted.CLUE, 100_000, {})
    case("spends no more than others", Planted.NEAR_MISS, 22_000, {})
    case("spends much on medicine", Planted.NEAR_MISS, 250_000, {}, medical=235_000)
    case("spends much and has paid", Planted.NEAR_MISS, 250_000, {"recovered": 3_000_000})
    case("the debtor under this number has another name", Planted.NEAR_MISS, 250_000, {"debtor_name": "欧阳无关"})
