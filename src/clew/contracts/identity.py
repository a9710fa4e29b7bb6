"""Check digits of resident identity numbers and credit codes, as DuckDB boolean expressions.

Both are plain arithmetic on one scan: no per-row Python, no list, no user-defined function.
"""

from __future__ import annotations

from clew.contracts.literal import text_literal

IDENTITIES = ("id18", "uscc")

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015 table 1: the value of a character is its position; I, O, S, V and Z are not used."""


def identity_violated(identity: str, column: str) -> str:
    """SQL that is true when the text ``column`` (a quoted name) holds a malformed number; false for NULL."""
    valid = _id18_valid(column) if identity == "id18" else _uscc_valid(column)
    return f"{column} is not null and not coalesce({valid}, false)"


def _id18_valid(column: str) -> str:
    """GB 11643-1999: 17 digits and a check character, ISO 7064 MOD 11-2, with a calendar date in digits 7 to 14.

    The standard's weights 7 9 10 5 8 4 2 1 6 3 ... are the powers of two modulo 11, so the sum is the digits
    read as a polynomial at 2. With n the 17 digits as a number and d_k = n//10^k - 10*(n//10^(k+1)), it is
    n - sum over k >= 1 of (n//10^k) * 2^(k+2): sixteen divisions instead of seventeen substrings.
    """
    number = f"try_cast(left({column}, 17) as bigint)"
    polynomial = " - ".join([number, *(f"({number} // {10**k}) * {2 ** (k + 2)}" for k in range(1, 17))])
    check = f"case substr({column}, 18, 1) when 'X' then 10 else try_cast(substr({column}, 18, 1) as integer) end"
    year, month, day = (f"({number} // 10000000)", f"(({number} // 100000) % 100)", f"(({number} // 1000) % 100)")
    year = f"({year} % 10000)"
    leap = f"({year} % 4 = 0 and ({year} % 100 <> 0 or {year} % 400 = 0))"
    calendar = (
        f"{year} >= 1 and {month} between 1 and 12 and {day} >= 1 and ({day} <= 28"
        f" or ({day} <= 30 and {month} <> 2)"
        f" or ({day} = 31 and {month} in (1, 3, 5, 7, 8, 10, 12))"
        f" or ({day} = 29 and {month} = 2 and {leap}))"
    )
    # Casting back proves that the 17 characters are plain digits: try_cast also takes signs, blanks and exponents.
    return (
        f"length({column}) = 18 and cast({number} as varchar) = left({column}, 17)"
        f" and (2 * ({polynomial}) + ({check})) % 11 = 1 and {calendar}"
    )


def _uscc_valid(column: str) -> str:
    """GB 32100-2015: 8 digits, 9 characters of the alphabet and a check character, modulo 31 with weights 3^(i-1)."""
    alphabet = text_literal(USCC_ALPHABET)
    values = (f"(instr({alphabet}, substr({column}, {i}, 1)) - 1) * {pow(3, i - 1, 31)}" for i in range(1, 18))
    check = f"instr({alphabet}, substr({column}, 18, 1)) - 1"
    return (
        f"regexp_matches({column}, '^[0-9]{{8}}[{USCC_ALPHABET}]{{10}}$')"
        f" and ({' + '.join(values)} + {check}) % 31 = 0"
    )
