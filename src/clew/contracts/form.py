"""Texts of a declared format: times of day, and the formats of ``logicalTypeOptions.format`` that can be checked."""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.literal import text_literal

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
FORMS: Mapping[str, str] = {
    "uuid": r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "email": rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+$",
    "ipv4": rf"^(?:{_BYTE}\.){{3}}{_BYTE}$",
    "ipv6": r"^(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}$|^(?:[0-9A-Fa-f]{0,4}:){1,7}:(?:[0-9A-Fa-f]{1,4}:?){0,6}$"
    r"|^::$",
    "hostname": rf"^{_LABEL}(?:\.{_LABEL})*$",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$",
}
"""The formats and their patterns: e-mail as HTML's input of that type, host names by RFC 1123, UUID by RFC 9562."""

_TIME = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$"


def form_violated(value: str, form: str) -> str:
    """SQL: there is a text and it does not have that form."""
    return f"{value} is not null and not regexp_matches({value}, {text_literal(FORMS[form])})"


def time_violated(value: str) -> str:
    """SQL: there is a text and it is no time of day such as 09:30 or 09:30:15."""
    return f"{value} is not null and not regexp_matches({value}, {text_literal(_TIME)})"
