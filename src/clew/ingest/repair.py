"""Declared normalisations of delivered text, as SQL, and how each one is counted.

A repair runs only where the contract declares it for a column, always in the order of :data:`ORDER`. Every changed
value is counted per column and repair, and the row carries a bit for it (``_repaired``): nothing changes silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract
from clew.plan import Type

ORDER = ("halfwidth", "trim", "spaces", "upper", "id18", "number", "date", "values")
MOST_BITS = 126
BIGINT_BITS = 62
"""Bits of the HUGEINT ``_repaired`` that are used; a wider contract shares one bit among a column's repairs."""

SPACE = r"[\t\n\v\f\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}]"
_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " "

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_DAY = r"^([0-9]{4})(?:-|/|\.|年)\s*([0-9]{1,2})(?:-|/|\.|月)\s*([0-9]{1,2})日?"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})"
_TIME = r"(?:[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?))?$"
_SERIAL = r"^[0-9]{5}(?:\.0+)?$"


@dataclass(frozen=True)
class Step:
    """One repair of one column: bit ``bit`` of ``_repaired`` says that it changed the row's value."""

    column: str
    repair: str
    bit: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """``column.repair``."""
        return f"{self.column}.{self.repair}"


@dataclass(frozen=True)
class Repairs:
    """The repairs of a contract: ``layers`` of SELECT lists, the steps behind the bits, and each column's last name."""

    layers: tuple[tuple[str, ...], ...]
    steps: tuple[Step, ...]
    finals: Mapping[str, str]

    @property
    def names(self) -> Mapping[int, str]:
        """What each bit means; repairs that share a bit are joined with '+'."""
        found: dict[int, str] = {}
        for step in self.steps:
            found[step.bit] = f"{found[step.bit]}+{step.repair}" if step.bit in found else step.name
        return found

    def bits(self) -> str:
        """SQL of the HUGEINT ``_repaired``; columns that did not change at all cost one comparison."""
        integer = "bigint" if all(step.bit < BIGINT_BITS for step in self.steps) else "hugeint"
        terms = []
        for column, final in self.finals.items():
            own = [step for step in self.steps if step.column == column]
            if own:
                changed = " | ".join(f"if({step.before} is distinct from {step.after}, {1 << step.bit}::{integer}, 0)"
                                     for step in own)
                terms.append(f"case when {own[0].before} is distinct from {final} then {changed} else 0::{integer} end")
        return f"({' | '.join(terms)})::hugeint" if terms else "0::hugeint"

    def emptying(self, column: str) -> bool:
        """Whether a repair may leave nothing of a column's text."""
        return any(step.column == column and step.repair in ("trim", "spaces", "values", "number") for step in self.steps)

    def decode(self, bits: int) -> list[str]:
        """The names of the repairs in a row's ``_repaired``."""
        return [name for bit, name in self.names.items() if bits >> bit & 1]


def repairs_of(contract: Contract) -> Repairs:
    """The repair layers of a contract over a relation that holds each column's delivered text as ``"c~0"``."""
    pairs = sum(len(_declared(column)) for column in contract.columns)
    layers: dict[int, list[str]] = {}
    steps: list[Step] = []
    finals: dict[str, str] = {}
    for position, column in enumerate(contract.columns):
        text = quoted(f"{column.name}~0")
        for depth, repair in enumerate(_declared(column), start=1):
            after = quoted(f"{column.name}~{depth}")
            layers.setdefault(depth, []).append(f"{_REPAIRS[repair](text, column)} as {after}")
            steps.append(Step(column.name, repair, len(steps) if pairs <= MOST_BITS else position, text, after))
            text = after
        finals[column.name] = text
    return Repairs(tuple(tuple(layers[depth]) for depth in sorted(layers)), tuple(steps), finals)


def _declared(column: Column) -> list[str]:
    return [repair for repair in ORDER if repair in column.repairs and (repair != "values" or column.values)]


def _when(guard: str, value: str, text: str) -> str:
    """The repaired value where the cheap ``guard`` says there may be work, else the text itself."""
    return f"case when {guard} then {value} else {text} end"


def _halfwidth(text: str, column: Column) -> str:
    """Full-width forms U+FF01..FF5E and the ideographic space to ASCII (the width part of NFKC)."""
    value = f"translate({text}, {text_literal(_FULL)}, {text_literal(_HALF)})"
    return _when(f"strlen({text}) <> length({text}) and regexp_matches({text}, '[{_FULL[0]}-{_FULL[-2]}\u3000]')",
                 value, text)


def _trim(text: str, column: Column) -> str:
    ends = f"unicode({text}) <= 32 or unicode({text}[-1]) <= 32"
    wide = f"strlen({text}) <> length({text})"
    value = f"regexp_replace(regexp_replace({text}, '^{SPACE}+', ''), '{SPACE}+$', '')"
    return _when(f"({ends}) or ({wide} and regexp_matches({text}, '^{SPACE}|{SPACE}$'))", value, text)


def _spaces(text: str, column: Column) -> str:
    """White space inside a value goes, but one space stays between two Latin words."""
    between = f"'([A-Za-z]){SPACE}+([A-Za-z])', '\\1\\x01\\2', 'g'".replace("\\x01", "\x01")
    kept = f"regexp_replace(regexp_replace({text}, {between}), {between})"
    value = f"replace(regexp_replace({kept}, '{SPACE}+', '', 'g'), '\x01', ' ')"
    wide = f"strlen({text}) <> length({text})"
    return _when(f"contains({text}, ' ') or contains({text}, '\t') or ({wide} and regexp_matches({text}, '{SPACE}'))",
                 value, text)


def _upper(text: str, column: Column) -> str:
    return f"upper({text})"


def _id18(text: str, column: Column) -> str:
    """15-digit identity numbers (before 1999) to 18: the century 19 is written out and the check character added."""
    long = f"(left({text}, 6) || '19' || substr({text}, 7))"
    total = " + ".join(f"substr({long}, {place}, 1)::int * {weight}" for place, weight in enumerate(_WEIGHTS, start=1))
    real_day = f"try_strptime('19' || substr({text}, 7, 6), '%Y%m%d') is not null"
    return _when(f"strlen({text}) = 15 and regexp_matches({text}, '^[0-9]{{15}}$') and {real_day}",
                 f"{long} || substr('10X98765432', ({total}) % 11 + 1, 1)", text)


def _number(text: str, column: Column) -> str:
    """Thousands separators, a currency sign in front and 元 behind go; anything else stays and fails its type."""
    bare = f"regexp_replace(regexp_replace({text}, '^[¥￥]\\s*', ''), '\\s*元$', '')"
    value = f"""case when regexp_matches({bare}, '^[+-]?[0-9]{{1,3}}(,[0-9]{{3}})+(\\.[0-9]+)?$')
        then replace({bare}, ',', '') else {bare} end"""
    return _when(f"regexp_matches({text}, '[,¥￥元]')", value, text)


def _date(text: str, column: Column) -> str:
    """2024/1/5, 2024.1.5, 2024年1月5日, 20240105 and spreadsheet day numbers become 2024-01-05.

    A time of day behind it is dropped for a date column and kept for a timestamp column.
    """
    keeps_time = column.type is Type.TIMESTAMP
    time = " || coalesce(' ' || nullif(regexp_extract({0}, '{1}', 4), ''), '')" if keeps_time else ""
    forms = " ".join(
        f"when regexp_matches({text}, '{form}{_TIME}') then regexp_extract({text}, '{form}', 1) || '-' || "
        f"lpad(regexp_extract({text}, '{form}', 2), 2, '0') || '-' || lpad(regexp_extract({text}, '{form}', 3), 2, '0')"
        + time.format(text, form + _TIME)
        for form in (_DAY, _COMPACT)
    )
    serial = f"(date '1899-12-30' + left({text}, 5)::int)::varchar"
    value = f"case {forms} when regexp_matches({text}, '{_SERIAL}') then {serial} else {text} end"
    return _when(f"not ({text} like '____-__-__')", value, text)


def _values(text: str, column: Column) -> str:
    cases = " ".join(f"when {text_literal(delivered)} then {text_literal(canonical)}"
                     for delivered, canonical in column.values.items())
    return f"case {text} {cases} else {text} end"


_REPAIRS: Mapping[str, Callable[[str, Column], str]] = {
    "halfwidth": _halfwidth, "trim": _trim, "spaces": _spaces, "upper": _upper, "id18": _id18, "number": _number,
    "date": _date, "values": _values,
}
