"""Passages of text in DuckDB: found by a pattern, kept with their places, read as money, dates, articles and names.

A text is cut into pieces, by turns what stands outside and a passage; the places of passages follow from the lengths
of the pieces before them, in characters.
"""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.literal import text_literal
from clew.letters import ARTICLE_FORM, HALF_WIDTH, PASSAGE_MARK

_MARK = text_literal(PASSAGE_MARK)
_PUT = text_literal(rf"\1{PASSAGE_MARK}\2{PASSAGE_MARK}\3")


def _one_for_one(table: Mapping[str, str]) -> str:
    return f"translate(x, {text_literal(''.join(table))}, {text_literal(''.join(table.values()))})"


_ARTICLE_PARTS = ", ".join(f"regexp_extract(p[i], {text_literal(ARTICLE_FORM)}, {group})" for group in range(1, 5))

TEXT_MACROS: dict[str, str] = {
    "half_width(x)": _one_for_one(HALF_WIDTH),
    "sha256(x)": "sha256(x)",
    # ``form`` has three groups: before, passage, after. Each second piece is a passage.
    "pieces(x, form)": (f"string_split(regexp_replace(translate(x, {_MARK}, '\ufffd'), form, {_PUT}, 'g'), {_MARK})"),
    "passages(p, dropped)": (
        "list_filter(range(2, len(p) + 1, 2), lambda i: p[i] <> '' and (dropped = ''"
        " or not regexp_matches(p[i], dropped)))"
    ),
    "passages_after(p, dropped, bare)": (
        "list_filter(range(2, len(p) + 1, 2), lambda i: p[i] <> '' and (regexp_matches(p[i - 1], ':\\s?$')"
        " or (regexp_full_match(p[i], bare) and not regexp_matches(p[i], dropped))))"
    ),
    "read_money(p, places)": "list_transform(places, lambda i: cast(clew_amount_cn(p[i]) as decimal(18, 2)))",
    "read_number(p, places)": "list_transform(places, lambda i: clew_amount_cn(p[i]))",
    "read_text(p, places)": "list_transform(places, lambda i: nullif(trim(p[i]), ''))",
    "read_word(p, places, words, meant)": "list_transform(places, lambda i: meant[list_position(words, p[i])])",
    # A list of names is no one name.
    "read_party(p, places)": (
        "list_transform(places, lambda i: case when not contains(p[i], '、') then clew_norm_name(p[i]) end)"
    ),
    "date_part(q)": (
        "regexp_replace(regexp_replace(regexp_replace(replace("
        "translate(q, '〇○零元一二三四五六七八九', '0001123456789'), '十', 'x'), '^x$', '10'), '^x', '1'), 'x$', '0')"
    ),
    "read_date(p, places)": (
        "list_transform(places, lambda i: list_transform([list_transform(regexp_split_to_array(p[i],"
        " '[年月日号/.-]'), lambda q: replace(clew_date_part(trim(q)), 'x', ''))],"
        " lambda s: try_cast(s[1] || '-' || s[2] || '-' || s[3] as date))[1])"
    ),
    "read_article(p, places)": (
        "list_transform(places, lambda i: list_transform([list_transform("
        f"[{_ARTICLE_PARTS}], lambda n: cast(cast(clew_amount_cn(n) as bigint) as varchar))],"
        " lambda s: s[1] || coalesce('-' || s[2], '') || coalesce('(' || s[3] || ')', '')"
        " || coalesce('(' || s[4] || ')', ''))[1])"
    ),
    "differ(v)": "coalesce(len(list_distinct(v)) > 1, false)",
    "unread(v)": "coalesce(len(list_filter(v, lambda e: e is null)) > 0, false)",
    "place_of(p, i)": "cast(1 + coalesce(list_sum(list_transform(p[1:i - 1], lambda s: length(s))), 0) as bigint)",
    "start_of(p, i)": "case when i is not null then clew_place_of(p, i) end",
    "end_of(p, i)": "case when i is not null then clew_place_of(p, i) + length(p[i]) - 1 end",
}
"""Macro head (without the ``clew_`` prefix) to body."""
