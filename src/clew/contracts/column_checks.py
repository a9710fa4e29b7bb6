"""The checks that a column's own words ask for: needed, type, list, range, pattern, length, identity, division."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clew.contracts.check import RowCheck
from clew.contracts.divisions import list_of, valid_codes
from clew.contracts.form import FORMS, form_violated, time_violated
from clew.contracts.identity import identity_violated
from clew.contracts.literal import quoted, text_literal, typed_literal, typed_value
from clew.contracts.model import Action, Column, Contract
from clew.contracts.pattern import re2
from clew.contracts.shape import shape_violated
from clew.plan import Type

_TYPE_ZH = {
    Type.INTEGER: "整数",
    Type.DECIMAL: "数字",
    Type.BOOLEAN: "是否值",
    Type.DATE: "日期",
    Type.TIMESTAMP: "时间",
}
_IDENTITY_ZH = {"id18": "居民身份证号码（校验位或日期错误）", "uscc": "统一社会信用代码（校验位错误）"}
_IDENTITY_EN = {"id18": "resident identity number (check digit or date)", "uscc": "unified social credit code"}


def column_checks(column: Column, contract: Contract) -> Iterator[RowCheck]:
    value, text = quoted(column.name), quoted(f"{column.name}~text")
    zh, en = titles_of(column)

    def check(kind: str, violated: str, says_zh: str, says_en: str, **arguments: Any) -> RowCheck:
        return RowCheck(
            f"{column.name}.{kind}",
            (column.name,),
            kind,
            violated,
            Action.QUARANTINE,
            f"{zh}{says_zh}",
            f"{en} {says_en}",
            arguments=arguments,
        )

    if column.required or column.name in contract.primary_key:
        yield check("not_null", f"{text} is null", "为空", "is missing")
    if column.type is not Type.TEXT:
        yield check(
            "type",
            f"{text} is not null and {value} is null",
            f"不是有效的{_TYPE_ZH[column.type]}",
            f"is not a valid {column.type.value}",
            type=column.type.value,
        )
    if column.logical == "time":
        yield check("type", time_violated(value), "不是有效的时刻", "is not a valid time", type="time")
    if column.shape is not None:
        yield check(
            "shape",
            shape_violated(value, column.shape),
            f"不是约定结构的 JSON（{column.logical}）",
            f"is not JSON of the agreed shape ({column.logical})",
            shape=column.logical,
        )
    if column.enum:
        yield check(
            "enum",
            enum_violated(value, column.type, column.enum),
            "不在约定的取值中：" + "、".join(column.enum[:12]),
            "is none of the agreed values: " + ", ".join(column.enum[:12]),
            values=tuple(typed_value(item, column.type) for item in column.enum),
        )
    if column.minimum is not None or column.maximum is not None:
        yield check(
            "range",
            _column_range_violated(column),
            f"超出范围 {_column_span(column)}",
            f"is outside {_column_span(column)}",
            minimum=column.minimum,
            maximum=column.maximum,
            strict_minimum=column.open_minimum,
            strict_maximum=column.open_maximum,
        )
    if column.multiple_of is not None:
        yield check(
            "multiple",
            f"{value} is not null and {value} % {column.multiple_of:f} <> 0",
            f"不是 {column.multiple_of:f} 的倍数",
            f"is not a multiple of {column.multiple_of:f}",
            step=column.multiple_of,
        )
    if column.min_length is not None or column.max_length is not None:
        yield check(
            "length",
            _range_violated(f"length({value})", Type.INTEGER, column.min_length, column.max_length),
            f"长度超出 {_span(column.min_length, column.max_length)} 个字符",
            f"is not {_span(column.min_length, column.max_length)} characters long",
            minimum=column.min_length,
            maximum=column.max_length,
        )
    if column.form is not None:
        yield check(
            "form", form_violated(value, column.form), f"不是有效的 {column.form}", f"is not a valid {column.form}",
            pattern=FORMS[column.form],
        )  # fmt: skip
    if column.pattern is not None:
        yield check(
            "pattern",
            pattern_violated(value, column.pattern),
            "格式不符合约定",
            "does not have the agreed form",
            pattern=column.pattern,
        )
    if column.identity is not None:
        yield check(
            "identity",
            identity_violated(column.identity, value),
            f"不是有效的{_IDENTITY_ZH[column.identity]}",
            f"is not a valid {_IDENTITY_EN[column.identity]}",
            identity=column.identity,
        )
    if {"division", "division_name"} & {*column.repairs}:
        codes = valid_codes(column.options.divisions_on)
        yield check(
            "division",
            f"{value} is not null and {value} not in (select unnest(string_split('{','.join(sorted(codes))}', ',')))",
            "不是所用版本的行政区划代码，也没有唯一的接续代码",
            "is no division code of the list in force, and no single one followed it",
            shown=f"{value} is no division code of the list of {list_of(column.options.divisions_on)}",
        )


def enum_violated(value: str, type_: Type, allowed: tuple[str, ...]) -> str:
    """SQL: there is a value and it is not among ``allowed``."""
    return f"{value} is not null and {value} not in ({', '.join(typed_literal(item, type_) for item in allowed)})"


def pattern_violated(value: str, pattern: str) -> str:
    """SQL: there is a value and ``pattern`` (ECMA-262, as ODCS says) is found nowhere in it."""
    return f"{value} is not null and not regexp_matches({value}, {text_literal(re2(pattern))})"


def _range_violated(value: str, type_: Type, low: object, high: object) -> str:
    sides = [f"{value} < {typed_literal(low, type_)}"] if low is not None else []
    sides += [f"{value} > {typed_literal(high, type_)}"] if high is not None else []
    return f"{value} is not null and ({' or '.join(sides)})"


def _column_range_violated(column: Column) -> str:
    value = quoted(column.name)
    if column.logical == "time":
        compared, type_ = f"try_cast({value} as time)", Type.TEXT
    else:
        compared, type_ = value, column.type
    sides = []
    for bound, open_, mark in ((column.minimum, column.open_minimum, "<"), (column.maximum, column.open_maximum, ">")):
        if bound is not None:
            literal = f"time {typed_literal(bound, type_)}" if column.logical == "time" else typed_literal(bound, type_)
            sides.append(f"{compared} {mark}{'=' if open_ else ''} {literal}")
    outside = " or ".join(sides)
    return f"{value} is not null and {f'coalesce({outside}, false)' if column.logical == 'time' else f'({outside})'}"


def _column_span(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and not (column.open_minimum or column.open_maximum):
        return f"{low}..{high}"
    sides = [f"{'>' if column.open_minimum else '>='} {low}"] if low is not None else []
    sides += [f"{'<' if column.open_maximum else '<='} {high}"] if high is not None else []
    return ", ".join(sides)


def titles_of(column: Column) -> tuple[str, str]:
    """The column as messages name it, in Chinese and English."""
    return f"{column.title_zh or column.header}（{column.name}）", column.name


def _span(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f"{low}..{high}"
    return f">= {low}" if low is not None else f"<= {high}"
