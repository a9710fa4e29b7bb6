"""Clew's own functions in DuckDB: one macro for each ``clew_...`` a plan may call.

Each must mean what :mod:`clew.rules.functions.in_python` computes; a property test holds them together. Macros are
inlined by DuckDB and cost what the expression costs; a lambda over a list of one binds a value that is used often.
"""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.identity import identity_violated
from clew.contracts.literal import text_literal
from clew.letters import ADDRESS_LETTERS, MONEY_FORM, MONEY_LETTERS, MONEY_UNSURE, NAME_LETTERS, NUMBER_LETTERS

_WEIGHTED = " - ".join(["n", *(f"(n // {10**k}) * {2 ** (k + 2)}" for k in range(1, 17))])
"""The 17 digits of an ID number read as a polynomial at 2 (see clew.contracts.identity)."""


def _translated(table: Mapping[str, str]) -> str:
    kept = {letter: form for letter, form in table.items() if form}
    letters = "".join(kept) + "".join(letter for letter in table if letter not in kept)
    return f"translate(x, {text_literal(letters)}, {text_literal(''.join(kept.values()))})"


MACROS: dict[str, str] = {
    "month_end(d)": "last_day(d)",
    "month_start(d)": "cast(date_trunc('month', d) as date)",
    "add_days(d, n)": "d + cast(n as integer)",
    "add_months(d, n, rounding)": (
        "cast(d + to_months(cast(n as integer)) as date)"
        " + case when rounding = 'up' and day(cast(d + to_months(cast(n as integer)) as date)) < day(d)"
        " then 1 else 0 end"
    ),
    # From a weekend, forward counts from the Friday before, backward from the Monday after.
    "add_working_days(d, n)": (
        "case when n > 0 then d - greatest(isodow(d) - 5, 0)::integer + ((n // 5) * 7 + n % 5"
        " + case when least(isodow(d), 5) + n % 5 > 5 then 2 else 0 end)::integer"
        " when n < 0 then d + (case when isodow(d) > 5 then 8 - isodow(d) else 0 end)::integer"
        " - ((-n // 5) * 7 + -n % 5"
        " + case when (case when isodow(d) > 5 then 1 else isodow(d) end) - (-n % 5) < 1 then 2 else 0 end)::integer"
        " else d end"
    ),
    # The lists are told by WorkingDays.listed: literals, which the engine reads once. Outside them, as above.
    "known_working_day(k, days)": "case when k > 0 then days[k] end",
    "add_known_working_days(d, n, first, counts, days)": (
        "case when n <> 0 and d - first >= case when n < 0 then 1 else 0 end then coalesce("
        "first + clew_known_working_day("
        "list_extract(cast(string_split(counts, ',') as integer[]), d - first + case when n > 0 then 1 else 0 end)"
        " + n + case when n < 0 then 1 else 0 end, cast(string_split(days, ',') as integer[])),"
        " clew_add_working_days(d, n)) else clew_add_working_days(d, n) end"
    ),
    "days_between(a, b)": "date_diff('day', a, b)",
    "months_apart(a, b)": "(year(b) - year(a)) * 12 + month(b) - month(a)",
    "whole_months(a, b)": (
        "clew_months_apart(a, b)"
        " - case when cast(a + to_months(clew_months_apart(a, b)::integer) as date) > b then 1 else 0 end"
    ),
    "months_between(a, b)": (
        "case when a <= b then clew_whole_months(a, b) when a > b then -clew_whole_months(b, a) end"
    ),
    "age_at(a, b)": "case when a <= b then clew_whole_months(a, b) // 12 end",
    "criminal_age(a, b)": "case when a < b then clew_whole_months(a, b - 1) // 12 when a = b then 0 end",
    "year(d)": "year(d)",
    "month(d)": "month(d)",
    "day(d)": "day(d)",
    "weekday(d)": "isodow(d)",
    "day_number(d)": "cast(date_diff('day', date '1970-01-01', d) as bigint)",
    "day_numbered(n)": "date '1970-01-01' + cast(n as integer)",
    "date_of(t)": "cast(t as date)",
    "minutes_between(a, b)": "datesub('minute', a, b)",
    "days_elapsed(a, b)": "datesub('day', a, b)",
    # Hyndman and Fan (1996), type 8: unbiased of the median for any distribution; the engine's own is type 7.
    "quantile_place(n, q)": "greatest(1, least(n, (n + 1 / 3) * cast(q as double) + 1 / 3))",
    "quantile_between(s, h)": "s[floor(h)::bigint] + (h - floor(h)) * (s[ceil(h)::bigint] - s[floor(h)::bigint])",
    "quantile_of(s, q)": "cast(clew_quantile_between(s, clew_quantile_place(len(s), q)) as decimal(18, 6))",
    "quantile(x, q)": "clew_quantile_of(list_sort(list(cast(x as double)) filter (where x is not null)), q)",
    "divide(a, b)": "try_cast(cast(a as double) / nullif(cast(b as double), 0) as decimal(18, 6))",
    # Of n values in order the one at n // 2 + place, place 0 to 2: m stands at (n + 1) // 2, next to before and after.
    # And the median of the others when one value is left out: what stands at or after its place moves up by one.
    "middle(place, m, n, below, above, before, after)": (
        "case when n < 2 then null when n // 2 + place <= below then before when n // 2 + place > n - above then after"
        " else m end"
    ),
    "without(x, a, b)": "case when x <= a then b else a end",
    "median_without(x, n, a, b, c)": (
        "cast(case when n % 2 = 0 then clew_without(x, a, b)"
        " else (clew_without(x, a, b) + clew_without(x, b, c)) * 0.5 end as decimal(18, 6))"
    ),
    "z_of_mad(x, median, mad)": (
        "try_cast(0.6745 * cast(x - median as double) / nullif(cast(mad as double), 0) as decimal(18, 6))"
    ),
    "first_of(s, n)": "case when len(s) > n then list_append(s[1:n], '…') else s end",
    "list(x)": "list_sort(list(distinct x) filter (where x is not null))",
    "id_text(x)": _translated(NUMBER_LETTERS),
    "id18_of(t)": (
        "case when regexp_full_match(t, '[0-9]{17}[0-9X]') then t when regexp_full_match(t, '[0-9]{15}')"
        " then list_transform([left(t, 6) || '19' || right(t, 9)], lambda s:"
        f" s || list_transform([cast(s as bigint)], lambda n: substr('0123456789X',"
        f" ((12 - 2 * ({_WEIGHTED}) % 11) % 11 + 1)::integer, 1))[1])[1] end"
    ),
    "id18(x)": "list_transform([clew_id_text(x)], lambda t: clew_id18_of(t))[1]",
    "id_valid(x)": (
        "case when x is not null then"
        f" list_transform([coalesce(clew_id18(x), '')], lambda t: not ({identity_violated('id18', 't')}))[1] end"
    ),
    # The numbers that one wrong sign, or two neighbours swapped, may have made this one of. Of each place one sign
    # alone makes the check sum right: modulo 11 the weights are powers of two, and 2^10 is 1.
    "id_sign(t, i)": "unicode(substr(t, i, 1)) - 48 - if(substr(t, i, 1) = 'X', 30, 0)",
    "id_sum(t)": (
        "list_sum(list_transform(range(1, 19), lambda i: clew_id_sign(t, i) * (2 ** (18 - i))::bigint)) % 11"
    ),
    "right_sign(t, i, n)": (
        "substr('0123456789X', 1 + ((clew_id_sign(t, i) + (12 - n) * (2 ** ((i + 2) % 10))::bigint) % 11)::integer, 1)"
    ),
    "one_slip_from(t)": (
        "list_concat(list_transform([clew_id_sum(t)], lambda n: list_transform(range(1, 19),"
        " lambda i: left(t, i - 1) || clew_right_sign(t, i, n) || substr(t, i + 1)))[1],"
        " list_transform(range(1, 18),"
        " lambda i: left(t, i - 1) || substr(t, i + 1, 1) || substr(t, i, 1) || substr(t, i + 2)))"
    ),
    "ids_meant(x)": (
        "list_distinct(list_concat([x], list_transform([clew_id_text(x)], lambda t: case"
        " when regexp_full_match(t, '[0-9]{17}[0-9X]') and not clew_id_valid(t)"
        f" then list_filter(clew_one_slip_from(t), lambda s: not ({identity_violated('id18', 's')}))"
        " else [clew_id18(t)] end)[1]))"
    ),
    "uscc_valid(x)": (
        "case when x is not null then"
        f" list_transform([clew_id_text(x)], lambda t: not ({identity_violated('uscc', 't')}))[1] end"
    ),
    "norm_name(x)": f"nullif({_translated(NAME_LETTERS)}, '')",
    "norm_address(x)": f"nullif({_translated(ADDRESS_LETTERS)}, '')",
    "contains(x, y)": "contains(x, y)",
    "starts_with(x, y)": "starts_with(x, y)",
    "length(x)": "length(x)",
    "money_digit(p)": (
        "case when p = '' then 0 when instr('零一二三四五六七八九', p) > 0 then instr('零一二三四五六七八九', p) - 1"
        " else cast(p as decimal(38, 6)) end"
    ),
    # Large numerals close a section (万) or all so far (亿); 十 alone is one ten. Folded over the pieces from the left.
    "money_step(a, b)": (
        "{'t': cast(case b.p when '万' then a.t + (a.s + a.n) * 10000 when '亿' then (a.t + a.s + a.n) * 100000000"
        " else a.t end as decimal(38, 6)),"
        " 's': cast(case when b.p in ('万', '亿') then 0 when b.p in ('十', '百', '千')"
        " then a.s + case a.n when 0 then 1 else a.n end * case b.p when '十' then 10 when '百' then 100 else 1000 end"
        " else a.s end as decimal(38, 6)),"
        " 'n': cast(case when b.p in ('万', '亿', '十', '百', '千') then 0 else clew_money_digit(b.p) end"
        " as decimal(38, 6)), 'p': b.p}"
    ),
    "money_sum(t)": (
        "list_transform([list_reduce(list_transform("
        f"list_prepend('零', regexp_extract_all(regexp_extract(t, {text_literal(f'^{MONEY_FORM}$')}, 1),"
        " '[0-9]+(?:[.][0-9]+)?|.')),"
        " lambda p: {'t': cast(0 as decimal(38, 6)), 's': cast(0 as decimal(38, 6)),"
        " 'n': cast(0 as decimal(38, 6)), 'p': p}), lambda a, b: clew_money_step(a, b))], lambda r: r.t + r.s + r.n)[1]"
        f" + clew_money_digit(regexp_extract(t, {text_literal(f'^{MONEY_FORM}$')}, 2)) * 0.1"
        f" + clew_money_digit(regexp_extract(t, {text_literal(f'^{MONEY_FORM}$')}, 3)) * 0.01"
    ),
    "amount_cn(x)": (
        f"list_transform([{_translated(MONEY_LETTERS)}], lambda t: case when"
        f" regexp_full_match(t, {text_literal(MONEY_FORM)}) and not regexp_matches(t, {text_literal(MONEY_UNSURE)})"
        " then try_cast(clew_money_sum(t) as decimal(18, 6)) end)[1]"
    ),
}
"""Macro head (without the ``clew_`` prefix) to body, in an order in which each uses only those before it."""
