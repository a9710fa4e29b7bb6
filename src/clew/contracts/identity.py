"""Check digits of resident identity numbers and credit codes, as DuckDB boolean expressions.

Both are plain arithmetic on one scan: no per-row Python, no list, no user-defined function.
"""

from __future__ import annotations

import re

from clew.contracts.literal import text_literal

IDENTITIES = ("id18", "uscc")

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015 table 1: the value of a character is its position; I, O, S, V and Z are not used."""


def identity_violated(identity: str, column: str) -> str:
    """SQL that is true when the text ``column`` (a quoted name) holds a malformed number; false for NULL."""
    return _id18_violated(column) if identity == "id18" else _uscc_violated(column)


_ITEM = r"(\[[0-9A-Za-z-]+\]|\\d|[0-9A-Z])(?:\{(\d{1,2})\})?"
_PLACES = ("123456789", *["0123456789"] * 16, "0123456789X")


def every_number_matches(identity: str, pattern: str) -> bool:
    """Whether no valid number can break a pattern; looked into are those of one item for each place, as
    ``^[0-9]{17}[0-9X]$``, of others False is said."""
    if identity != "id18" or not re.fullmatch(rf"\^(?:{_ITEM})+\$", pattern):
        return False
    items = [item for item, count in re.findall(_ITEM, pattern[1:-1]) for _ in range(int(count or 1))]
    return len(items) == len(_PLACES) and all(
        re.fullmatch(item, character) for item, place in zip(items, _PLACES, strict=True) for character in place
    )


def id18_number(column: str) -> str:
    """SQL of the digits 2 to 17 read backwards as one hexadecimal number; NULL for other texts."""
    return f"try_cast('0x' || substr(reverse({column}), 2, 16) as ubigint)"


def id18_last(column: str) -> str:
    """SQL of the code of a text's last character."""
    return f"unicode(reverse({column}))"


def id18_proven(column: str, number: str, last: str) -> str:
    """SQL that is true of valid numbers alone, and of all of them but those of a 29 February; else false or NULL.

    ``number`` and ``last`` name columns that hold :func:`id18_number` and :func:`id18_last`. What a pattern says is
    read from the bits: that is half the price. The digits 7 to 10 are the year, 11 and 12 the month, 13 and 14 the day.
    """

    def two(tens: int) -> str:
        return f"(10 * (({number} >> {tens}) & 15)::integer + (({number} >> {tens + 4}) & 15)::integer)"

    digits = f"({number} >> 3) & (({number} >> 2) | ({number} >> 1)) & {_LOW_BITS} = 0 and not contains({column}, '_')"
    century = f"({number} >> 20) & 255 in (129, 145, 2)"  # 18, 19 and 20 backwards
    days = f"28 + ((62648012 >> (2 * {two(36)})) & 3)"  # two bits for each month
    day = f"{two(36)} between 1 and 12 and {two(44)} between 1 and {days}"
    first, final = f"unicode({column}) between 49 and 57", f"({last} between 48 and 57 or {last} = 88)"
    sum_ = f"(7 * (unicode({column}) - 48) + {_halves(number)} + if({last} = 88, 10, {last} - 48)) % 11 = 1"
    return f"strlen({column}) = 18 and {first} and {final} and {digits} and {century} and {day} and {sum_}"


def id18_check(digits: str) -> str:
    """SQL of the check character that belongs to a text of 17 digits."""
    return f"substr('10X98765432', (7 * (unicode({digits}) - 48) + {_middle(f'({digits} || 0)')}) % 11 + 1, 1)"


def _middle(column: str) -> str:
    """A lambda binds the number once: DuckDB does not share repeated parts of a filter."""
    return f"list_transform([{id18_number(column)}], lambda n: {_halves('n')})[1]"


def _halves(number: str) -> str:
    return f"9 * (({number} & {_LOW_HALVES}) % 11)::integer + 10 * ((({number} >> 4) & {_LOW_HALVES}) % 11)::integer"


_DAY = (
    r"(?:18|19|20)[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    r"|02(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:18|19|20)(?:0[48]|[2468][048]|[13579][26])|2000)0229"
)
"""A day of 1800 to 2099 as YYYYMMDD: of the centuries 2000 alone is a leap year."""


def _id18_violated(column: str) -> str:
    """GB 11643-1999: 17 digits and a check character, ISO 7064 MOD 11-2, with a date of 1800 to 2099 inside.

    The standard's weights 7 9 10 5 8 4 2 1 6 3 ... are powers of two modulo 11, 2^17 to 2^0. The digits 2 to 17, read
    backwards as one hexadecimal number, stand in the halves of eight bytes. Modulo 11 the bytes weigh 256^k = 3^k =
    4^-k, which is how the weights fall from one pair of digits to the next: so the sum of the even places is 2^16 = 9
    times one remainder, that of the odd places 2^15 = 10 times another. Three remainders instead of seventeen
    products, and small numbers as soon as may be: the engine adds what is 64 bits wide in 128.
    """
    last = f"unicode({column}[18]) - 48 + if(ends_with({column}, 'X'), 3, 0)"  # X is 40 behind '0', and 43 % 11 is 10
    sum_ = f"(7 * (unicode({column}) - 48) + {_middle(column)} + {last}) % 11"
    form = f"regexp_matches({column}, '^[1-9][0-9]{{5}}(?:{_DAY})[0-9]{{3}}[0-9X]$')"
    return f"{column} is not null and (not {form} or {sum_} <> 1)"


_LOW_HALVES = "1085102592571150095::ubigint"  # 0x0F0F0F0F0F0F0F0F
_LOW_BITS = "1229782938247303441::ubigint"  # 0x1111111111111111


def _uscc_violated(column: str) -> str:
    """GB 32100-2015: two characters for authority and kind, 6 digits of the division, 9 characters and a check
    character. The sum of the values weighted by 3^(i-1) mod 31, check character included with weight 1, is a
    multiple of 31. Rural cooperatives begin with a letter (N2), so the first two are not digits alone."""
    alphabet = text_literal(USCC_ALPHABET)
    values = (f"(instr({alphabet}, substr({column}, {i}, 1)) - 1) * {pow(3, i - 1, 31)}" for i in range(1, 18))
    check = f"instr({alphabet}, substr({column}, 18, 1)) - 1"
    form = f"regexp_matches({column}, '^[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}$')"
    return f"{column} is not null and not ({form} and ({' + '.join(values)} + {check}) % 31 = 0)"
