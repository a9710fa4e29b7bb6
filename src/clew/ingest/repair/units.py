"""Numbers with a unit behind them, as SQL that brings them to the column's own unit in exact decimals."""

from __future__ import annotations

import re
from fractions import Fraction

from clew.contracts.literal import text_literal
from clew.contracts.model import Column
from clew.contracts.units import decimals
from clew.plan import Type

PLACES = 8
"""Decimals a delivered number may have; the engine's DECIMAL(38) then holds every product exactly."""

_NUMBER = r"^([+-]?(?:[0-9]{1,16}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{0,8}0*)?)"


def in_own_unit(text: str, column: Column) -> str:
    """SQL of the text without its unit, converted; a number without a unit, or with one not declared, stays.

    A factor that no decimal writes exactly (one 亩 is 2000/3 m2) gives a number rounded half up to the column's scale;
    every other product is exact, and the type check sets aside what the column cannot hold.
    """
    factors = {column.options.unit: Fraction(1), **column.options.units}
    names = sorted(factors, key=lambda name: (-len(name), name))
    forms = "|".join(re.escape(name) for name in names)
    form = text_literal(rf"{_NUMBER}\s*({forms})$")
    number = f"try_cast(replace(regexp_extract({text}, {form}, 1), ',', '') as decimal(24, {PLACES}))"
    scale = 0 if column.type is Type.INTEGER else min(column.precision[1], PLACES)
    cases = " ".join(f"when {text_literal(name)} then {_times(number, factors[name], scale)}" for name in names)
    last = " or ".join([f"unicode({text}[-1]) > 57", *(f"ends_with({text}, {text_literal(name)})" for name in names
                                                         if name[-1] <= "9")])  # fmt: skip
    return (
        f"case when ({last}) and regexp_matches({text}, {form}) "
        f"then case regexp_extract({text}, {form}, 2) {cases} end else {text} end"
    )


def _times(number: str, factor: Fraction, scale: int) -> str:
    places = decimals(factor)
    if places is not None:
        return _plain(f"({number} * '{_decimal(factor, places)}'::decimal(14, {places}))")
    # n / 10^8 * p / q, rounded half away from zero: whole numbers all the way.
    whole = f"({number} * 100000000::decimal(9, 0))::hugeint"
    below = factor.denominator * 10 ** (PLACES - scale)
    rounded = f"((2 * abs({whole}) * {factor.numerator} + {below}) // {2 * below}) * sign({whole})"
    return _plain(f"(({rounded})::decimal(28, 0) * '{_decimal(Fraction(1, 10**scale), scale)}'::decimal(9, {scale}))")


def _decimal(number: Fraction, places: int) -> str:
    digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _plain(decimal: str) -> str:
    """A decimal with a point as text without trailing zeros."""
    return rf"regexp_replace({decimal}::varchar, '(\.[0-9]*?)0+$', '\1').rtrim('.')"
