"""Functions of dates and moments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.plan import Type
from clew.rules.functions.function import DATE, DURATION, TIMESTAMP, Function, Piece
from clew.rules.moved_day import moved


def _deadline(pieces: Sequence[Piece]) -> exp.Expr:
    day, duration = pieces[0].tree, pieces[1].quantity
    if duration is None:
        raise TypeError("deadline takes a duration")
    return moved(day, duration, 1, counted=int(duration.start == "same_day" and duration.unit == "day"))


DATES = (
    Function("month_end", (DATE,), Type.DATE, "last day of the month", "当月最后一天"),
    Function("month_start", (DATE,), Type.DATE, "first day of the month", "当月第一天"),
    Function(
        "deadline",
        (DATE, DURATION),
        Type.DATE,
        "last day of a period that begins on a date",
        "期限届满日",
        built=_deadline,
    ),
    Function("days_between", (DATE, DATE), Type.INTEGER, "days from the first date to the second", "相隔天数"),
    Function(
        "months_between", (DATE, DATE), Type.INTEGER, "complete months from the first date to the second", "相隔整月数"
    ),
    Function(
        "age_at",
        (DATE, DATE),
        Type.INTEGER,
        "completed years of age of a person born on the first date, on the second",
        "周岁",
    ),
    Function(
        "criminal_age",
        (DATE, DATE),
        Type.INTEGER,
        "completed years of age in criminal law, each reached on the day after the birthday",
        "刑事周岁（自生日次日起算）",
    ),
    Function("year", (DATE,), Type.INTEGER, "the year of a date", "年份"),
    Function("month", (DATE,), Type.INTEGER, "the month of a date, 1 to 12", "月份"),
    Function("day", (DATE,), Type.INTEGER, "the day of the month, 1 to 31", "日"),
    Function("weekday", (DATE,), Type.INTEGER, "1 Monday to 7 Sunday", "星期几"),
    Function("date_of", (TIMESTAMP,), Type.DATE, "the date of a date and time", "日期部分"),
    Function(
        "days_elapsed",
        (TIMESTAMP, TIMESTAMP),
        Type.INTEGER,
        "complete days of 24 hours from the first moment to the second",
        "经过的整天数",
    ),
    Function(
        "minutes_between",
        (TIMESTAMP, TIMESTAMP),
        Type.INTEGER,
        "complete minutes from the first moment to the second",
        "相隔分钟数",
    ),
)
"""Parts of dates, periods between them, ages and deadlines."""
