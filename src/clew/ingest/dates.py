"""The forms in which senders write a day, as SQL that brings them to ISO 8601."""

from __future__ import annotations

from clew.plan import Type

_DAY = r"^([0-9]{4})(?:-|/|\.|年)\s*([0-9]{1,2})(?:-|/|\.|月)\s*([0-9]{1,2})日?"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})"
_TIME = r"(?:[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?))?$"
_SERIAL = r"^[0-9]{5}(?:\.0+)?$"


def iso_date(text: str, type_: Type) -> str:
    """2024/1/5, 2024.1.5, 2024年1月5日, 20240105 and spreadsheet day numbers (45296) become 2024-01-05.

    A time of day behind it is dropped for a date column and kept for a timestamp column. Any other text stays.
    """
    cases = []
    for form in (_DAY, _COMPACT):
        year, month, day, time = (f"regexp_extract({text}, '{form}{_TIME}', {group})" for group in range(1, 5))
        iso = f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"
        if type_ is Type.TIMESTAMP:
            iso += f" || coalesce(' ' || nullif({time}, ''), '')"
        cases.append(f"when regexp_matches({text}, '{form}{_TIME}') then {iso}")
    serial = f"(date '1899-12-30' + left({text}, 5)::int)::varchar"
    return f"case {' '.join(cases)} when regexp_matches({text}, '{_SERIAL}') then {serial} else {text} end"
