"""Letter tables: how text is brought to one form. Each maps a letter to its form, '' where the letter is dropped.

Only letters named here change, so that every engine and every version of Unicode gives the same result.
"""

from __future__ import annotations

from collections.abc import Mapping

_FULL = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_UPPER = {letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_BLANKS = dict.fromkeys(" \t\n\r\f\v\u00a0\u200b\ufeff\u3000", "")
_FULL_UPPER = {full: half.upper() for full, half in _FULL.items()}

NUMBER_LETTERS: Mapping[str, str] = {**_FULL_UPPER, **_UPPER, **_BLANKS}
"""Identity numbers and codes: half-width, upper case, no blanks."""

NAME_LETTERS: Mapping[str, str] = {**NUMBER_LETTERS, **dict.fromkeys(".•・‧∙⋅･．", "·")}
"""Names: as numbers, and the many middle dots of transliterated names become one."""

_MARKS = ",，。、;；:：()（）[]【】'\"“”‘’/\\#_·"
ADDRESS_LETTERS: Mapping[str, str] = {
    **NUMBER_LETTERS,
    **dict.fromkeys("—–－―‐", "-"),
    **dict.fromkeys(_MARKS, ""),
    **{full: "" for full, half in _FULL.items() if half in _MARKS},
}
"""Addresses: as numbers, dashes become one, and punctuation goes (a dash between house numbers stays)."""

MONEY_LETTERS: Mapping[str, str] = {
    **NUMBER_LETTERS,
    **dict(
        zip(
            "〇零壹贰叁肆伍陆柒捌玖貳參陸两兩拾佰仟萬億圆圓块毛",
            "零零一二三四五六七八九二三六二二十百千万亿元元元角",
            strict=True,
        )
    ),
    **{"k": "千", "K": "千", "w": "万", "W": "万"},
    **dict.fromkeys(",，¥￥整正钱", ""),
}
"""Sums of money: as numbers, formal and traditional numerals plain, separators and signs gone."""

MONEY_FORM = (
    "(?:人民币|RMB|CNY)?((?:[0-9]+(?:[.][0-9]+)?|[零一二三四五六七八九十])"
    "(?:[0-9]+(?:[.][0-9]+)?|[零一二三四五六七八九十百千万亿])*)"
    "(?:元(?:零?([0-9一二三四五六七八九])角)?(?:零?([0-9一二三四五六七八九])分)?)?"
)
"""The form of a sum in yuan, jiao and fen after MONEY_LETTERS; ECMA and RE2 read it alike."""
MONEY_UNSURE = (
    "[百千万亿][0-9一二三四五六七八九]+(?:元|$)|[一二三四五六七八九][零一二三四五六七八九]"
    "|亿.*亿|亿万|万.*万.*万|[0-9]{13}|[.][0-9]{7}|.{41}"
)
"""Refused: spoken short forms (三万五 is 35,000 to one reader and 30,005 to another), digit strings (二〇二六), and
more digits than any sum has."""

HALF_WIDTH: Mapping[str, str] = {**_FULL, "\u3000": " "}
"""Full-width letters, digits and signs to half width, one letter for one letter: positions in a text stay."""

PASSAGE_MARK = "\ue000"
"""Stands around passages found in a text, while they are read; a text that has it of its own shows U+FFFD there."""

_ORDINAL = "[0-9零〇一二三四五六七八九十百千]+"
ARTICLE_FORM = f"第({_ORDINAL})条(?:之({_ORDINAL}))?(?:第({_ORDINAL})款)?(?:第[(]?({_ORDINAL})[)]?项)?"
"""An article of law as it is cited, after HALF_WIDTH: article, its insertion (之一), paragraph and item in groups."""
