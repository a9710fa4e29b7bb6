"""What a contract asks of a column, in words of both languages: for forms and pages."""

from __future__ import annotations

import re

from clew.contracts.made_up import delivered
from clew.contracts.model import Column, Contract
from clew.plan import Type

_DIGITS = re.compile(r"\^?(?:\[0-9\]|\\d)\{([0-9]+)\}\$?")
"""A pattern that people would not call one."""
_TYPES = {
    Type.TEXT: ("文本", "text"),
    Type.INTEGER: ("整数", "whole number"),
    Type.DECIMAL: ("数字", "number"),
    Type.BOOLEAN: ("是/否", "yes or no"),
    Type.DATE: ("日期，如 2026-01-31", "date, as 2026-01-31"),
    Type.TIMESTAMP: ("时间，如 2026-01-31 09:30:00", "date and time, as 2026-01-31 09:30:00"),
}
_LOGICAL = {
    "time": ("时刻，如 09:30", "time, as 09:30"),
    "array": ("JSON 数组", "JSON list"),
    "object": ("JSON 对象", "JSON object"),
    "map": ("JSON 对象", "JSON object"),
    "vector": ("JSON 数组（数字）", "JSON list of numbers"),
}
_IDENTITIES = {
    "id18": ("18 位公民身份号码，校验位须正确", "18-digit identity number with its check digit"),
    "uscc": ("18 位统一社会信用代码，校验位须正确", "18-character credit code with its check digit"),
}
MOST_SHOWN = 12
"""How many allowed values are listed in a sentence."""


def needs(column: Column, contract: Contract) -> tuple[str, str]:
    """Whether a value must be there."""
    if column.required or column.name in contract.primary_key:
        return "必填", "required"
    return "可空", "optional"


def type_words(column: Column) -> tuple[str, str]:
    """Type, format, range and allowed values of a column, in Chinese and English."""
    zh, en = _LOGICAL.get(column.logical) or _TYPES[column.type]
    if column.identity is not None:
        zh, en = _IDENTITIES[column.identity]
    said_zh, said_en = [zh], [en]
    if column.type is Type.DECIMAL:
        said_zh.append(f"至多 {column.precision[1]} 位小数")
        said_en.append(f"at most {column.precision[1]} decimals")
    if column.enum:
        shown = [delivered(column, value) for value in column.enum[:MOST_SHOWN]]
        more = "…" if len(column.enum) > MOST_SHOWN else ""
        said_zh.append(f"取值：{'、'.join(shown)}{more}")
        said_en.append(f"one of: {', '.join(shown)}{more}")
    low, high = column.minimum, column.maximum
    if low is not None or high is not None:
        marks = ("大于" if column.open_minimum else "不小于", "小于" if column.open_maximum else "不大于")
        words = ("more than" if column.open_minimum else "at least", "less than" if column.open_maximum else "at most")
        ends = [(mark, word, end) for mark, word, end in zip(marks, words, (low, high), strict=True) if end is not None]
        said_zh.append("，".join(f"{mark} {end}" for mark, _, end in ends))
        said_en.append(", ".join(f"{word} {end}" for _, word, end in ends))
    if column.min_length is not None or column.max_length is not None:
        span = f"{column.min_length or 0}-{column.max_length or '…'}"
        said_zh.append(f"{span} 个字符")
        said_en.append(f"{span} characters")
    if column.pattern is not None and column.identity is None:
        digits = _DIGITS.fullmatch(column.pattern)
        said_zh.append(f"{digits[1]} 位数字" if digits else f"格式 {column.pattern}")
        said_en.append(f"{digits[1]} digits" if digits else f"form {column.pattern}")
    if column.unique:
        said_zh.append("不得重复")
        said_en.append("no value twice")
    return "；".join(said_zh), "; ".join(said_en)
