"""An author's expression as people read it: as written in English, with titles for names in Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from clew.quantities import Quantity
from clew.rules.functions import FUNCTIONS
from clew.rules.model import Rule

_PIECE = re.compile(
    r"""(?P<text>'(?:[^']|'')*') | (?P<isnot>\bis\s+not\s+null\b) | (?P<isnull>\bis\s+null\b)
      | (?P<notin>\bnot\s+in\b) | (?P<function>[a-z_0-9]+(?=\()) | (?P<parameter>\$\w+)
      | (?P<name>[^\W\d]\w*(?:\.\w+)?) | (?P<sign><=|>=|<>|!=)""",
    re.VERBOSE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = {
    "and": "且",
    "or": "或",
    "not": "非",
    "in": "属于",
    "between": "介于",
    "case": "当",
    "when": "若",
    "then": "则",
    "else": "否则",
    "end": "结束",
    "true": "是",
    "false": "否",
    "as_of": "基准日",
}
_SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠", "!=": "≠"}
_UNITS = {
    "day": ("天", " day", " days"),
    "month": ("个月", " month", " months"),
    "year": ("年", " year", " years"),
    "CNY": ("元", " CNY", " CNY"),
    "ratio": ("", "", ""),
    "person": ("人", " person", " persons"),
    "company": ("家", " company", " companies"),
    "count": ("", "", ""),
    "row": ("行", " row", " rows"),
    "case": ("件", " case", " cases"),
    "payment": ("笔", " payment", " payments"),
    "point": ("分", " point", " points"),
    "percent": ("%", "%", "%"),
    "hour": ("小时", " hour", " hours"),
    "minute": ("分钟", " minute", " minutes"),
}
"""A unit behind its number, in Chinese; in English behind one, and behind more."""


@dataclass(frozen=True)
class Wording:
    """The Chinese names of what a rule speaks about: columns, datasets, parameters, and codes by column."""

    titles: Mapping[str, str]
    datasets: Mapping[str, str]
    parameters: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def dataset(self, alias: str) -> str:
        """The Chinese title of the dataset behind an alias."""
        return self.datasets.get(alias, alias)

    def english(self, text: str) -> str:
        """An expression on one line, as written."""
        return " ".join(text.split())

    def chinese(self, text: str, column: str = "") -> str:
        """An expression on one line, with Chinese names and words.

        A code is read as one of the column named before it, at first of ``column``, which the expression computes.
        """
        codes = self.codes.get(column, {})

        def worded(found: re.Match[str]) -> str:
            nonlocal codes
            if found.lastgroup == "name":
                codes = self.codes.get(found.group(), codes)
            if found.lastgroup == "text":
                word = found.group()[1:-1].replace("''", "'")
                return word if _DAY.fullmatch(word) else f"“{codes.get(word, word)}”"
            return self._replace(found)

        return " ".join(_PIECE.sub(worded, text).split())

    def name(self, word: str) -> str:
        """The Chinese title of a column or a branch; the name where it has none."""
        return self.titles.get(word, word)

    def _replace(self, found: re.Match[str]) -> str:
        kind, word = found.lastgroup, found.group()
        if kind == "function":
            return FUNCTIONS[word].zh if word in FUNCTIONS else _WORDS.get(word, word)
        if kind == "parameter":
            return self.parameters.get(word[1:], _WORDS.get(word[1:], word))
        if kind == "name":
            return self.titles.get(word) or _WORDS.get(word.lower()) or word
        if kind == "sign":
            return _SIGNS[word]
        return {"isnot": "不为空", "isnull": "为空", "notin": "不属于"}.get(kind or "", word)


def wording(
    rule: Rule,
    titles: Mapping[str, str],
    datasets: Mapping[str, str],
    parameters: Mapping[str, Quantity],
    codes: Mapping[str, Mapping[str, str]],
) -> Wording:
    """The wording of a rule; its own titles, and those of its evidence, name the columns it computes."""
    shown = {item.show.value: item.title_zh for item in rule.clue.evidence if item.show and item.title_zh}
    named = {
        name: f"{rule.parameters[name].title_zh or name}({amount(quantity)[0]})"
        for name, quantity in parameters.items()
        if name in rule.parameters
    }
    labels = {column: {code: zh for code, (zh, _) in words.items()} for column, words in rule.clue.labels.items()}
    return Wording({**shown, **rule.titles_zh, **titles}, datasets, named, {**labels, **codes})


def amount(quantity: Quantity) -> tuple[str, str]:
    """A quantity as people read it: Chinese, English."""
    zh, one, many = _UNITS.get(quantity.unit, (quantity.unit, f" {quantity.unit}", f" {quantity.unit}"))
    en = one if quantity.value == 1 else many
    if quantity.is_working:
        zh, en = "个工作日", f" working{en}"
    return f"{quantity.value}{zh}", f"{quantity.value}{en}"
