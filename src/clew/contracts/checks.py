"""What a contract asks of data: checks of one row (one boolean each) and checks of a whole table.

Row checks are SQL over a staged relation that holds, for each contract column ``c``, the typed value ``"c"``
(NULL when it cannot be cast) and the repaired text ``"c~text"`` (NULL when empty). ``violated`` is true exactly
when the row violates the check and is never NULL, so any number of them fit in one scan.
"""

from __future__ import annotations

from clew.contracts.check import RowCheck, TableCheck
from clew.contracts.column_checks import column_checks, enum_violated, pattern_violated, titles_of
from clew.contracts.literal import quoted, text_literal, typed_value
from clew.contracts.model import Action, Check, Contract
from clew.plan import Type


def row_checks(contract: Contract) -> tuple[RowCheck, ...]:
    """Every check that one row alone decides, in the order of the columns and then of the quality rules."""
    found: list[RowCheck] = []
    for column in contract.columns:
        found.extend(column_checks(column, contract))
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
    return "、".join(titles_of(column)[0] for column in named), ", ".join(titles_of(column)[1] for column in named)
