"""Planted cases of model M27: water taken without a permit, meters turned back, tax that is short; and the lawful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.registers.water import QUARTERS, RATES, TRADES
from clew.demo.stage import Company, Stage
from clew.demo.truth import Planted

MODEL = "water_abstraction"
UNLICENSED = "water.device_without_permit"
SHORT = "water.tax_short"
FALLS = "water.reading_falls"
FAR = "water.out_of_line"
YEAR = "2025"

_SCALE = 999_999
_NO_NATURE = ("rain", "reclaimed", "purchased")


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for _ in range(stage.copies):
        _without_permit(stage)
        _permit_near_misses(stage)
        _untaxed(stage)
        _tax_near_misses(stage)
        _turned_back(stage)
        _reading_near_misses(stage)


def _user(
    stage: Stage,
    trade: str = "textile",
    region: str | None = None,
    permit: Mapping[str, object] | None = None,
    **columns: object,
) -> Company:
    """A unit with a well in use; licensed unless ``permit`` says otherwise (an empty one: no permit at all)."""
    purpose, word, _ = TRADES[trade]
    company = stage.company(word, region)
    _device(stage, company, industry=trade, purpose=purpose, **columns)
    terms = {"issued_on": date(2023, 5, 1), "expires_on": date(2028, 4, 30), "status": "valid"}
    if permit is None or permit:
        number = stage.number("water_permit")
        stage.add(
            "water_permit",
            None,
            permit_no=number,
            uscc=company.uscc,
            region=company.region,
            **(terms | dict(permit or {})),
        )
    return company


def _device(stage: Stage, company: Company, **columns: object) -> str:
    row = {"source": "ground", "status": "in_use", "installed_on": date(2019, 4, 1)} | columns
    number = stage.number("water_device")
    stage.add(
        "water_device", None, device_no=number, uscc=company.uscc, holder=company.name, region=company.region, **row
    )
    return number


def _read(stage: Stage, company: Company, readings: Sequence[int], volumes: Sequence[int], **columns: object) -> None:
    """Quarterly readings of the unit's newest device, the last of them in the second quarter of 2026."""
    device = stage.last_number("water_device")
    quarters = QUARTERS[len(QUARTERS) - len(readings) :]
    for place, (read_on, reading, volume) in enumerate(zip(quarters, readings, volumes, strict=True)):
        row = {"meter_no": f"{device}A", "full_scale": _SCALE, "method": "remote", "electricity": volume * 9 // 20}
        given = {key: value[place] if isinstance(value, list) else value for key, value in columns.items()}
        stage.add(
            "water_meter", None, device_no=device, uscc=company.uscc, read_on=read_on, reading=reading, volume=volume,
            region=company.region, **(row | given),
        )  # fmt: skip


def _flow(
    stage: Stage, company: Company, volume: int, paid: float = 1.0, rate: str = "ground", **columns: object
) -> None:
    """The same volume every quarter since July 2024, and the share of the tax on it that was paid."""
    count = len(QUARTERS)
    _read(stage, company, [5_000 + volume * (place + 1) for place in range(count)], [volume] * count, **columns)
    _pay(stage, company, volume, round(volume * RATES[rate] * paid))


def _pay(
    stage: Stage,
    company: Company,
    volume: int,
    fen: int,
    filed_after: int = 10,
    quarters: Sequence[date] = QUARTERS,
) -> None:
    """A return of so many fen for each quarter that can have been filed, so many days after it."""
    if not fen:
        return
    for quarter in quarters:
        filed_on = quarter + timedelta(days=filed_after)
        if filed_on <= AS_OF:
            stage.add(
                "tax_return", return_id=stage.number("tax_return"), uscc=company.uscc, tax_kind="water_resource_tax",
                period_from=quarter.replace(month=quarter.month - 2, day=1), period_to=quarter, base=volume * 100,
                paid=fen, filed_on=filed_on, region=company.region,
            )  # fmt: skip


def _without_permit(stage: Stage) -> None:
    found = Planted.CLUE

    unit = _user(stage, permit={})
    _flow(stage, unit, 6_000)
    stage.expect(MODEL, UNLICENSED, unit, found, "a well in use, no permit at all, tax paid")

    unit = _user(stage, "food", permit={"status": "cancelled"}, source="surface")
    _flow(stage, unit, 3_000, rate="surface")
    stage.expect(MODEL, UNLICENSED, unit, found, "the permit was cancelled, the pump runs on")

    unit = _user(stage, permit={"expires_on": AS_OF - timedelta(days=1)})
    _flow(stage, unit, 3_000)
    _device(stage, unit, industry="textile", purpose="production")
    stage.expect(MODEL, UNLICENSED, unit, found, "two wells, the permit ended yesterday and no renewal was asked for")

    unit = _user(stage, region="340402", permit={})
    _flow(stage, unit, 6_000)
    stage.expect(MODEL, UNLICENSED, unit, Planted.INCONCLUSIVE, "its city never sent its permits")


def _permit_near_misses(stage: Stage) -> None:
    silent = Planted.NEAR_MISS

    unit = _user(stage, "farming", permit={})
    _flow(stage, unit, 60_000, paid=0)
    stage.expect(MODEL, (UNLICENSED,), unit, silent, "FP09 irrigation needs no permit")
    stage.expect(MODEL, (SHORT, FAR), unit, silent, "FP09 irrigation within the quota owes no tax", YEAR)

    unit = stage.company("建设")
    _device(stage, unit, industry="building_material", purpose="emergency")
    stage.expect(MODEL, UNLICENSED, unit, silent, "FP09 drainage for the safety of a building site")

    for source in _NO_NATURE:
        unit = _user(stage, "car_wash", permit={}, source=source)
        _flow(stage, unit, 4_000, paid=0)
        stage.expect(MODEL, UNLICENSED, unit, silent, f"the water is {source}, not taken from nature")
        stage.expect(MODEL, (SHORT, FAR), unit, silent, f"{source} water owes no tax", YEAR)

    unit = _user(stage, permit={"expires_on": AS_OF - timedelta(days=20), "status": "renewing"})
    _flow(stage, unit, 5_000)
    stage.expect(MODEL, UNLICENSED, unit, silent, "FP04 renewal was applied for in time")

    unit = _user(stage, permit={"expires_on": AS_OF})
    _flow(stage, unit, 5_000)
    stage.expect(MODEL, UNLICENSED, unit, silent, "the permit ends today and is still in force")

    unit = _user(stage, permit={}, installed_on=date(2026, 4, 1))
    stage.expect(MODEL, UNLICENSED, unit, silent, "FP03 the device is on trial")

    for status in ("idle", "sealed"):
        unit = _user(stage, permit={}, status=status)
        stage.expect(MODEL, UNLICENSED, unit, silent, f"the device is {status}")


def _untaxed(stage: Stage) -> None:
    found = Planted.CLUE

    unit = _user(stage, "bathing")
    _flow(stage, unit, 2_500, paid=0)
    stage.expect(MODEL, SHORT, unit, found, "a year's water and no tax", YEAR)

    unit = _user(stage, "bathing", source="surface")
    _flow(stage, unit, 3_000, paid=0.5, rate="surface")
    stage.expect(MODEL, SHORT, unit, found, "half the tax was paid", YEAR)

    unit = _user(stage, "chemical")
    _flow(stage, unit, 70_000, paid=0)
    stage.expect(MODEL, (SHORT, FAR), unit, found, "ten times the water of the trade and no tax", YEAR)

    unit = _user(stage, "building_material")
    _flow(stage, unit, 100, electricity=11_000)
    stage.expect(
        MODEL, FAR, unit, found, "ten times the electricity, next to no water on the meter, tax to match", YEAR
    )


def _tax_near_misses(stage: Stage) -> None:
    silent = Planted.NEAR_MISS

    unit = _user(stage, "food")
    _flow(stage, unit, 3_000, paid=0.8)
    stage.expect(MODEL, SHORT, unit, silent, "FP09 four fifths were paid, the rest is relief", YEAR)

    unit = _user(stage, "car_wash", source="surface")
    _flow(stage, unit, 1_249, paid=0, rate="surface")
    stage.expect(MODEL, SHORT, unit, silent, "999.20 yuan short, below the least sum", YEAR)

    unit = _user(stage, "food")
    _read(stage, unit, [5_000, 8_000, 11_000, 14_000, 17_000, 20_000, 23_000, 26_000], [3_000] * 8)
    _pay(stage, unit, 3_000, 150_000, filed_after=75)
    stage.expect(MODEL, SHORT, unit, silent, "FP03 every return was filed late, and all of it paid", YEAR)

    unit = _user(stage, "food")
    _flow(stage, unit, 3_000, paid=0.3, method=["remote", "remote", "remote", *["estimated"] * 4, "remote"])
    stage.expect(MODEL, SHORT, unit, silent, "the volumes of the year are estimates", YEAR)

    unit = _user(stage, "food")
    _read(stage, unit, [5_000, 8_000, 11_000, 14_000, 17_000, 20_000, 23_000, 26_000], [3_000] * 8)
    _pay(stage, unit, 3_000, 150_000, quarters=QUARTERS[:4])
    stage.expect(MODEL, SHORT, unit, silent, "FP06 two quarters have a return and two have none", YEAR)

    unit = _user(stage, "waterworks", source="surface")
    _flow(stage, unit, 90_000, paid=0.4, rate="surface")
    stage.expect(MODEL, SHORT, unit, silent, "waterworks pay other rates", YEAR)

    unit = _user(stage, "paper")
    _flow(stage, unit, 120_000)
    stage.expect(MODEL, FAR, unit, silent, "a large mill that pays its tax", YEAR)


def _turned_back(stage: Stage) -> None:
    found = Planted.CLUE

    unit = _user(stage)
    _read(stage, unit, [900, 1_500, 200, 700], [600, 600, 500, 500])
    _pay(stage, unit, 600, 30_000)
    stage.expect(MODEL, FALLS, unit, found, "the meter went from 1,500 back to 200")

    unit = _user(stage, "food")
    _read(stage, unit, [4_000, 3_900, 4_500, 4_490], [400, 400, 600, 600])
    _pay(stage, unit, 600, 30_000)
    stage.expect(MODEL, FALLS, unit, found, "twice a little less, the second time by ten cubic metres")

    unit = _user(stage)
    _read(stage, unit, [899_900, 99_999, 100_500], [500, 500, 500])
    stage.expect(MODEL, FALLS, unit, found, "just below the last tenth of the scale: no roll-over")


def _reading_near_misses(stage: Stage) -> None:
    silent = Planted.NEAR_MISS

    unit = _user(stage)
    number = stage.last_number("water_device")
    _read(stage, unit, [9_000, 9_600, 400, 900], [500, 600, 400, 500], meter_no=[f"{number}A"] * 2 + [f"{number}B"] * 2)
    _pay(stage, unit, 600, 30_000)
    stage.expect(MODEL, FALLS, unit, silent, "the meter was replaced")

    unit = _user(stage)
    _read(stage, unit, [999_500, 300, 900], [500, 800, 600])
    stage.expect(MODEL, FALLS, unit, silent, "the meter ran over its scale")

    unit = _user(stage)
    methods = ["remote", "estimated", "remote"]
    _read(stage, unit, [4_000, 4_800, 4_500], [500, 800, 500], method=methods)
    stage.expect(MODEL, FALLS, unit, silent, "an estimate was too high; the true readings rise")

    unit = _user(stage)
    _read(stage, unit, [4_000, 3_991, 4_500], [500, 500, 500])
    stage.expect(MODEL, FALLS, unit, silent, "nine cubic metres are a slip of the pen")

    unit = _user(stage, "farming", permit={})
    _read(stage, unit, [4_000, 100, 600], [500, 500, 500])
    stage.expect(MODEL, FALLS, unit, silent, "FP09 irrigation owes no tax")

    unit = _user(stage, source="purchased")
    _read(stage, unit, [4_000, 100, 600], [500, 500, 500])
    stage.expect(MODEL, FALLS, unit, silent, "the water is bought from the waterworks")
