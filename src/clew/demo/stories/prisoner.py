"""Planted cases of model M02: pension in prison, raises during community correction, and registers that contradict."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF, month_plus
from clew.demo.registers.custody import PRISONS
from clew.demo.stage import Person, Stage
from clew.demo.stories.pension import draw_pension
from clew.demo.stories.traffic import judge
from clew.demo.truth import Planted

MODEL = "prisoner_pension"
IN_PRISON = "benefit.pension_in_prison"
RAISED = "benefit.pension_raised_in_correction"
ALIVE = "benefit.certified_alive_in_custody"

_FIRST, _LAST = date(2024, 7, 1), date(2026, 6, 1)
_PRISON, _PRISON_COUNTY = next(iter(PRISONS.items()))


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        _paid(stage, copy)
        _lawful(stage, copy)
        _raised(stage, copy)
        _contradictions(stage, copy)


def imprison(
    stage: Stage, person: Person, case_no: str | None, in_on: date, out_on: date | None = None, **columns: object
) -> None:
    """A sentence being served in prison (or what ``columns`` say)."""
    row = {"kind": "sentence", "facility": _PRISON, "case_no": case_no, "in_on": in_on, "out_on": out_on}
    stage.add("custody", person, **(row | {"region": _PRISON_COUNTY} | columns))


def convict(stage: Stage, person: Person, effective_on: date, **columns: object) -> str:
    """A judgment for fraud to three years (or what ``columns`` say); returns its case number."""
    row = {"charge": "诈骗罪", "drunk": False, "vehicle": "none", "main_penalty": "fixed_term", "term_months": 36}
    return judge(stage, person, effective_on - timedelta(days=200), effective_on, **(row | columns))


def _prisoner(stage: Stage, copy: int, out_on: date | None = None, **columns: object) -> tuple[Person, date]:
    """An old convict and the day of admission, in the middle of a month of 2025."""
    person, admitted = stage.person((61, 75)), _admission(copy)
    imprison(stage, person, convict(stage, person, admitted - timedelta(days=6), **columns), admitted, out_on)
    return person, admitted


def _admission(copy: int) -> date:
    return month_plus(date(2025, 1, 1), copy * 5 % 12).replace(day=12)


def _paid(stage: Stage, copy: int) -> None:
    found = Planted.CLUE
    person, admitted = _prisoner(stage, copy)
    draw_pension(stage, person, _FIRST, month_plus(admitted, 4))
    stage.expect(MODEL, IN_PRISON, person, found, "paid for four whole months of a sentence")

    person, admitted = _prisoner(stage, copy, main_penalty="life", term_months=None)
    draw_pension(stage, person, _FIRST, _LAST, scheme="resident", amount=23_000)
    stage.expect(MODEL, IN_PRISON, person, found, "residents' scheme, life sentence, paid to the end of the period")

    person, first = stage.person((61, 75)), month_plus(_admission(copy), 1)
    imprison(stage, person, convict(stage, person, first - timedelta(days=8)), first, month_plus(first, 1))
    draw_pension(stage, person, _FIRST, _LAST)
    stage.expect(MODEL, IN_PRISON, person, found, "served one month from its first to its last day and was paid for it")

    person, admitted = _prisoner(stage, copy)
    month = month_plus(admitted, 1)
    draw_pension(stage, person, _FIRST, admitted)
    draw_pension(stage, person, month, month, kind="back_payment")
    stage.expect(MODEL, IN_PRISON, person, found, "arrears of a month in prison, settled while still in prison")


def _lawful(stage: Stage, copy: int) -> None:
    near: list[tuple[Person, str]] = []
    person, admitted = _prisoner(stage, copy)
    draw_pension(stage, person, _FIRST, admitted)
    near.append((person, "paid to the month of admission"))

    person, admitted = stage.person((61, 75)), _admission(copy)
    out = month_plus(admitted, 1).replace(day=28)
    imprison(stage, person, convict(stage, person, admitted - timedelta(days=6)), admitted, out)
    draw_pension(stage, person, _FIRST, _LAST)
    near.append((person, "served parts of two months, none to the full"))

    person, admitted = _prisoner(stage, copy)
    month = month_plus(admitted, 2)
    draw_pension(stage, person, _FIRST, admitted)
    draw_pension(stage, person, month, month, returned_on=month.replace(day=28))
    near.append((person, "a month in prison was paid and returned"))

    person, admitted = stage.person((61, 75)), _admission(copy)
    out = month_plus(admitted, 4)
    imprison(stage, person, convict(stage, person, admitted - timedelta(days=6)), admitted, out)
    draw_pension(stage, person, _FIRST, admitted)
    draw_pension(
        stage,
        person,
        month_plus(admitted, 2),
        month_plus(admitted, 2),
        kind="back_payment",
        paid_on=out.replace(day=20),
    )
    near.append((person, "arrears of the months in prison, settled after the release"))

    person, _ = _prisoner(stage, copy, retrial=True)
    draw_pension(stage, person, _FIRST, _LAST)
    near.append((person, "the judgment is under retrial"))

    person, admitted = stage.person((61, 75)), _admission(copy)
    imprison(stage, person, None, admitted, month_plus(admitted, 5), kind="remand")
    draw_pension(stage, person, _FIRST, _LAST)
    near.append((person, "held before the judgment and acquitted"))

    person, admitted = stage.person((61, 75)), _admission(copy)
    case_no = convict(stage, person, admitted - timedelta(days=6))
    imprison(stage, person.named(stage.other_name(person)), case_no, admitted)
    draw_pension(stage, person, _FIRST, _LAST)
    near.append((person, "the prisoner under this number has another name"))

    person, admitted = stage.person((61, 75)), _admission(copy)
    convict(stage, person, admitted, probation_months=48)
    _correct(stage, person, admitted + timedelta(days=10), None)
    draw_pension(stage, person, _FIRST, _LAST)
    near.append((person, "on probation, the pension goes on at its old rate"))

    person, admitted = _prisoner(stage, copy)
    draw_pension(stage, person, _FIRST, admitted)
    draw_pension(stage, person, month_plus(admitted, 1), month_plus(admitted, 3), kind="survivor_allowance")
    near.append((person, "a survivor's allowance goes to the same account"))
    for person, why in near:
        stage.expect(MODEL, IN_PRISON, person, Planted.NEAR_MISS, why)


def _correct(stage: Stage, person: Person, from_on: date, to_on: date | None, kind: str = "probation") -> None:
    number = stage.number("community_correction")
    stage.add("community_correction", person, correction_no=number, kind=kind, from_on=from_on, to_on=to_on)


def _raised(stage: Stage, copy: int) -> None:
    fixed = date(2025, 7, 21)
    start = fixed - timedelta(days=60 + copy % 20)
    raise_ = {"adjusted_on": fixed, "adjusted_amount": 9_000}

    def corrected(from_on: date, to_on: date | None, kind: str = "probation", **columns: object) -> Person:
        person = stage.person((61, 75))
        _correct(stage, person, from_on, to_on, kind)
        draw_pension(stage, person, _FIRST, date(2025, 7, 1))
        draw_pension(stage, person, date(2025, 8, 1), _LAST, **(raise_ | columns))
        return person

    for kind in ("probation", "temporary_release"):
        person = corrected(start, None, kind)
        stage.expect(MODEL, RAISED, person, Planted.CLUE, f"raised during {kind.replace('_', ' ')}")
    person = corrected(fixed, fixed + timedelta(days=180), "parole", scheme="resident")
    stage.expect(MODEL, RAISED, person, Planted.CLUE, "residents' scheme, raised on the first day of parole")

    near = [
        (corrected(fixed + timedelta(days=1), None), "fixed the day before the correction, paid during it"),
        (corrected(start - timedelta(days=200), fixed), "fixed on the day the correction had ended"),
        (corrected(start, None, adjusted_on=None, adjusted_amount=None), "under correction and not raised"),
        (corrected(start, None, returned_on=AS_OF - timedelta(days=3)), "the raised payments were returned"),
    ]  # fmt: skip
    person = stage.person((61, 75))
    _correct(stage, person.named(stage.other_name(person)), start, None)
    draw_pension(stage, person, date(2025, 8, 1), _LAST, **raise_)
    near.append((person, "the person under correction has another name"))
    for person, why in near:
        stage.expect(MODEL, RAISED, person, Planted.NEAR_MISS, why)


def _contradictions(stage: Stage, copy: int) -> None:
    found, silent = Planted.CLUE, Planted.NEAR_MISS

    def certified(days: int, channel: str, out: int | None = None) -> Person:
        released = _admission(copy) + timedelta(days=out) if out else None
        person, admitted = _prisoner(stage, copy, released)
        certified_on = admitted + timedelta(days=days)
        stage.add("life_certification", person, certified_on=certified_on, channel=channel)
        return person

    stage.expect(MODEL, ALIVE, certified(70, "counter"), found, "at a counter ten weeks into the sentence")
    stage.expect(MODEL, ALIVE, certified(8, "face"), found, "by face on the first day after the margin")
    stage.expect(MODEL, ALIVE, certified(7, "counter"), silent, "entered on the last day of the margin")
    stage.expect(MODEL, ALIVE, certified(60, "proxy"), silent, "certified by a relative")
    stage.expect(MODEL, ALIVE, certified(53, "counter", 60), silent, "in the last days, the release was entered late")
    stage.expect(MODEL, ALIVE, certified(60, "counter", 60), silent, "certified on the day of release")

    person, admitted = stage.person((61, 75)), _admission(copy)
    held = person.named(stage.other_name(person))
    imprison(stage, held, convict(stage, held, admitted - timedelta(days=6)), admitted)
    stage.add("life_certification", person, certified_on=admitted + timedelta(days=60), channel="counter")
    stage.expect(MODEL, ALIVE, person, silent, "the household register gives the number another name")
