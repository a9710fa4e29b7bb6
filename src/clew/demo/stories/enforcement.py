"""Planted cases of model M22: enforcement closed although property was held, errors of the dishonest list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clew.demo.calendar import AS_OF, month_plus
from clew.demo.divisions import BLIND_CITY, CITIES, COUNTIES
from clew.demo.stage import Person, Stage
from clew.demo.truth import Planted

MODEL = "enforcement_closed"
CLOSED = "enforcement.closed_with_assets"
RECHECK = "enforcement.recheck_missed"
LISTED = "enforcement.listed_after_fulfilment"
NOT_LISTED = "enforcement.not_listed"
MINOR = "enforcement.minor_listed"

_COURTS = {county.code: f"{county.name}人民法院" for county in COUNTIES}


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _closed(stage, copy)
        _rechecked(stage, copy)
        _still_listed(stage, copy)
        _unlisted(stage, copy)
        _minors(stage, copy)


def enforce(stage: Stage, person: Person, received_on: date, **columns: Any) -> str:
    """A civil case of 80,000 CNY filed two days after it was received (or what ``columns`` say); its number."""
    serial = stage.number("enforcement_case")
    exec_no = f"({received_on.year})皖{person.region[2:]}执{serial}号"
    row = {
        "exec_no": exec_no,
        "basis_case_no": f"({received_on.year})皖{person.region[2:]}民初{serial}号",
        "kind": "civil",
        "debtor_id": person.person_id,
        "debtor_name": person.name,
        "received_on": received_on,
        "filed_on": received_on + timedelta(days=2),
        "amount": 8_000_000,
        "recovered": 0,
        "court": _COURTS[person.region],
    }
    stage.add("enforcement_case", person, **(row | columns))
    return exec_no


def own(stage: Stage, person: Person, **columns: Any) -> None:
    """A car of 90,000 CNY since 2019 (or what ``columns`` say)."""
    row = {
        "owner_id": person.person_id,
        "owner_name": person.name,
        "kind": "vehicle",
        "value": 9_000_000,
        "necessity": False,
        "from_on": date(2019, 5, 6),
    }
    stage.add("property_register", person, asset_no=stage.number("property_register"), **(row | columns))


def _shut(stage: Stage, person: Person, closed_on: date, **columns: Any) -> str:
    row = {"close_kind": "no_assets", "closed_on": closed_on}
    return enforce(stage, person, closed_on - timedelta(days=150), **(row | columns))


def _closed(stage: Stage, copy: int) -> None:
    day = date(2026, 1, 12) + timedelta(days=copy % 60 * 2)  # the first re-check is not due yet

    def case(why: str, kind: Planted, owned: dict[str, Any], **columns: Any) -> None:
        person = stage.person()
        exec_no = _shut(stage, person, day, **columns)
        own(stage, person, **owned)
        stage.expect(MODEL, CLOSED, exec_no, kind, why)

    found, silent = Planted.CLUE, Planted.NEAR_MISS
    case("a car is held that covers the debt", found, {})
    case("a flat was acquired on the day of the closing", found, {"kind": "real_estate", "from_on": day})
    case("a deposit covers a part of the debt", found, {"kind": "deposit", "value": 1_200_000}, recovered=1_000_000)
    case("transferred on the day of the closing", silent, {"to_on": day})
    case("acquired the day after the closing", silent, {"from_on": day + timedelta(days=1)})
    case("mortgaged beyond its value", silent, {"prior_claims": 8_900_000})
    case("a home the family needs", silent, {"kind": "real_estate", "necessity": True})
    case("seized first for another case", silent, {"seized_for": "(2020)沪0101执77号"})
    case("the owner under this number has another name", silent, {"owner_name": "欧阳无关"})
    case("enforcement was resumed", silent, {}, resumed_on=day + timedelta(days=20))
    case("everything was recovered", silent, {}, recovered=8_000_000)


def _recheck(stage: Stage, person: Person, exec_no: str, *days: date) -> None:
    for day in days:
        stage.add("enforcement_recheck", person, exec_no=exec_no, checked_on=day)


def _rechecked(stage: Stage, copy: int) -> None:
    closed = month_plus(date(2024, 9, 1), copy % 6).replace(day=10)
    half = [month_plus(closed, 6 * count).replace(day=10) for count in range(1, 4)]

    person = stage.person()
    stage.expect(MODEL, RECHECK, _shut(stage, person, closed), Planted.CLUE, "never re-checked")

    person = stage.person()
    exec_no = _shut(stage, person, closed)
    _recheck(stage, person, exec_no, half[0], half[1] + timedelta(days=1), half[2])
    stage.expect(MODEL, RECHECK, exec_no, Planted.CLUE, "the second re-check came a day late")

    # One in each city, so that each sends a file.
    for city in CITIES:
        if city == BLIND_CITY:
            continue
        person = stage.person(region=next(county.code for county in COUNTIES if county.code.startswith(city)))
        exec_no = _shut(stage, person, closed)
        _recheck(stage, person, exec_no, *(day for day in half if day <= AS_OF))
        stage.expect(MODEL, RECHECK, exec_no, Planted.NEAR_MISS, "re-checked on the last day of each six months")

    person = stage.person()
    exec_no = _shut(stage, person, closed, resumed_on=half[0])
    stage.expect(MODEL, RECHECK, exec_no, Planted.NEAR_MISS, "resumed on the day the first re-check was due")

    person = stage.person()
    exec_no = _shut(stage, person, closed, close_kind="ended")
    stage.expect(MODEL, RECHECK, exec_no, Planted.NEAR_MISS, "ended for good, not for want of assets")

    person = stage.person(region="340402")
    exec_no = _shut(stage, person, date(2025, 4, 20))
    _recheck(stage, person, exec_no, date(2025, 10, 14))
    stage.expect(MODEL, RECHECK, exec_no, Planted.INCONCLUSIVE, "due after the records of the city end")


def _list(stage: Stage, person: Person, exec_no: str, published_on: date, **columns: Any) -> None:
    row = {
        "listing_no": stage.number("dishonest_debtor"),
        "exec_no": exec_no,
        "debtor_id": person.person_id,
        "debtor_name": person.name,
        "published_on": published_on,
        "expires_on": published_on.replace(year=published_on.year + 2),
    }
    stage.add("dishonest_debtor", person, **(row | columns))


_PLAIN_WEEKS = (0, 4, 5, 6, 7, 8, 10, 11)
"""How many weeks before: those after which neither a holiday nor a Saturday of work comes within a week."""


def _still_listed(stage: Stage, copy: int) -> None:
    thursday = date(2026, 3, 5) - timedelta(weeks=_PLAIN_WEEKS[copy % len(_PLAIN_WEEKS)])
    tuesday = thursday + timedelta(days=5)  # the third working day
    listed = date(2025, 5, 12)

    def case(why: str, kind: Planted, published_on: date = listed, **columns: Any) -> None:
        person = stage.person()
        fulfilled = {"close_kind": "fulfilled", "closed_on": thursday, "fulfilled_on": thursday, "recovered": 8_000_000}
        exec_no = enforce(stage, person, date(2025, 3, 3), **fulfilled)
        _list(stage, person, exec_no, published_on, **columns)
        stage.expect(MODEL, LISTED, exec_no, kind, why)

    case("still on the list", Planted.CLUE)
    case("deleted on the fourth working day", Planted.CLUE, removed_on=tuesday + timedelta(days=1))
    case("deleted on the third working day", Planted.NEAR_MISS, removed_on=tuesday)
    case("deleted before it was fulfilled", Planted.NEAR_MISS, removed_on=thursday - timedelta(days=30))
    case("the term of publication ran out in these days", Planted.NEAR_MISS, date(2024, 2, 1), expires_on=tuesday)


def _unlisted(stage: Stage, copy: int) -> None:
    found_on = date(2026, 1, 20) + timedelta(days=copy % 40)
    due = found_on + timedelta(days=30)

    def case(why: str, kind: Planted, person: Person, **columns: Any) -> str:
        row = {"misconduct": "evasion", "misconduct_on": found_on}
        exec_no = enforce(stage, person, date(2025, 11, 3), **(row | columns))
        stage.expect(MODEL, NOT_LISTED, exec_no, kind, why)
        return exec_no

    for misconduct in ("evasion", "false_report"):
        case(
            f"found {misconduct.replace('_', ' ')} and never listed",
            Planted.CLUE,
            stage.person(),
            misconduct=misconduct,
        )
    case("fulfilled a day after the term", Planted.CLUE, stage.person(), fulfilled_on=due + timedelta(days=1))

    silent = Planted.NEAR_MISS
    person = stage.person()
    _list(stage, person, case("listed on the last day of the term", silent, person), due)
    person = stage.person()
    _list(stage, person, case("listed for this case before the finding", silent, person), found_on - timedelta(days=40))
    case("fulfilled on the last day of the term", silent, stage.person(), fulfilled_on=due)
    case("consumption was restricted instead", silent, stage.person(), restricted_on=found_on)
    case("a minor", silent, stage.person((12, 15)))
    case("the term ends today", silent, stage.person(), misconduct_on=AS_OF - timedelta(days=30))


def _minors(stage: Stage, copy: int) -> None:
    day = date(2025, 9, 3) + timedelta(days=copy % 40)

    def case(why: str, kind: Planted, person: Person, **columns: Any) -> None:
        exec_no = enforce(stage, person, date(2025, 6, 2))
        _list(stage, person, exec_no, day, **columns)
        stage.expect(MODEL, MINOR, exec_no, kind, why)

    case("a child of twelve to fifteen, still shown", Planted.CLUE, stage.person((12, 15)))
    case("a child, deleted since", Planted.CLUE, stage.person((12, 15)), removed_on=day + timedelta(days=50))
    case("an adult", Planted.NEAR_MISS, stage.person((19, 30)))
    case("the list gives another name", Planted.NEAR_MISS, stage.person((12, 15)), debtor_name="欧阳无关")
