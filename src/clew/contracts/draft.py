"""A first draft of a contract for a file seen for the first time: what can be told is written, the rest is asked.

Comments mark what a person must decide. Nothing of the data but the allowed values of columns that speak of nobody
gets into the draft.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from clew.contracts.observed import Observed, Sample

_NAMES = {
    "身份证号": "person_id", "身份证号码": "person_id", "公民身份号码": "person_id", "证件号码": "document_no",
    "姓名": "name", "性别": "sex", "民族": "ethnicity", "出生日期": "born_on", "地址": "address", "住址": "address",
    "家庭住址": "address", "电话": "phone", "联系电话": "phone", "手机号": "phone", "手机号码": "phone",
    "行政区划代码": "region", "区划代码": "region", "统一社会信用代码": "credit_code", "单位名称": "organisation",
    "金额": "amount", "发放金额": "amount", "发放日期": "paid_on", "流水号": "serial_no", "编号": "number",
    "序号": "position", "备注": "remark", "死亡日期": "died_on", "登记日期": "registered_on", "状态": "status",
    "类别": "category", "类型": "kind", "银行账号": "account_no", "开户行": "bank",
}  # fmt: skip
"""Usual headings and a name for them; others become column_1, column_2 and so on."""
_PERSONAL = re.compile(r"身份证|姓名|户名|地址|住址|电话|手机|账号|卡号|出生|邮箱|name|phone|address|birth|mail", re.I)
_CODE = re.compile(r"号|码|编码|代码|code|number|(?:^|_)(?:id|no)$", re.I)
_BIRTH = re.compile(r"出生|生日|birth", re.I)
_KEYED = re.compile(r"流水|编号|序号|单号|id$|no$|code$|号$", re.I)
_LENGTHS = (20, 60, 200, 1000, 4000)
_CLEAN = ["trim", "halfwidth"]


@dataclass
class _Guess:
    """What was told of one column."""

    name: str
    seen: Observed
    logical: str = "string"
    physical: str = ""
    options: dict[str, object] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=lambda: list(_CLEAN))
    identity: str = ""
    enum: tuple[str, ...] = ()
    classification: str = "internal"
    asks: list[str] = field(default_factory=list)


def draft_contract(dataset: str, sample: Sample) -> str:
    """The draft as YAML text: a contract the project folder takes as it is."""
    guesses = _named([_guess(seen) for seen in sample.columns])
    key = _key(guesses)
    dates = [one for one in guesses if one.logical in ("date", "timestamp") and not _BIRTH.search(one.seen.heading)]
    event = next((one for one in dates if one.seen.present == one.seen.rows), dates[0] if dates else None)
    region = next((one for one in guesses if one.options.get("pattern") == "^[0-9]{6}$"), None)
    words = [("titleZh", dataset), ("kind", "event" if event else "register")]
    words += [("eventColumn", event.name)] if event else []
    words += [("regionColumn", region.name)] if region else []
    lines = [
        f"# 由 {_word(sample.file)} 起草：带 # 的地方须由人决定。Drafted from a file: decide what the comments ask.",
        "apiVersion: v3.2.0",
        "kind: DataContract",
        f"id: {dataset}",
        "version: 0.1.0",
        "status: draft",
        f"name: {_word(dataset)}  # 英文标题 the English title",
        "team:",
        "  name: nobody  # 负责单位 who answers for the data",
        "servers:",
        *_server(dataset, sample),
        "customProperties:",
    ]
    for word, value in words:
        ask = {
            "titleZh": "  # 中文标题 the Chinese title",
            "kind": "  # register: 每次报送全量 each delivery is the whole list; event: 每次追加 each adds rows",
            "eventColumn": "  # 事件发生的日期 the day by which a row has happened",
        }.get(word, "")
        lines.append(f"  - {{property: {word}, value: {_word(value)}}}{ask}")
    lines += ["schema:", f"  - name: {dataset}", "    physicalType: table", "    properties:"]
    for guess in guesses:
        lines += _property(guess, guess is key)
    return "\n".join(lines) + "\n"


def _guess(seen: Observed) -> _Guess:
    guess = _Guess("", seen)
    for kind in ("id18", "uscc"):
        if seen.most(kind):
            guess.identity, guess.repairs = kind, ["trim", "spaces", "halfwidth", "upper"]
            guess.repairs += ["id18"] if kind == "id18" else []
            guess.classification = "personal" if kind == "id18" else "internal"
            if not seen.all(kind):
                guess.asks.append(f"{seen.present - seen.forms[kind]} 个值校验位不符，将被隔离 will be set aside")
            return guess
    if seen.all("json") and seen.present:
        guess.logical, guess.repairs = "array" if seen.values and seen.values[0].startswith("[") else "object", []
        guess.asks.append("内部结构 what the JSON holds")
    elif seen.all("date"):
        guess.logical, guess.repairs = "timestamp" if seen.forms["timed"] else "date", [*_CLEAN, "date"]
    elif seen.most("date"):
        guess.logical, guess.repairs = "date", [*_CLEAN, "date"]
        guess.asks.append(f"{seen.present - seen.forms['date']} 个值不是日期 are no dates and will be set aside")
    elif seen.all("phone"):
        guess.options, guess.classification = {"pattern": "^1[3-9][0-9]{9}$"}, "personal"
    elif seen.all("truth") and seen.distinct <= 2:
        guess.logical = "boolean"
    elif seen.all("division") and re.search("区划|地区|region|division", seen.heading, re.I):
        guess.options, guess.classification = {"pattern": "^[0-9]{6}$"}, "public"
    elif not _CODE.search(seen.heading) and seen.all("integer"):
        guess.logical, guess.repairs = "integer", [*_CLEAN, "number"]
    elif not _CODE.search(seen.heading) and seen.all("number"):
        guess.logical, guess.repairs = "number", [*_CLEAN, "number"]
        guess.physical = f"DECIMAL(18, {max(2, seen.decimals)})"
    else:
        _guess_text(guess)
    if guess.classification == "internal" and _PERSONAL.search(seen.heading):
        guess.classification = "personal"
    if not seen.present:
        guess.asks.append("本文件中全空 empty in this file")
    return guess


def _guess_text(guess: _Guess) -> None:
    seen = guess.seen
    personal = _PERSONAL.search(seen.heading)
    few = 1 < seen.distinct <= 12 and seen.present >= 5 * seen.distinct and seen.longest <= 20
    if few and len(seen.values) == seen.distinct and not personal and not _CODE.search(seen.heading):
        guess.enum = seen.values
        guess.asks.append("是否为全部取值 are these all the values there can be?")
        return
    longest = next((length for length in _LENGTHS if seen.longest * 2 <= length), None)
    if longest is not None and seen.present:
        guess.options = {"maxLength": longest}


def _named(guesses: Sequence[_Guess]) -> list[_Guess]:
    """A name for each column, none twice; a heading that is a name already is kept."""
    taken: set[str] = set()
    for number, guess in enumerate(guesses, start=1):
        heading = guess.seen.heading.strip()
        plain = re.sub(r"[^A-Za-z0-9]+", "_", heading).strip("_").lower()
        known = _NAMES.get(re.sub(r"[（(].*", "", heading))
        name = known or (plain if heading.isascii() and plain[:1].isalpha() else "")
        if not name:
            name = f"column_{number}"
            guess.asks.insert(0, "请起英文名 name it")
        base, count = name, 2
        while name in taken:
            name, count = f"{base}_{count}", count + 1
        taken.add(name)
        guess.name = name
    return list(guesses)


def _key(guesses: Sequence[_Guess]) -> _Guess | None:
    """The column that could be the key: never empty, no value twice, and called like one."""
    unique = [one for one in guesses if one.seen.rows > 1 and one.seen.distinct == one.seen.rows]
    unique = [one for one in unique if one.logical in ("string", "integer")]
    called = [one for one in unique if _KEYED.search(one.seen.heading)]
    return next(iter(called or [one for one in unique if one.identity]), None)


def _server(dataset: str, sample: Sample) -> list[str]:
    found = sample.format
    lines = ["  - server: drop", "    type: local", f"    path: drop/{dataset}"]
    known = found.format if found.format not in ("zip", "gzip", "tar") else "csv"
    lines.append(f"    format: {known}")
    if known in ("csv", "jsonl", "json"):
        lines.append(f"    encoding: {found.encoding.upper()}")
    words = [("delimiter", found.delimiter)] if known == "csv" and found.delimiter != "," else []
    words += [("sheet", found.sheet)] if found.sheet else []
    if words:
        lines.append("    customProperties:")
        lines += [f"      - {{property: {name}, value: {json.dumps(value)}}}" for name, value in words]
    return lines


def _property(guess: _Guess, key: bool) -> list[str]:
    seen = guess.seen
    ask = f"  # {'；'.join(guess.asks)}" if guess.asks else ""
    lines = [f"      - name: {guess.name}{ask}", f"        physicalName: {_word(seen.heading)}"]
    lines += [f"        businessName: {_word(seen.heading)}", f"        logicalType: {guess.logical}"]
    if guess.physical:
        lines.append(f"        physicalType: {guess.physical}")
    if guess.options:
        options = ", ".join(f"{name}: {json.dumps(value)}" for name, value in guess.options.items())
        lines.append(f"        logicalTypeOptions: {{{options}}}")
    if seen.rows and seen.present == seen.rows and not key:
        lines.append("        required: true  # 本文件中无空值 never empty in this file")
    if key:
        lines.append("        primaryKey: true  # 本文件中不重复 no value twice in this file: is it the key?")
        lines.append("        primaryKeyPosition: 1")
    if guess.enum:
        lines.append("        enum:")
        lines += [f"          - {{value: {_word(value)}}}" for value in guess.enum]
    told = guess.classification != "internal"
    asked = "" if told else "  # 是否涉及个人 does it speak of a person?"
    lines.append(f"        classification: {guess.classification}{asked}")
    own = [f"          - {{property: repairs, value: [{', '.join(guess.repairs)}]}}"] if guess.repairs else []
    own += [f"          - {{property: identity, value: {guess.identity}}}"] if guess.identity else []
    return lines + (["        customProperties:", *own] if own else [])


def _word(text: str) -> str:
    """A text as YAML that is read back as that text."""
    return json.dumps(text, ensure_ascii=False)
