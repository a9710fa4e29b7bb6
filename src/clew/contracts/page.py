"""One readable page for a contract, in both languages, that opens without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from clew.contracts.checks import every_check
from clew.contracts.column_words import needs, type_words
from clew.contracts.model import Action, Column, Contract, Kind

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:75rem;margin:2rem auto;
padding:0 1rem;color:#1b1b1b}
h1{margin-bottom:0}h1 small{font-weight:normal;color:#666}h2{margin-top:2rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:.35rem .5rem;text-align:left;
vertical-align:top}th{background:#f2f5f8}code{background:#f4f4f4;padding:0 .2rem}
.personal{background:#fff4e5}.sensitive{background:#fdeaea}dt{font-weight:600}dd{margin:0 0 .4rem 1rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#e6e6e6}th{background:#262b30}code{background:#2a2a2a}
.personal{background:#3a2d16}.sensitive{background:#3d1f1f}}
"""
_KINDS = {
    Kind.REGISTER: ("登记类：每次报送为全量名单", "register: each delivery is the whole list"),
    Kind.EVENT: ("事件类：每次报送追加记录", "event: each delivery adds rows"),
}
_ACTIONS = {
    Action.STOP: ("拒收整批", "the delivery is refused"),
    Action.QUARANTINE: ("隔离该行", "the rows are set aside"),
    Action.WARN: ("提示", "it is said"),
}


def contract_page(contract: Contract) -> str:
    """The HTML page of a contract; the same contract gives the same page."""
    title = f"{contract.title_zh} {contract.title}"
    parts = [
        f"<h1>{escape(contract.title_zh)} <small>{escape(contract.title)}</small></h1>",
        f"<p><code>{escape(contract.dataset)}</code> · {escape(contract.version)}</p>",
        f"<p>{escape(contract.description)}</p>" if contract.description else "",
        _about(contract),
        "<h2>字段 Columns</h2>",
        _table(
            ("字段 column", "表头 heading", "要求 needed", "类型与取值 type and values", "分级 class", "说明 notes"),
            (_column_row(column, contract) for column in contract.columns),
            [f"class={column.classification.value}" for column in contract.columns],
        ),
        "<h2>校验 Checks</h2>",
        _table(
            ("校验 check", "不通过的含义 what a failure means", "处理 action"),
            (_check_row(check.name, check.reason_zh, check.reason_en, check.action) for check in every_check(contract)),
        ),
        _roles(contract),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n<body>\n{body}\n'
        "</body></html>\n"
    )


def _about(contract: Contract) -> str:
    zh, en = _KINDS[contract.kind]
    facts = [
        ("负责 owner", contract.owner),
        ("种类 kind", f"{zh} / {en}"),
        ("主键 primary key", ", ".join(contract.primary_key)),
        ("事件日期 event date", contract.event_column or ""),
        ("地区列 region", contract.region_column or ""),
        ("应有地区 expected regions", ", ".join(contract.regions)),
        ("文件 files", f"{contract.file_format.format}, {contract.file_format.encoding}"),
        ("隔离容忍 tolerance", f"{contract.tolerance:%}"),
    ]
    for level in contract.service_levels:
        said = " ".join(filter(None, (level.value, level.unit, level.element, level.description)))
        facts.append((f"承诺 {level.level}", said))
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    return f"<dl>{items}</dl>"


def _column_row(column: Column, contract: Contract) -> list[str]:
    labels = "; ".join(f"{value}: {label}" for value, label in column.labels.items())
    notes = [column.description, labels, f"修正 repairs: {', '.join(column.repairs)}" if column.repairs else ""]
    return [
        f"<code>{escape(column.name)}</code><br>{escape(column.title_zh)} {escape(column.title)}",
        escape(column.header),
        escape(" / ".join(needs(column, contract))),
        "<br>".join(map(escape, type_words(column))),
        escape(f"{column.classification.title_zh} {column.classification.value}"),
        "<br>".join(escape(note) for note in notes if note),
    ]


def _check_row(name: str, zh: str, en: str, action: Action) -> list[str]:
    said = escape(zh) if zh == en else f"{escape(zh)}<br>{escape(en)}"
    return [f"<code>{escape(name)}</code>", said, escape(" / ".join(_ACTIONS[action]))]


def _roles(contract: Contract) -> str:
    if not contract.roles:
        return ""
    rows = (
        [escape(text) for text in (one.role, one.access, one.first_approvers, one.second_approvers, one.description)]
        for one in contract.roles
    )
    headings = ("角色 role", "权限 access", "一级审批 approver", "二级审批 second approver", "说明 notes")
    return "<h2>角色 Roles</h2>" + _table(headings, rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], marks: Sequence[str] = ()) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = []
    for index, row in enumerate(rows):
        mark = f" {marks[index]}" if marks else ""
        body.append(f"<tr{mark}>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
    return f"<table><tr>{head}</tr>\n" + "\n".join(body) + "</table>"
