"""The kinds of fact that can be read from Chinese text without a pattern of the author's: how each is found and read.

A kind finds a passage in text brought to half width letter by letter, so that positions stay. What makes a
passage unsure (约五千元, 一万至五万元) is found as a part of it, and then cannot be read: it must not be taken for the
bare number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from clew.letters import ARTICLE_FORM, HALF_WIDTH
from clew.plan import Type

_NUMERAL = "[零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖貳參陸两兩拾佰仟萬億]"
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_SUM = rf"(?:{_NUMBER}|[几数]?{_NUMERAL})(?:{_NUMBER}|{_NUMERAL}|\s[百千万亿萬億]|[多余几])*"
_SMALL = "零?[0-9一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_YUAN = rf"{_SUM}\s?(?:元|圆|圓|块)(?:{_SMALL}[角毛])?(?:{_SMALL}分)?[整正钱]?"
_FOREIGN = "(?:新?台币|港[币元]|美[元金]|欧元|日[元币]|英镑|卢布|泰铢|[澳加韩]元|瑞士法郎|US[$]|HK[$])"
_BEFORE = "(?:约|近|不到|不足|不超过|未超过|超过?|逾|[小大低高多少]于|至[少多]|最[多少高低]|从)"
_AFTER = "(?:[(]含(?:本数)?[)])?(?:左右|上下|以[上下内外]|不等|多|余|许)"
_FROM = rf"(?:(?:{_YUAN}|{_SUM})(?:[(]含(?:本数)?[)])?\s?(?:-|~|—|–|到|至)+\s?)"
_MONEY = (
    rf"{_BEFORE}?(?:{_FOREIGN}\s?)?{_FROM}?"
    rf"(?:(?:(?:人民币|RMB|CNY)\s?)?(?:[¥￥]\s?)?{_YUAN}|[¥￥]\s?{_SUM})(?:{_FOREIGN}|{_AFTER})?"
)
_DATE = (
    r"(?:\b[0-9]{4}\s?年\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?[日号]"
    r"|\b[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}\b"
    r"|[零〇○一二三四五六七八九]{4}年(?:十[一二]?|[元一二三四五六七八九])月"
    r"(?:三十一?|[一二]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号])"
)
_LETTER = r"[\p{Han}A-Za-z0-9·•&.-]"
_NAME = rf"{_LETTER}{{2,40}}?(?:[(]\p{{Han}}{{2,6}}[)]{_LETTER}{{2,40}}?)?(?:[(](?:特殊)?(?:普通|有限)合伙[)])?"
_SHORT = r"(?:\p{Han}{2,4}|\p{Han}+(?:[·•]\p{Han}+)+)"
_STATUS = r"(?:\s?[(][^()]{0,20}[)])?"
"""What may stand in brackets between the word for a party and its name: 被告（反诉原告）."""


@dataclass(frozen=True)
class TextKind:
    """How a kind is found and read.

    ``form`` has three groups: what stands before, the passage that is read, what stands after. ``drop``: passages that
    are none of this kind. ``bare``: what a passage must be where no colon stands before it; '' for anything.
    ``read`` is the engine's own function over the passages; ``zh`` and ``en`` name the kind.
    """

    read: str
    type: Type
    zh: str
    en: str
    form: str
    drop: str = ""
    bare: str = ""


KINDS: Mapping[str, TextKind] = {
    "money": TextKind("clew_read_money", Type.DECIMAL, "金额", "money in yuan", _MONEY, drop=_FOREIGN),
    "date": TextKind("clew_read_date", Type.DATE, "日期", "a date", _DATE),
    "article": TextKind(
        "clew_read_article", Type.TEXT, "法条", "an article of law", re.sub(r"\((?!\?)", "(?:", ARTICLE_FORM)
    ),
    "party": TextKind(
        "clew_read_party",
        Type.TEXT,
        "名称",
        "the name of a party",
        rf"{_NAME}(?:、{_NAME})*",
        drop="(?:诉称|辩称|述称|供述|认为|提出|表示|承认|[称诉犯因在以系于向将被已经又未])$|^人",
        bare=rf"{_SHORT}(?:、{_SHORT})*",
    ),
}
"""Every kind an author may name; here ``form`` is the passage alone."""

TEXT = TextKind("clew_read_text", Type.TEXT, "文字", "text", "")
NUMBER = TextKind("clew_read_number", Type.DECIMAL, "数值", "a number", "")

_HALF = {ord(letter): form for letter, form in HALF_WIDTH.items()}


def placed(name: str, after: str) -> TextKind:
    """A kind with its whole form: anywhere, or after a word of the same sentence. A party stands right after it."""
    kind, word = KINDS[name], re.escape(after.translate(_HALF))
    if name == "party":
        return replace(kind, form=rf"({word}{_STATUS}(?:\s?:\s?)?)({kind.form})([,;。\s(]|$)")
    before = rf"{word}[^。;\n]{{0,40}}?" if after else ""
    return replace(kind, form=f"({before})({kind.form})()")
