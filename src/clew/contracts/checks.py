"""What a contract asks of data: checks of one row (one boolean each) and checks of a whole table.

Row checks are SQL over a staged relation that holds, for each contract column ``c``, the typed value ``"c"``
(NULL when it cannot be cast) and the repaired text ``"c~text"`` (NULL when empty). ``violated`` is true exactly
when the row violates the check and is never NULL, so any number of them fit in one scan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clew.contracts.divisions import list_of, valid_codes
from clew.contracts.form import FORMS, form_violated, time_violated
from clew.contracts.identity import identity_violated
from clew.contracts.literal import quoted, text_literal, typed_literal, typed_value
from clew.contracts.model import Action, Check, Column, Contract, Limit
from clew.contracts.pattern import re2
from clew.contracts.shape import shape_violated
from clew.plan import Type


@dataclass(frozen=True)
class CheckMeasure:
    """What was counted for one check. ``evaluated`` rows, of which ``nulls`` had no value in the checked columns
    and ``unexpected`` violated; ``samples`` are up to 20 unexpected values, in the order of the rows. ``value`` is the
    number a query gave, as text; None when it gave none."""

    evaluated: int
    nulls: int = 0
    unexpected: int = 0
    samples: list[Any] = field(default_factory=list)
    value: str | None = None


@dataclass(frozen=True)
class Measured:
    """The measures of one delivery: its ``rows`` as read, and one measure for each check by name."""

    rows: int
    checks: Mapping[str, CheckMeasure]


@dataclass(frozen=True)
class RowCheck:
    """A check of one row. ``kind``: not_null, type, enum, range, pattern, length, identity, division, multiple, form,
    shape, missing, sql_row or expected.

    With a ``limit`` the rows stay, and the whole delivery is judged (``holds``) by the number or share of violating
    values; its action is then ``stop`` or ``warn``, never ``quarantine``.
    """

    name: str
    columns: tuple[str, ...]
    kind: str
    violated: str
    action: Action
    reason_zh: str
    reason_en: str
    limit: Limit | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, measure: CheckMeasure) -> bool:
        """Whether the delivery passes: no violating value, or a share of the values inside the limit."""
        if self.limit is None:
            return measure.unexpected == 0
        nulls = 0 if self.kind == "missing" or self.arguments.get("of_all") else measure.nulls
        return self.limit.holds(measure.unexpected, measure.evaluated - nulls)


@dataclass(frozen=True)
class TableCheck:
    """A check of a whole delivery.

    ``row_count``: arguments minimum and maximum (int or None). ``null_share``: the measure's ``nulls`` counts.
    ``unique``: ``unexpected`` counts every row of a group that shares one key without NULL.
    ``relationship``: arguments dataset and columns; ``unexpected`` counts rows whose key is not found there.
    ``sql_value``: argument query, over ``"~delivery"``; the measure's ``value`` is the number it gave.
    ``sql_rows``: argument query; ``unexpected`` counts the rows it returned. With ``names_rows`` it returns ``_row``.
    ``expectation``: arguments expectation and kwargs; Great Expectations judges: ``unexpected`` is 0 when it is met.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]
    action: Action
    reason_zh: str
    reason_en: str
    limit: Limit | None = None

    def holds(self, measure: CheckMeasure) -> bool:
        """Whether the delivery passes."""
        if self.kind == "sql_value":
            return measure.value is not None and (self.limit or NONE).admits(Decimal(measure.value))
        if self.kind in ("sql_rows", "expectation"):
            return (self.limit or NONE).holds(measure.unexpected, measure.evaluated)
        if self.kind == "row_count" and self.limit is not None:
            return self.limit.admits(Decimal(measure.evaluated))
        if self.kind == "row_count":
            low, high = self.arguments.get("minimum"), self.arguments.get("maximum")
            return (low is None or measure.evaluated >= low) and (high is None or measure.evaluated <= high)
        if self.kind == "null_share":
            return (self.limit or NONE).holds(measure.nulls, measure.evaluated)
        return (self.limit or NONE).holds(measure.unexpected, measure.evaluated - measure.nulls)


NONE = Limit("mustBe", Decimal(0), percent=False)
"""Not one."""


def row_checks(contract: Contract) -> tuple[RowCheck, ...]:
    """Every check that one row alone decides, in the order of the columns and then of the quality rules."""
    found: list[RowCheck] = []
    for column in contract.columns:
        found.extend(_column_checks(column, contract))
    found.extend(_quality_row_check(check, contract) for check in contract.checks if check.kind in _ROW_KINDS)
    return tuple(found)


def table_checks(contract: Contract) -> tuple[TableCheck, ...]:
    """Every check that needs the whole delivery: keys first, then the quality rules."""
    found: list[TableCheck] = []
    if contract.primary_key:
        found.append(_unique("primary_key", contract.primary_key, contract))
    for column in contract.columns:
        if column.unique and contract.primary_key != (column.name,):
            found.append(_unique(f"{column.name}.unique", (column.name,), contract))
    found.extend(_quality_table_check(check, contract) for check in contract.checks if check.kind not in _ROW_KINDS)
    return tuple(found)


def every_check(contract: Contract) -> tuple[RowCheck | TableCheck, ...]:
    """Row checks, then table checks."""
    return *row_checks(contract), *table_checks(contract)


_ROW_KINDS = ("not_null", "missing", "enum", "pattern", "sql_row", "expected")


def _column_checks(column: Column, contract: Contract) -> Iterator[RowCheck]:
    value, text = quoted(column.name), quoted(f"{column.name}~text")
    zh, en = _titles(column)

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


def _unique(name: str, columns: tuple[str, ...], contract: Contract) -> TableCheck:
    zh, en = _named(columns, contract)
    return TableCheck(name, "unique", columns, {}, Action.QUARANTINE, f"{zh}重复", f"{en} stands more than once")


def _quality_row_check(check: Check, contract: Contract) -> RowCheck:
    zh, en = _named(check.columns, contract)
    arguments = {key: value for key, value in check.arguments.items() if key != "limit"}
    if check.kind == "not_null":
        violated = f"{quoted(f'{check.columns[0]}~text')} is null"
        says_zh, says_en = f"{zh}为空", f"{en} is missing"
    elif check.kind == "missing":
        text = quoted(f"{check.columns[0]}~text")
        words = ", ".join(text_literal(word) for word in arguments["values"])
        empty = f"{text} is null or " if arguments["empty"] else ""
        violated = f"({empty}coalesce({text} in ({words}), false))"
        says_zh, says_en = f"{zh}为空或为缺失标记", f"{en} is missing or says so"
    elif check.kind == "enum":
        column = contract.column(check.columns[0])
        type_ = column.type if column else Type.TEXT
        violated = enum_violated(quoted(check.columns[0]), type_, arguments["values"])
        arguments["values"] = tuple(typed_value(item, type_) for item in arguments["values"])
        says_zh, says_en = f"{zh}不在约定的取值中", f"{en} is none of the agreed values"
    elif check.kind == "pattern":
        violated = pattern_violated(quoted(check.columns[0]), arguments["pattern"])
        says_zh, says_en = f"{zh}格式不符合约定", f"{en} does not have the agreed form"
    elif check.kind == "expected":
        violated = f"coalesce({arguments['violated']}, false)"
        says_zh, says_en = f"{zh}不符合 {arguments['expectation']}", f"{en} breaks {arguments['expectation']}"
    else:
        violated = f"coalesce({arguments['violated']}, false)"
        says_zh, says_en = f"{zh}不符合约定：{check.name}", f"{en} breaks the rule '{check.name}'"
    return RowCheck(
        check.name,
        check.columns,
        check.kind,
        violated,
        check.action,
        check.description or says_zh,
        check.description or says_en,
        check.arguments.get("limit"),
        arguments,
    )


def _quality_table_check(check: Check, contract: Contract) -> TableCheck:
    zh, en = _named(check.columns, contract)
    kind = "unique" if check.kind == "duplicate_rows" else check.kind
    arguments = {key: value for key, value in check.arguments.items() if key != "limit"}
    says_zh, says_en = {
        "row_count": ("行数超出约定", "the number of rows is outside what was agreed"),
        "null_share": (f"{zh}空值过多", f"{en} is missing too often"),
        "unique": (f"{zh}重复", f"{en} stands more than once"),
        "relationship": (f"{zh}在 {arguments.get('dataset')} 中不存在", f"{en} is not in {arguments.get('dataset')}"),
        "sql_value": (f"{check.name}不符合约定", f"{check.name} is not as agreed"),
        "sql_rows": (f"不符合约定：{check.name}", f"breaks the rule '{check.name}'"),
        "expectation": (f"不符合 {arguments.get('expectation')}", f"breaks {arguments.get('expectation')}"),
    }[kind]
    return TableCheck(
        check.name,
        kind,
        check.columns,
        arguments,
        check.action,
        check.description or says_zh,
        check.description or says_en,
        check.arguments.get("limit"),
    )


def _named(columns: tuple[str, ...], contract: Contract) -> tuple[str, str]:
    named = [column for name in columns if (column := contract.column(name)) is not None]
    return "、".join(_titles(column)[0] for column in named), ", ".join(_titles(column)[1] for column in named)


def _titles(column: Column) -> tuple[str, str]:
    return f"{column.title_zh or column.header}（{column.name}）", column.name


def _span(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f"{low}..{high}"
    return f">= {low}" if low is not None else f"<= {high}"


_TYPE_ZH = {
    Type.INTEGER: "整数",
    Type.DECIMAL: "数字",
    Type.BOOLEAN: "是否值",
    Type.DATE: "日期",
    Type.TIMESTAMP: "时间",
}
_IDENTITY_ZH = {"id18": "居民身份证号码（校验位或日期错误）", "uscc": "统一社会信用代码（校验位错误）"}
_IDENTITY_EN = {"id18": "resident identity number (check digit or date)", "uscc": "unified social credit code"}
