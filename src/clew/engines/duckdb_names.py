"""Names in DuckDB: brought to one form for comparing, and how alike two of them are, from 0 to 1."""

from __future__ import annotations

import csv
from pathlib import Path

from clew.contracts.literal import text_literal

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_REGION = (
    rf"^(?:中国)?(?:(?:{_PROVINCES})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?(?:[\p{{Han}}]{{2,5}}?[市州盟])?"
    r"|[\p{Han}]{2,3}市)(?:[\p{Han}]{1,3}?[县区])?([\p{Han}A-Z0-9]{2,})$"
)
_LEGAL_FORM = "(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|有限合伙$|普通合伙$|集团$"
_BRACKETS = r"[()]"
_IN_BRACKETS = rf"[(](?:{_PROVINCES}|[\p{{Han}}]{{2,4}}[省市县区])[)]"


_BYTES = "".join(chr(code) for code in range(33, 127))


def _variants() -> list[tuple[str, str]]:
    """Traditional characters, each with its simplified one."""
    with Path(__file__).with_name("traditional.csv").open(encoding="utf-8", newline="") as file:
        return [(row["traditional"], row["simplified"]) for row in csv.DictReader(file)]


_OLD = "".join(old for old, _ in _variants())
_PAIRS = "".join(f"|{old}{new}" for old, new in _variants())

NAME_MACROS: dict[str, str] = {
    # Few names have a traditional character; looking each letter up is faster than the engine's own translate here.
    "simplified_letter(c)": (
        f"list_transform([instr({text_literal(_PAIRS)}, '|' || c)],"
        f" lambda k: case when k = 0 then c else substr({text_literal(_PAIRS)}, k + 2, 1) end)[1]"
    ),
    "simplified(x)": (
        f"case when regexp_matches(x, {text_literal(f'[{_OLD}]')})"
        " then array_to_string(list_transform(string_split(x, ''), lambda c: clew_simplified_letter(c)), '') else x end"
    ),
    # A name of Chinese characters alone has nothing else to be brought to one form.
    "person_form(x)": (
        "clew_simplified(case when regexp_full_match(x, '[\\x{4E00}-\\x{9FFF}]+') then x"
        " else nullif(replace(clew_norm_name(x), '·', ''), '') end)"
    ),
    "company_core(x)": (
        f"list_transform([regexp_replace(x, {text_literal(_LEGAL_FORM)}, '')],"
        f" lambda t: coalesce(nullif(regexp_extract(t, {text_literal(_REGION)}, 1), ''), nullif(t, ''), x))[1]"
    ),
    # Regions in brackets go with their brackets: 甲乙(上海)有限公司.
    "company_form(x)": (
        "nullif(clew_company_core(regexp_replace(regexp_replace(clew_person_form(x),"
        f" {text_literal(_IN_BRACKETS)}, '', 'g'),"
        f" {text_literal(_BRACKETS)}, '', 'g')), '')"
    ),
    # The engine compares bytes, and Chinese characters share theirs: 王小明 and 王大朋 would be alike. So the letters
    # of both names become one byte each first; which one does not matter.
    "letters_of(a, b)": "array_to_string(list_sort(list_distinct(string_split(a || b, ''))), '')",
    "likeness_by(a, b, letters)": (
        f"jaro_winkler_similarity(translate(a, letters, {text_literal(_BYTES)}),"
        f" translate(b, letters, {text_literal(_BYTES)}))"
    ),
    "name_likeness(a, b)": (
        "cast(case when a = b then 1 when strlen(a || b) = length(a || b) then jaro_winkler_similarity(a, b)"
        " else list_transform([clew_letters_of(a, b)], lambda u: clew_likeness_by(a, b, u))[1] end as decimal(18, 6))"
    ),
}
"""Macro head (without the ``clew_`` prefix) to body."""
