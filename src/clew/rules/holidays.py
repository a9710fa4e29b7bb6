"""Public holidays as data: ``rules/holidays/<year>.yml``, one State Council notice each, and who counts without (E705).

.. code-block:: yaml

    holidays: 2026
    title: Notice of the General Office of the State Council on certain holidays in 2026
    title_zh: 国务院办公厅关于2026年部分节假日安排的通知
    url: https://www.gov.cn/
    checked: false                      # true once a person has compared every day with the notice
    last_checked: 2026-11-30
    days_off:                           # as the notice says them: both days included
      - {name: Spring Festival, name_zh: 春节, from: 2026-02-15, to: 2026-02-23}
    days_of_work: [2026-02-14, 2026-02-28]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from clew.problems import Place, Problems
from clew.rules.model import Parameter, Rule
from clew.rules.shape import Is, Key, entries_of
from clew.rules.shared_condition import read_folder
from clew.working_days import ONE_DAY, WorkingDays
from clew.yaml_file import Node

NOTICE = {
    "holidays": Key(Is.WHOLE),
    "title": Key(Is.TEXT),
    "title_zh": Key(Is.TEXT),
    "number": Key(Is.TEXT, False),
    "url": Key(Is.TEXT),
    "checked": Key(Is.FLAG),
    "last_checked": Key(Is.DATE),
    "days_off": Key(Is.LIST),
    "days_of_work": Key(Is.LIST),
    "note": Key(Is.TEXT, False),
}
DAYS_OFF = {"name": Key(Is.TEXT), "name_zh": Key(Is.TEXT), "from": Key(Is.DATE), "to": Key(Is.DATE)}
_YEAR = re.compile("[0-9]{4}")
LONGEST = timedelta(days=20)
"""No holiday lasts longer: a slip of the month would make one."""


@dataclass(frozen=True)
class Notice:
    """One year's days off, and the weekend days of work that make up for some of them. ``name`` is the year."""

    name: str
    off: frozenset[date]
    work: frozenset[date]
    place: Place


def read_holidays(folder: Path, problems: Problems, shown: str) -> dict[str, Notice]:
    """Every ``<year>.yml`` of the folder; none where there is no folder.

    E101 to E104 for its keys, E107 for a day that cannot be meant, E108 where the year is not the file's. A year with
    a fault has no days here: nothing runs before it is mended, and that its rules miss it (E705) is no second fault.
    """
    read = read_folder(folder, shown, parse_notice, problems)
    faulty = {path.stem for path in folder.glob("*.yml") if _YEAR.fullmatch(path.stem)} - read.keys()
    nothing = frozenset[date]()
    return read | {year: Notice(year, nothing, nothing, Place(f"{shown}/{year}.yml")) for year in faulty}


def parse_notice(node: Node, stem: str, problems: Problems) -> Notice | None:
    """One year from its YAML; ``stem`` is the file's name. None after a fault."""
    top = entries_of(node, NOTICE, "the notice", problems)
    if not top.complete:
        return None
    before, year = len(problems.errors), top["holidays"]
    if year.text != stem:
        problems.error(year.place, "E108", f"the year is {year.text}, and the file says '{stem}'", "name it <year>.yml")
        return None
    off = frozenset(day for part in top["days_off"].entries() for day in _days_off(part, int(stem), problems))
    work = frozenset(_days_of_work(top["days_of_work"].entries(), int(stem), off, problems))
    return Notice(stem, off, work, node.place) if len(problems.errors) == before else None


def working_days(notices: Mapping[str, Notice]) -> WorkingDays:
    """What all notices say together. A day that one year gives off and another makes one of work is one of work."""
    work = frozenset[date]().union(*(one.work for one in notices.values()))
    off = frozenset[date]().union(*(one.off for one in notices.values()))
    return WorkingDays(off - work, work, frozenset(int(year) for year in notices))


def counted_by(parameters: Mapping[str, Parameter], notices: Mapping[str, Notice]) -> dict[str, Parameter]:
    """Parameters of which those in working days know the notices; these are read only if there is one."""
    if not any(one.quantity.is_working for one in parameters.values()):
        return dict(parameters)
    known = working_days(notices)
    return {
        name: replace(one, quantity=replace(one.quantity, working=known)) if one.quantity.is_working else one
        for name, one in parameters.items()
    }


def check_working_days(rule: Rule, on: date, problems: Problems) -> None:
    """E705 (a warning) for a parameter in working days, and years up to ``on`` of which no notice is known.

    A rule is about the years since the first of its legal basis came into force, at least that of ``on``.
    """
    since = min((one.effective_from.year for one in rule.legal_basis if one.effective_from), default=on.year)
    for parameter in rule.parameters.values():
        known = parameter.quantity.working.years
        if parameter.quantity.is_working and (missing := years_missing(since, on.year, map(str, known))):
            problems.warn(
                parameter.place,
                "E705",
                f"'{parameter.name}' counts working days, and no holidays are known of {missing}",
                "Mondays to Fridays are counted there; add rules/holidays/<year>.yml from the notice",
            )


def years_missing(first: int, last: int, known: Iterable[str]) -> str:
    """The years from ``first`` to ``last`` that are not known, in words: '2017 to 2019, 2021'; empty when none is."""
    there = set(known)
    return _spans([year for year in range(first, last + 1) if str(year) not in there])


def _days_off(node: Node, year: int, problems: Problems) -> Iterable[date]:
    """The days of one holiday; it begins or ends in the year."""
    entries = entries_of(node, DAYS_OFF, "a holiday", problems)
    if not entries.complete:
        return
    first, last = entries["from"].value, entries["to"].value
    assert isinstance(first, date) and isinstance(last, date)  # noqa: S101 - the kind was checked by table
    if not first <= last <= first + LONGEST or year not in (first.year, last.year):
        what = f"'{entries.text('name')}' is off from {first} to {last}"
        problems.error(node.place, "E107", what, f"it is of {year}, and both days are included")
        return
    yield from (first + at * ONE_DAY for at in range((last - first).days + 1))


def _days_of_work(nodes: Iterable[Node], year: int, off: frozenset[date], problems: Problems) -> Iterable[date]:
    for node in nodes:
        day = node.value
        if not isinstance(day, date) or day.weekday() < 5 or day in off or abs(day.year - year) > 1:
            problems.error(
                node.place,
                "E107",
                f"'{node.text}' is no weekend day of work",
                "name Saturdays and Sundays as YYYY-MM-DD",
            )
        else:
            yield day


def _spans(years: list[int]) -> str:
    found: list[list[int]] = []
    for year in years:
        if found and year == found[-1][-1] + 1:
            found[-1].append(year)
        else:
            found.append([year])
    return ", ".join(f"{one[0]} to {one[-1]}" if len(one) > 1 else str(one[0]) for one in found)
