"""Working days by the notices of years: on the engine, in Python, and day by day; and the files that hold them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from clew.engines.macros import Macros
from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import Quantity
from clew.rules.evaluate import evaluate
from clew.rules.expression import Scope, parse_expression
from clew.rules.holidays import read_holidays, working_days
from clew.rules.model import Text
from clew.working_days import MONDAY_TO_FRIDAY, WorkingDays

ROOT = Path(__file__).parents[2]
COUNTS = (-230, -30, -3, -1, 0, 1, 3, 7, 30, 230)
NOTICE = """\
holidays: 2026
title: Notice
title_zh: 通知
url: https://www.gov.cn/
checked: false
last_checked: 2026-11-30
days_off:
  - {name: Spring Festival, name_zh: 春节, from: 2026-02-15, to: 2026-02-23}
days_of_work: [2026-02-14, 2026-02-28]
"""


@pytest.fixture(scope="module")
def shipped() -> WorkingDays:
    problems = Problems()
    found = working_days(read_holidays(ROOT / "rules" / "holidays", problems, "rules/holidays"))
    assert not list(problems), [str(one) for one in problems]
    return found


def test_the_engine_and_python_count_as_one_does_by_hand(shipped: WorkingDays) -> None:
    """Every day from well before the first year known until well after the last."""
    connection = duckdb.connect()
    days = [date(2014, 1, 1) + timedelta(days=at) for at in range(0, 5500, 5)]
    for count in COUNTS:
        scope = Scope({"day": Type.DATE}, {"n": Quantity(count, "day", counting="working", working=shipped)}, days[0])
        problems = Problems()
        typed = parse_expression(Text("day + $n", Place("r.yml")), scope, problems)
        assert typed is not None, list(problems)
        sql = typed.tree.sql(dialect="duckdb")
        Macros(connection).define([sql])
        query = f"select day, {sql} from (select unnest($days::date[]) as day)"
        told = dict(connection.execute(query, {"days": days}).fetchall())
        for day in days:
            assert told[day] == evaluate(typed, {"day": day}) == _stepped(shipped, day, count), (day, count)


def _stepped(working: WorkingDays, day: date, count: int) -> date:
    """By hand; outside the years that are listed, one more on either side, by Mondays to Fridays."""
    found = working.moved(day, count)
    first, last = date(min(working.years) - 1, 1, 1), date(max(working.years) + 1, 12, 31)
    return found if first < day <= last and first <= found <= last else MONDAY_TO_FRIDAY.moved(day, count)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-02-13", 3, "2026-02-25"),  # Saturday 14 is one of work, then nine days are off
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-09", 2, "2025-10-11"),  # a Saturday of work
        ("2024-02-19", -1, "2024-02-18"),  # a Sunday of work
        ("2022-12-30", 1, "2023-01-03"),  # the notice of 2023 gives the end of 2022 off
        ("2020-01-23", 1, "2020-02-03"),
    ],
)
def test_the_notices_say_when_offices_are_open(shipped: WorkingDays, start: str, count: int, end: str) -> None:
    assert shipped.moved(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_a_year_has_as_many_working_days_as_its_notice_leaves(shipped: WorkingDays) -> None:
    """250 or 251 until 2024; 248 since two more days are off."""
    for year, expected in ((2023, 249), (2024, 251), (2025, 248), (2026, 248)):
        days = (date(year, 1, 1) + timedelta(days=at) for at in range(366))
        assert sum(shipped.is_working(day) for day in days if day.year == year) == expected, year


@pytest.mark.parametrize(
    ("wrong", "right", "code", "says"),
    [
        ("holidays: 2026", "holidays: 2025", "E108", "the year is 2025"),
        ("to: 2026-02-23", "to: 2026-03-23", "E107", "'Spring Festival' is off from 2026-02-15 to 2026-03-23"),
        ("to: 2026-02-23", "to: 2026-02-13", "E107", "both days are included"),
        ("2026-02-28]", "2026-02-27]", "E107", "'2026-02-27' is no weekend day of work"),
        ("2026-02-28]", "2026-02-21]", "E107", "no weekend day of work"),
        ("days_off:", "days_of:", "E101", "did you mean 'days_off'"),
    ],
)
def test_a_slip_in_a_notice_is_told(tmp_path: Path, wrong: str, right: str, code: str, says: str) -> None:
    (tmp_path / "2026.yml").write_text(NOTICE.replace(wrong, right), encoding="utf-8")
    problems = Problems()
    [year] = read_holidays(tmp_path, problems, "rules/holidays").values()
    assert (year.name, year.off, year.work) == ("2026", frozenset(), frozenset())
    told = "\n".join(map(str, problems))
    assert code in told and says in told and "rules/holidays/2026.yml:" in told
