"""The forms in which senders write a day, as SQL that brings them to ISO 8601."""

from __future__ import annotations

from clew.contracts.model import RepairOptions
from clew.plan import Type

_DAY = r"^([0-9]{4})(?:-|/|\.|年)\s*([0-9]{1,2})(?:-|/|\.|月)\s*([0-9]{1,2})日?"
_PADDED = r"^[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}$"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})"
_TIME = r"(?:[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?))?$"
_SERIAL = r"^[0-9]{5}(?:\.0+)?$"
_DAY_LAST = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})"
_MONTH = r"^([0-9]{4})(?:-|/|\.|年)\s*(0?[1-9]|1[0-2])月?$"
_COMPACT_MONTH = r"^([0-9]{4})(0[1-9]|1[0-2])$"

_DIGITS = "〇零○Ｏ一二三四五六七八九"
_CHINESE = rf"^([{_DIGITS}]{{4}})年([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十廿卅]{{1,3}})日?$"


def iso_date(text: str, type_: Type, options: RepairOptions) -> str:
    """2024/1/5, 2024.1.5, 2024年1月5日, 二〇二四年一月五日, 20240105 and spreadsheet day numbers become 2024-01-05.

    A time of day behind it is dropped for a date column and kept for a timestamp column. 01/05/2024 is read only in the
    order the contract says, 2024年1月 only as the day it says; a year of two digits never. Any other text stays.
    """
    cases = [f"when regexp_matches({text}, '{_PADDED}') then translate({text}, '/.', '--')"]
    for form, order in ((_DAY, "ymd"), (_COMPACT, "ymd"), (_DAY_LAST, options.date_order)):
        if order:
            parts = {part: f"regexp_extract({text}, '{form}{_TIME}', {order.index(part) + 1})" for part in "ymd"}
            iso = _iso(parts["y"], parts["m"], parts["d"])
            if type_ is Type.TIMESTAMP:
                iso += f" || coalesce(' ' || nullif(regexp_extract({text}, '{form}{_TIME}', 4), ''), '')"
            cases.append(f"when regexp_matches({text}, '{form}{_TIME}') then {iso}")
    cases.append(f"when regexp_matches({text}, '{_CHINESE}') then {_chinese(text)}")
    if options.date_month:
        for form in (_MONTH, _COMPACT_MONTH):
            first = _iso(f"regexp_extract({text}, '{form}', 1)", f"regexp_extract({text}, '{form}', 2)", "'01'")
            day = first if options.date_month == "first" else f"last_day(try_cast({first} as date))::varchar"
            cases.append(f"when regexp_matches({text}, '{form}') then coalesce({day}, {text})")
    serial = f"(date '1899-12-30' + left({text}, 5)::int)::varchar"
    return f"case {' '.join(cases)} when regexp_matches({text}, '{_SERIAL}') then {serial} else {text} end"


def _iso(year: str, month: str, day: str) -> str:
    return f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"


def _chinese(text: str) -> str:
    """二〇二六年十一月二十三日: the year digit by digit, month and day as counted."""
    year, month, day = (f"regexp_extract({text}, '{_CHINESE}', {group})" for group in (1, 2, 3))
    days = ", ".join(f"'{_counted(number)}'" for number in range(1, 32))
    plain = f"replace(replace({day}, '廿', '二十'), '卅', '三十')"
    numbers = (f"coalesce(list_position([{days}], {part}), 0)::varchar" for part in (month, plain))
    return _iso(f"translate({year}, '{_DIGITS}', '0000123456789')", *numbers)


def _counted(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "一二三四五六七八九"
    ten = "" if not tens else "十" if tens == 1 else f"{digits[tens - 1]}十"
    return ten + (digits[ones - 1] if ones else "")
