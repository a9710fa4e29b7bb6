"""Values that are ready as they were delivered: cheap proofs, so that repairs run for the rest alone.

A proof is a boolean over the delivered text, never NULL. Where it is true, no repair of the column but its map of
``values`` would change the text; there may be more it would be true for. A number or a day that prints as the text
that was cast is the commonest one, and its cast is then the typed value too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from clew.contracts.column_checks import pattern_violated
from clew.contracts.identity import every_number_matches, id18_last, id18_number, id18_proven, identity_violated
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column
from clew.ingest.repair.typed import printed
from clew.plan import Type

MOST_WORDS = 16
"""Texts a value is compared with one by one."""

_CLEANING = {"halfwidth", "trim", "spaces", "upper"}
_PRINTED = _CLEANING | {"number", "date"}
_CHANGES_BY_FORM: Mapping[str, set[str]] = {"id18": _CLEANING | {"id18"}, "uscc": _CLEANING}
_ITEM = r"(?:\[(?:[0-9]-[0-9]|[A-Z]-[A-Z]|[a-z]-[a-z]|[0-9A-Za-z])+\]|\\d|[0-9A-Za-z])"
_PLAIN_PATTERN = re.compile(rf"\^(?:{_ITEM}(?:\{{\d+(?:,\d*)?\}}|[*+?])?)+\$")
UNUSUAL = r"[\t\n\v\f\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}\x{ff01}-\x{ff5e}]"
"""What the cleaning repairs but ``upper`` are about."""
_ODD = re.compile(r"[\s\u0085\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff\uff01-\uff5e]")


@dataclass(frozen=True)
class Proof:
    """Why a column's texts may be ready. ``proves``: the kinds of the column's own checks that cannot fail then.

    ``reads`` is SQL that the proof needs worked out before it, each ``"<column>~<name>"``; with ``typed`` the one
    called ``read`` is the column's typed value.
    """

    column: str
    sql: str
    proves: tuple[str, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    typed: bool = False

    @property
    def name(self) -> str:
        """The quoted name of the column that holds the proof."""
        return quoted(f"{self.column}~ready")

    @property
    def read_name(self) -> str:
        """The quoted name of the column that holds the ``read`` of ``reads``."""
        return quoted(f"{self.column}~read")


def proof_of(column: Column, sql_type: str) -> Proof | None:
    """The cheapest proof for a column with repairs, or None. ``sql_type`` is the column's type in the warehouse."""
    declared, text = set(column.repairs), quoted(f"{column.name}~0")
    if not declared - {"values"}:
        return None
    if column.type not in (Type.TEXT, Type.BOOLEAN):
        return None if column.values or not declared <= _PRINTED else _printed(column, text, sql_type)
    if declared <= _CLEANING | {"values"} and (words := _words(column)):
        agreed = all(column.values.get(word, word) in column.enum for word in words)
        return Proof(column.name, _listed(text, words), ("enum",) if agreed else ())
    if column.values or column.type is Type.BOOLEAN:
        return None
    if column.identity is not None and declared <= _CHANGES_BY_FORM[column.identity]:
        implied = column.pattern is not None and every_number_matches(column.identity, column.pattern)
        proves = ("identity", "pattern") if implied else ("identity",)
        if column.identity == "id18":
            number, last = (quoted(f"{column.name}~{name}") for name in ("read", "last"))
            sql = f"coalesce({id18_proven(text, number, last)}, {text} is null)"
            return Proof(column.name, sql, proves, {"read": id18_number(text), "last": id18_last(text)})
        return Proof(column.name, f"not ({identity_violated(column.identity, text)})", proves)
    if column.pattern is not None and declared <= _CLEANING and _plain(column.pattern, "upper" in declared):
        return Proof(column.name, f"not ({pattern_violated(text, column.pattern)})", ("pattern",))
    if "upper" in declared and declared <= _CLEANING:
        return Proof(column.name, _clean_code(text))
    return None


def _printed(column: Column, text: str, sql_type: str) -> Proof | None:
    """A typed value whose text is the usual one."""
    if column.type is Type.TIMESTAMP and "spaces" in column.repairs:
        return None
    same = printed(column, text, quoted(f"{column.name}~read"))
    return Proof(
        column.name,
        f"coalesce({same}, {text} is null)",
        reads={"read": f"try_cast({text} as {sql_type})"},
        typed=True,
    )


def _listed(text: str, words: list[str]) -> str:
    """Whether a text is one of the words. No IN: of more than four the engine makes a join, and pulls the layers of
    repairs above it into one, until it no longer ends planning them."""
    found = " ".join(f"when {text_literal(word)} then true" for word in words)
    return f"case {text} {found} else {text} is null end"


def _clean_code(text: str) -> str:
    """A code in capitals. Of ASCII six blanks are looked for, which is faster than the one pattern for all texts."""
    blanks = " or ".join(f"contains({text}, chr({code}))" for code in (*range(9, 14), 32))
    odd = f"case when strlen({text}) = length({text}) then {blanks} else regexp_matches({text}, '{UNUSUAL}') end"
    return f"coalesce({text} <> '' and upper({text}) = {text} and not {odd}, true)"


def _words(column: Column) -> list[str]:
    """The texts that are expected and that no cleaning changes; none when there are too many to compare with."""
    expected = dict.fromkeys((*column.values, *column.values.values(), *column.enum))
    found = [word for word in expected if _clean(word, "upper" in column.repairs)]
    return found if len(found) <= MOST_WORDS else []


def _clean(word: str, raised: bool) -> bool:
    caseless = word.upper() == word.lower() or (word.isascii() and word == word.upper())
    return word != "" and not _ODD.search(word) and (caseless or not raised)


def _plain(pattern: str, raised: bool) -> bool:
    """Whether a pattern lets pass only texts of ASCII letters and digits, in capitals where the column has capitals."""
    return _PLAIN_PATTERN.fullmatch(pattern) is not None and not (
        raised and re.search("[a-z]", pattern.replace(r"\d", ""))
    )
