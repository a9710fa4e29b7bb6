"""Planted cases of model M17: drivers, cars, shops and rings that live on others' fault; and the merely unlucky."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from clew.demo.registers.motor import BLACK_SPOT, SHOP_CLASSES, plate
from clew.demo.stage import Company, Person, Stage
from clew.demo.truth import Planted

MODEL = "motor_claim_ring"
BLAMELESS = "motor.driver_never_at_fault"
SAME_PART = "motor.same_part_hit_again"
SHOP = "motor.shop_out_of_line"
RING = "motor.claim_ring"

_PLATES_FROM = 0xF0000
"""Planted number plates start here; those of the background lie below."""

_LATEST = date(2026, 6, 8)
_TURN = {"none": "full", "secondary": "main", "equal": "equal", "full": "none", "undetermined": "undetermined"}


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for _ in range(stage.copies):
        _blameless(stage)
        _blameless_near_misses(stage)
        _same_part(stage)
        _shops(stage)
        _rings(stage)
        _ring_near_misses(stage)


def _plate(stage: Stage, person: Person) -> str:
    return plate(person.region, _PLATES_FROM + stage.running("plate"))


def _phone(stage: Stage) -> str:
    return f"199{stage.running('phone'):08d}"


def _days(count: int, latest: date = _LATEST, apart: int = 40) -> list[date]:
    return [latest - timedelta(days=apart * place) for place in range(count)]


def _crash(
    stage: Stage,
    driver: Person,
    plate: str,
    days: Sequence[date],
    liabilities: Sequence[str] | str = "none",
    use: str = "private",
    place: str | None = None,
    claim: dict[str, object] | None = None,
    parts: Sequence[str] | str = "rear",
) -> str:
    """Accidents of one driver, each with a stranger; claimed for where ``claim`` says how (phone, account, shop).

    Returns the number of the last accident.
    """
    number = ""
    for index, day in enumerate(days):
        number = f"34SGS{stage.running('accident'):07d}"
        liability = liabilities if isinstance(liabilities, str) else liabilities[index]
        road = place or f"Y{number}"
        stranger = stage.person()
        sides = ((driver, plate, use, liability), (stranger, _plate(stage, stranger), "private", _TURN[liability]))
        for person, own_plate, own_use, own in sides:
            stage.add(
                "traffic_accident", person, party_no=stage.number("traffic_accident"), accident_no=number,
                occurred_on=day, place=road, plate=own_plate, vehicle_use=own_use, liability=own,
            )  # fmt: skip
        if claim is not None:
            part = parts if isinstance(parts, str) else parts[index]
            _claim(stage, driver, plate, use, day, accident_no=number, hit_part=part, **claim)
    return number


def _claim(stage: Stage, driver: Person, plate: str, use: str, day: date, **columns: object) -> None:
    row = {
        "claim_no": stage.number("motor_claim"),
        "reported_on": day + timedelta(days=1),
        "driver_id": driver.person_id,
        "phone": f"19{driver.account[-9:]}",
        "payee_account": driver.account,
        "hit_part": "rear",
        "amount": 240_000,
    }
    stage.add("motor_claim", driver, plate=plate, vehicle_use=use, **(row | columns))


def _blameless(stage: Stage) -> None:
    found = Planted.CLUE

    driver = stage.person()
    _crash(stage, driver, _plate(stage, driver), _days(4))
    stage.expect(MODEL, BLAMELESS, driver, found, "four accidents in four months, all the others' fault")

    driver = stage.person()
    for day in _days(8, apart=30):
        _crash(stage, driver, _plate(stage, driver), [day])
    stage.expect(MODEL, BLAMELESS, driver, found, "eight accidents in eight cars, never at fault")

    driver = stage.person()
    _crash(stage, driver, _plate(stage, driver), _days(10, apart=30), ["none"] * 8 + ["secondary", "full"])
    stage.expect(MODEL, BLAMELESS, driver, found, "ten accidents, at fault once: exactly nine in ten")


def _blameless_near_misses(stage: Stage) -> None:
    silent = Planted.NEAR_MISS

    for use in ("taxi", "ride_hailing", "freight", "coach", "company"):
        driver = stage.person()
        plate = _plate(stage, driver)
        _crash(stage, driver, plate, _days(5), use=use, claim={})
        stage.expect(MODEL, BLAMELESS, driver, silent, f"FP08 the vehicle is registered as {use}")
        stage.expect(MODEL, SAME_PART, plate, silent, f"FP08 the vehicle is registered as {use}")

    driver = stage.person()
    plate = _plate(stage, driver)
    _crash(stage, driver, plate, _days(4), place=BLACK_SPOT, claim={})
    stage.expect(MODEL, BLAMELESS, driver, silent, "FP08 a black spot on the way to work")
    stage.expect(MODEL, SAME_PART, plate, silent, "FP08 a black spot on the way to work")

    driver = stage.person()
    _crash(stage, driver, _plate(stage, driver), _days(3))
    stage.expect(MODEL, BLAMELESS, driver, silent, "three accidents are bad luck")

    driver = stage.person()
    _crash(stage, driver, _plate(stage, driver), _days(5), ["none", "none", "equal", "full", "none"])
    stage.expect(MODEL, BLAMELESS, driver, silent, "a bad driver, at fault as often as not")

    driver = stage.person()
    _crash(stage, driver, _plate(stage, driver), _days(4), ["none", "none", "none", "undetermined"])
    stage.expect(MODEL, BLAMELESS, driver, silent, "of the fourth nobody has said whose fault it was")

    driver = stage.person()
    _crash(stage, driver, _plate(stage, driver), [*_days(3), date(2025, 6, 30)])
    stage.expect(MODEL, BLAMELESS, driver, silent, "the fourth was a year ago to the day")


def _same_part(stage: Stage) -> None:
    found, silent = Planted.CLUE, Planted.NEAR_MISS

    driver = stage.person()
    plate = _plate(stage, driver)
    _crash(stage, driver, plate, _days(5), claim={}, parts=["rear", "rear", "left", "rear", "rear"])
    stage.expect(MODEL, (SAME_PART,), plate, found, "four of five times the rear bumper")
    stage.expect(MODEL, (BLAMELESS,), driver, found, "five accidents, all the others' fault")

    first, second = stage.person(), stage.person()
    plate = _plate(stage, first)
    _crash(stage, first, plate, _days(2), claim={})
    _crash(stage, second, plate, _days(2, date(2026, 3, 1)), claim={})
    stage.expect(MODEL, SAME_PART, plate, found, "two drivers, one car, four times the rear")

    driver, other = stage.person(), stage.person()
    plate = _plate(stage, driver)
    _crash(stage, driver, plate, _days(3), claim={}, parts=["rear", "left", "front"])
    _crash(stage, other, plate, _days(2, date(2026, 2, 1)), claim={}, parts=["right", "rear"])
    stage.expect(MODEL, SAME_PART, plate, silent, "five accidents at all sides of the car")

    driver = stage.person()
    plate = _plate(stage, driver)
    days = _days(3)
    last = _crash(stage, driver, plate, days, claim={})
    _claim(stage, driver, plate, "private", days[-1], accident_no=last)
    stage.expect(MODEL, SAME_PART, plate, silent, "FP11 three accidents in four claims")


def _repair(stage: Stage, shop: Company, count: int, fen: int, level: str = "second", **columns: object) -> None:
    """Claims of strangers at a shop; they had no police record."""
    for day in _days(count, apart=20):
        driver = stage.person()
        given = {"shop_id": shop.uscc, "shop": shop.name, "shop_class": level, "insurer_shop": False, "amount": fen}
        use = str(columns.get("use", "private"))
        rest = {key: value for key, value in columns.items() if key != "use"}
        _claim(stage, driver, _plate(stage, driver), use, day, phone=_phone(stage), **(given | rest))


def _shops(stage: Stage) -> None:
    found, silent = Planted.CLUE, Planted.NEAR_MISS
    word, usual = SHOP_CLASSES["second"]

    shop = stage.company(word)
    _repair(stage, shop, 10, 4 * usual)
    stage.expect(MODEL, SHOP, shop, found, "ten claims at four times the class")

    shop = stage.company(word)
    _repair(stage, shop, 9, 4 * usual)
    stage.expect(MODEL, SHOP, shop, silent, "nine claims are too few")

    shop = stage.company(word)
    _repair(stage, shop, 10, usual * 3 // 2)
    stage.expect(MODEL, SHOP, shop, silent, "dear, and not twice the class")

    shop = stage.company(word)
    _repair(stage, shop, 10, 5 * usual, insurer_shop=True)
    stage.expect(MODEL, SHOP, shop, silent, "FP08 the insurer's own shop is sent the heavy cases")

    shop = stage.company(word)
    _repair(stage, shop, 10, 5 * usual, use="freight")
    stage.expect(MODEL, SHOP, shop, silent, "FP08 it repairs lorries")

    shop = stage.company(SHOP_CLASSES["dealer"][0])
    _repair(stage, shop, 10, SHOP_CLASSES["dealer"][1], "dealer")
    stage.expect(MODEL, SHOP, shop, silent, "a dealer among dealers")


def _gang(
    stage: Stage, size: int, each: int, shared: dict[str, object], liability: str = "none", use: str = "private"
) -> str:
    """Drivers with so many claims each who share what is given; returns the ring's id, the smallest member's."""
    members = [stage.person() for _ in range(size)]
    for place, driver in enumerate(members):
        own = {"phone": _phone(stage), "payee_account": driver.account} | shared
        plate = str(own.pop("plate", None) or _plate(stage, driver))
        days = _days(each, _LATEST - timedelta(days=11 * place), apart=60)
        _crash(stage, driver, plate, days, liability, use, claim=own)
    return min(driver.person_id for driver in members)


def _rings(stage: Stage) -> None:
    found = Planted.CLUE

    ring = _gang(stage, 3, 2, {"payee_account": f"62170{stage.rng.integers(10**13, 10**14)}"})
    stage.expect(MODEL, RING, ring, found, "three drivers, six claims paid into one account")

    shop = stage.company("快修")
    shared = {"shop_id": shop.uscc, "shop": shop.name, "shop_class": "third", "insurer_shop": False}
    ring = _gang(stage, 4, 2, {"phone": _phone(stage)} | shared)
    stage.expect(MODEL, RING, ring, found, "four drivers, one telephone and one small shop")

    plate = _plate(stage, stage.person())
    ring = _gang(stage, 3, 2, {"plate": plate, "phone": _phone(stage)})
    stage.expect(MODEL, RING, ring, found, "three drivers in one car, one telephone")
    stage.expect(MODEL, SAME_PART, plate, found, "six times the rear of one car, three drivers")


def _ring_near_misses(stage: Stage) -> None:
    silent = Planted.NEAR_MISS

    ring = _gang(stage, 2, 3, {"phone": _phone(stage)})
    stage.expect(MODEL, RING, ring, silent, "two drivers with one telephone are a couple")

    ring = _gang(stage, 3, 1, {"phone": _phone(stage), "plate": _plate(stage, stage.person())})
    stage.expect(MODEL, RING, ring, silent, "a family with one car and three claims")

    ring = _gang(stage, 3, 2, {"phone": _phone(stage)}, use="company")
    stage.expect(MODEL, RING, ring, silent, "FP08 a fleet reports by its office telephone")

    ring = _gang(stage, 3, 2, {"payee_account": f"62170{stage.rng.integers(10**13, 10**14)}"}, use="taxi")
    stage.expect(MODEL, RING, ring, silent, "FP08 taxis are paid through their company")

    ring = _gang(stage, 11, 2, {"phone": _phone(stage)})
    stage.expect(MODEL, RING, ring, silent, "FP08 an agency reports for eleven customers")

    shop = stage.company("快修")
    own = {"shop_id": shop.uscc, "shop": shop.name, "shop_class": "third", "insurer_shop": False}
    ring = _gang(stage, 3, 2, own)
    stage.expect(MODEL, RING, ring, silent, "a shared shop alone is too weak a tie")

    shared = own | {"insurer_shop": True}
    ring = _gang(stage, 3, 2, shared)
    stage.expect(MODEL, RING, ring, silent, "FP08 the insurer's own shop")

    ring = _gang(stage, 3, 2, {"phone": _phone(stage)}, liability="equal")
    stage.expect(MODEL, RING, ring, silent, "one telephone, and at fault like anybody")
