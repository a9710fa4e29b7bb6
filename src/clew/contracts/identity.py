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
    return _id18_violated(column) if identity == "id18" else _uscc_violated(column)


def _id18_violated(column: str) -> str:
    """GB 11643-1999: 17 digits and a check character, ISO 7064 MOD 11-2, with a date of 1800 to 2099 inside.

    The standard's weights 7 9 10 5 8 4 2 1 6 3 ... are the powers of two modulo 11, so the sum is the digits
    read as a polynomial at 2. With n the 17 digits as a number and d_k = n//10^k - 10*(n//10^(k+1)), it is
    n - sum over k >= 1 of (n//10^k) * 2^(k+2): sixteen divisions instead of seventeen substrings.

    The lambda binds n once: DuckDB does not share repeated parts of a filter. 0.4 against 1.8 microseconds a row.
    """
    terms = " - ".join(["n", *(f"(n // {10**k}) * {2 ** (k + 2)}" for k in range(1, 17))])
    polynomial = f"list_transform([try_cast(left({column}, 17) as bigint)], lambda n: {terms})[1]"
    check = f"instr('0123456789X', substr({column}, 18, 1)) - 1"
    form = f"regexp_matches({column}, '^[1-9][0-9]{{5}}(?:18|19|20)[0-9]{{9}}[0-9X]$')"
    day = f"try_strptime(substr({column}, 7, 8), '%Y%m%d') is not null"
    sum_ = f"(2 * {polynomial} + {check}) % 11"
    return f"{column} is not null and not coalesce({form} and {sum_} = 1 and {day}, false)"


def _uscc_violated(column: str) -> str:
    """GB 32100-2015: two characters for authority and kind, 6 digits of the division, 9 characters and a check
    character. The sum of the values weighted by 3^(i-1) mod 31, check character included with weight 1, is a
    multiple of 31. Rural cooperatives begin with a letter (N2), so the first two are not digits alone."""
    alphabet = text_literal(USCC_ALPHABET)
    values = (f"(instr({alphabet}, substr({column}, {i}, 1)) - 1) * {pow(3, i - 1, 31)}" for i in range(1, 18))
    check = f"instr({alphabet}, substr({column}, 18, 1)) - 1"
    form = f"regexp_matches({column}, '^[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}$')"
    return f"{column} is not null and not ({form} and ({' + '.join(values)} + {check}) % 31 = 0)"
