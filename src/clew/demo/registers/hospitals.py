"""Hospital stays, their charges, and journeys abroad of the background: nobody is in two places at once.

It also holds what is lawful and looks odd: referrals on one day, stays settled in two parts at the end of the year,
newborns on their mother's card, beds at home beside a stay, settlements that were reversed or made again by hand.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, Days, dates, day, plus_days
from clew.demo.divisions import COUNTIES
from clew.demo.population import Block
from clew.demo.schemas import frame

PATIENT_LOTS = (0.30, 0.42)
COURSE_LOTS = (0.42, 0.4215)
TRAVELLER_LOTS = (0.36, 0.375)
HOSPITALS = ("人民医院", "中医院", "第二医院", "妇幼保健院")
NURSING, BED, BLOOD, DELIVERY, PROSTATE = "110200001", "110900001", "250101001", "331400001", "331100001"
ITEMS: tuple[tuple[str, str, str, int, str | None], ...] = (
    (NURSING, "一级护理", "小时", 24, None),
    (BED, "普通病房床位费", "床日", 1, None),
    (BLOOD, "血常规", "次", 8, None),
    (DELIVERY, "单胎顺产接生", "次", 1, "female"),
    (PROSTATE, "前列腺电切术", "次", 1, "male"),
)
"""Code, name, unit, most per day, sex. Codes are only of the right shape."""

_COUNTY_NAMES = {county.code: county.name for county in COUNTIES}
_ILLNESSES = ("I10", "J18.9", "E11.9", "K80.2", "I63.9", "M51.2", "S72.0", "J44.1")
_COURSE = 21
_YEAR_ENDS = (date(2024, 12, 31), date(2025, 12, 31))


def register(block: Block) -> dict[str, pl.DataFrame]:
    """Settlements, charges and border crossings of the block; the catalogue of items comes with the first."""
    rng = block.rng("hospitals")
    people = block.people.filter(pl.col("age") >= 3)  # born before the two years began
    stays = pl.concat([_stays(rng, people), _courses(rng, people)])
    alive = pl.col("died_on").is_null() | (pl.col("discharged_on") <= pl.col("died_on"))
    stays = stays.filter(pl.col("discharged_on") <= AS_OF, alive)
    running = pl.int_range(pl.len()).cast(pl.String).str.zfill(7)
    stays = stays.with_columns(admission_no=pl.lit(f"ZY{block.index:02d}") + running)
    settled = pl.concat([_split(stays), *_lawful_and_odd(rng, stays)])
    rows = {
        "medical_settlement": frame("medical_settlement", settled.select(_SETTLED).to_dict()),
        "medical_charge": pl.concat([charges(stays, item) for item in (NURSING, BED, BLOOD)] + [_births(stays)]),
        "border_crossing": _journeys(rng, people, stays),
    }
    if block.index == 0:
        rows["medical_item"] = catalogue()
    return rows


_SETTLED = (
    "admission_no", "person_id", "name", "provider_id", "provider_name", "visit_type", "admitted_on", "discharged_on",
    "settled_on", "settlement_kind", "reversed", "newborn", "diagnosis_code", "amount", "fund_paid", "region",
)  # fmt: skip


def catalogue() -> pl.DataFrame:
    """The items, each with what a day can hold, in hundredths."""
    code, name, unit, most, sex = zip(*ITEMS, strict=True)
    return frame(
        "medical_item",
        {
            "item_code": code,
            "item_name": name,
            "item_unit": unit,
            "most_per_day": [one * 100 for one in most],
            "only_sex": pl.Series(sex, dtype=pl.String),
            "region": ["340000"] * len(code),
        },
    )


def hospital(region: pl.Expr, number: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Code and name of a county's hospital, by its number from 0 to 3."""
    name = number.replace_strict(dict(enumerate(HOSPITALS)), return_dtype=pl.String)
    code = pl.lit("H") + region + (number + 1).cast(pl.String).str.zfill(2)
    return code, region.replace_strict(_COUNTY_NAMES, return_dtype=pl.String) + name


def _stays(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """One to three stays, one after the other; a second may begin on the day the first ends, at another hospital."""
    patients = people.filter(pl.col("lot").is_between(*PATIENT_LOTS, closed="left"))
    count = patients.height
    first = rng.integers(day(PERIOD_FROM), day(AS_OF) - 5, size=count)
    parts = []
    for number in range(3):
        nights = np.minimum(1 + rng.poisson(6, size=count), 40)
        taken = np.ones(count, dtype=bool) if number == 0 else rng.random(count) < 0.3 / number
        place = (rng.integers(4, size=count) + number) % 4
        parts.append(_dated(patients, first, nights, place, rng).filter(pl.Series(taken)))
        # A referral leaves and arrives on one day; else some months pass.
        gap = np.where(rng.random(count) < 0.1, 0, rng.integers(30, 300, size=count))
        first = first + nights + gap
    return pl.concat(parts)


def _courses(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Chemotherapy: one night every three weeks, thirty times."""
    patients = people.filter(pl.col("lot").is_between(*COURSE_LOTS, closed="left"))
    count = patients.height
    place = rng.integers(4, size=count)
    parts = []
    for number in range(30):
        first = np.full(count, day(PERIOD_FROM) + 40 + number * _COURSE)
        made = _dated(patients, first, np.ones(count, dtype=np.int64), place, rng)
        parts.append(made.with_columns(diagnosis_code=pl.lit("Z51.1")))
    return pl.concat(parts)


def _dated(patients: pl.DataFrame, first: Days, nights: Days, place: Days, rng: np.random.Generator) -> pl.DataFrame:
    """Settled stays from ``first`` (days since 1970) for so many nights at the county's ``place``-th hospital."""
    count = patients.height
    cost = np.exp(rng.normal(6.3, 0.5, size=count)) * 100 * nights + 80_000
    code, name = hospital(pl.col("region"), pl.lit(pl.Series(place, dtype=pl.Int64)))
    illness = pl.Series(rng.choice(_ILLNESSES, size=count), dtype=pl.String)
    return patients.with_columns(
        provider_id=code,
        provider_name=name,
        visit_type=pl.lit("inpatient"),
        admitted_on=dates(first),
        discharged_on=dates(first + nights),
        settled_on=dates(first + nights),
        settlement_kind=pl.lit("final"),
        reversed=pl.lit(False),
        newborn=pl.lit(False),
        diagnosis_code=illness,
        amount=pl.Series(cost).cast(pl.Int64),
        fund_paid=pl.Series(cost * 0.68).cast(pl.Int64),
    )


def _split(stays: pl.DataFrame) -> pl.DataFrame:
    """The settlements of the stays: one, or two where the stay runs over the end of a year."""
    over = pl.lit(None, dtype=pl.Date)
    for year_end in _YEAR_ENDS:
        inside = (pl.col("admitted_on") < year_end) & (pl.col("discharged_on") > year_end)
        over = pl.when(inside).then(pl.lit(year_end)).otherwise(over)
    first = stays.with_columns(cut=over).filter(pl.col("cut").is_not_null())
    parts = first.with_columns(
        settlement_kind=pl.lit("interim"),
        discharged_on="cut",
        settled_on="cut",
        amount=pl.col("amount") // 2,
        fund_paid=pl.col("fund_paid") // 2,
    ).drop("cut")
    return pl.concat([stays, parts])


def _lawful_and_odd(rng: np.random.Generator, stays: pl.DataFrame) -> list[pl.DataFrame]:
    """Newborns, beds at home, reversed settlements and settlements made again by hand, beside real stays."""
    code, name = hospital(pl.col("region"), pl.lit(3))
    elsewhere = {"provider_id": code + "E", "provider_name": name + "分院"}
    draw = pl.Series(rng.random(stays.height))
    long = pl.col("discharged_on") - pl.col("admitted_on") >= pl.duration(days=3)
    mother = (pl.col("sex") == "female") & pl.col("age").is_between(20, 42)
    newborn = stays.filter(mother & long & (draw < 0.2)).with_columns(newborn=pl.lit(True), **elsewhere)
    at_home = stays.filter((pl.col("age") >= 70) & (draw < 0.1)).with_columns(
        visit_type=pl.lit("home_bed"), **elsewhere
    )
    undone = stays.filter(draw.is_between(0.30, 0.31)).with_columns(reversed=pl.lit(True), **elsewhere)
    office = _COUNTY_NAMES
    again = stays.filter(draw.is_between(0.40, 0.41)).with_columns(
        settlement_kind=pl.lit("manual"),
        settled_on=plus_days(pl.col("settled_on"), 35),
        provider_id=pl.lit("Y") + pl.col("region"),
        provider_name=pl.col("region").replace_strict(office, return_dtype=pl.String) + "医保经办窗口",
    )
    twin = pl.lit("B") + pl.col("admission_no")
    odd = [part.with_columns(admission_no=twin) for part in (newborn, at_home, undone)]
    return [*odd, again.filter(pl.col("settled_on") <= AS_OF)]


_CHARGED = (
    "admission_no", "person_id", "provider_id", "provider_name", "item_code", "charged_on", "days", "quantity",
    "amount", "reversed", "newborn", "region",
)  # fmt: skip


def charges(stays: pl.DataFrame, item: str) -> pl.DataFrame:
    """One line of an item for each stay, booked on the last day for all its days; never more than a day can hold."""
    nights = (pl.col("discharged_on") - pl.col("admitted_on")).dt.total_days()
    a_day = {NURSING: 8, BED: 1, BLOOD: 1}.get(item, 0)
    price = {NURSING: 600, BED: 5_000, BLOOD: 2_000}.get(item, 260_000)
    quantity = nights * a_day if a_day else pl.lit(1)
    made = stays.with_columns(
        item_code=pl.lit(item),
        charged_on="discharged_on",
        days=nights,
        quantity=quantity * 100,
        amount=quantity * price,
    )
    return frame("medical_charge", made.select(_CHARGED).to_dict())


def _births(stays: pl.DataFrame) -> pl.DataFrame:
    """A delivery for some of the young mothers, told by the last digit of what the stay cost."""
    young = (pl.col("sex") == "female") & pl.col("age").is_between(20, 42) & (pl.col("amount") % 10 == 0)
    return charges(stays.filter(young), DELIVERY)


def _journeys(rng: np.random.Generator, people: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Journeys of some patients that begin on the day their last stay ends, and some days in which they come back."""
    travellers = people.filter(pl.col("lot").is_between(*TRAVELLER_LOTS, closed="left"))
    left = stays.group_by("person_id").agg(pl.col("discharged_on").max()).rename({"discharged_on": "left_on"})
    gone = travellers.join(left, on="person_id", maintain_order="left").filter(pl.col("left_on") < AS_OF)
    away = pl.Series(rng.integers(0, 40, size=gone.height))
    hours = (rng.integers(6, 11, size=gone.height), rng.integers(16, 23, size=gone.height))
    moments = [
        gone.with_columns(crossed_on=pl.col("left_on"), hour=pl.Series(hours[0]), direction=pl.lit("exit")),
        gone.with_columns(
            crossed_on=plus_days(pl.col("left_on"), away), hour=pl.Series(hours[1]), direction=pl.lit("entry")
        ),
    ]
    made = pl.concat(moments).filter(pl.col("crossed_on") <= AS_OF)
    made = made.with_columns(crossed_at=pl.col("crossed_on").cast(pl.Datetime("us")) + pl.duration(hours="hour"))
    return frame("border_crossing", made.select("person_id", "name", "crossed_at", "direction", "region").to_dict())
