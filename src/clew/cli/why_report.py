"""Walking a clue's evidence chain on the screen, from what is alleged down to the file that was received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from clew.cli import console
from clew.contracts.model import Contract
from clew.delivery import words
from clew.delivery.clearing import clearings
from clew.ingest.land.landed import landed_path
from clew.project import Project
from clew.rules.citation import article_zh
from clew.rules.model import Rule
from clew.screening.why import Chain, RuleChain, Source

Said = Mapping[str, str]

ZH: Said = {
    "score": "分值", "because": "所指事实", "law": "法律依据", "steps": "规则步骤（剩余行数）", "rows": "来源数据行",
    "file": "来源文件", "row": "第 {row} 行", "received": "收到", "sender": "来文单位", "letter": "文号",
    "by": "接收人", "history": "经过", "factor": "加分因素", "parameters": "参数", "of": "示 {shown} 行，共 {all} 行",
    "superseded": "该文件已于 {on} 被批次 {batch} 取代", "amount": "涉及金额", "due": "应办结", "shadow": "试运行",
    "strength": "强度", "version": "第 {version} 版", "doubts": "须先排除", "handling": "办理步骤",
    "clears": "可排除情形",
    "limitation": "时效至 {on}，还有 {days} 天", "past": "时效已于 {on} 届满，已过 {days} 天；是否中断由办案人员判断",
    "delivered": "修复前原值",
    "release": "{on} 由 {actor} 准予使用：{reason}（批次 {batch}《{file}》第 {row} 行曾被搁置）",
    "resubmission": "{on} 由 {actor} 更正后重报 {reason}（批次 {batch}《{file}》第 {row} 行曾被搁置）",
    "correction": "该行已于 {on} 被批次 {batch}《{file}》第 {row} 行更正",
    "deletion": "该行已于 {on} 按批次 {batch}《{file}》第 {row} 行删除",
}  # fmt: skip
EN: Said = {
    "score": "score", "because": "alleged", "law": "law", "steps": "steps of the rule (rows left)",
    "rows": "source rows", "file": "file", "row": "row {row}", "received": "received", "sender": "from",
    "letter": "letter", "by": "by", "history": "history", "factor": "factor", "parameters": "parameters",
    "of": "{shown} of {all} rows shown", "superseded": "superseded on {on} by batch {batch}", "amount": "amount",
    "due": "due", "shadow": "shadow run", "strength": "strength", "version": "version {version}",
    "doubts": "rule out first", "handling": "steps to take",
    "clears": "what would clear it", "delivered": "as delivered",
    "limitation": "limitation ends on {on}, {days} days left",
    "past": "past its limitation since {on}, by {days} days; a person decides whether it was interrupted",
    "release": "released on {on} by {actor}: {reason} (row {row} of '{file}', delivery {batch}, was set aside)",
    "resubmission": "sent again on {on} by {actor} {reason} (row {row} of '{file}', delivery {batch}, was set aside)",
    "correction": "corrected on {on} by row {row} of '{file}', delivery {batch}",
    "deletion": "deleted on {on} by row {row} of '{file}', delivery {batch}",
}  # fmt: skip


def chain_document(chain: Chain) -> dict[str, Any]:
    """The chain as plain values."""
    return asdict(chain)


def print_chain(chain: Chain, project: Project) -> None:
    """The chain, indented by depth, in the settings' language. It may be masked already; what is not is shown."""
    said, clue = (EN if project.settings.language == "en" else ZH), chain.clue
    shadow = f"  [{said['shadow']}]" if clue["shadow"] else ""
    console.say(f"{clue['clue_id']}{shadow}")
    console.say(f"  {chain.model_title_zh}  {clue['model']}")
    console.say(f"  {clue['subject_name'] or ''} {clue['subject']} {clue['episode']}".rstrip())
    line = f"  {words.band(clue['band'])} {clue['band']}, {said['score']} {clue['score']}"
    line += f", {said['amount']} {clue['amount']}" if clue["amount"] is not None else ""
    line += f", {said['due']} {clue['due_on']}" if clue["due_on"] else ""
    console.say(f"{line}, {words.disposition(clue['state'])} {clue['state']}, as_of {chain.as_of}")
    if ends := clue["limitation_ends_on"]:
        left = (ends - chain.as_of).days
        console.say(f"  {said['limitation' if left >= 0 else 'past'].format(on=ends, days=abs(left))}")
    for rule in chain.rules:
        _print_rule(rule, project, said, clue["happened_on"])
    for factor in chain.factors:
        console.say(f"\n{said['factor']}: {factor['title_zh']} ({factor['condition']})  +{plain(factor['result'])}")
    if model := project.models.models.get(clue["model"]):
        console.say(f"\n{said['handling']}")
        steps = model.handling if project.settings.language == "en" else model.handling_zh
        for number, step in enumerate(steps, start=1):
            console.say(f"  {number}. {step}")
    console.say(f"\n{said['history']}")
    for event in chain.events:
        change = " -> ".join(part for part in (event.before, event.after) if part)
        console.say(f"  {event.as_of}  {event.kind.value}  {change}  {event.actor}: {event.note}")


def _print_rule(rule: RuleChain, project: Project, said: Said, day: date | None) -> None:
    english = project.settings.language == "en"
    variant = f" ({rule.variant})" if rule.variant else ""
    version = said["version"].format(version=rule.version)
    console.say(f"\n{rule.title if english else rule.title_zh}  {rule.rule}{variant} {version} {rule.logic_hash[:12]}")
    console.say(f"  {said['because']}: {rule.message if english else rule.message_zh}")
    sum_text = f"{plain(rule.weight)} x {said['strength']} {plain(rule.strength)} = {plain(rule.result)}"
    console.say(f"  {said['score']}: {sum_text}")
    console.say(f"  {said['law']}: {'; '.join(article(basis, project, day, english=english) for basis in rule.law)}")
    parameters = ", ".join(f"{name} = {value['value']} {value['unit']}" for name, value in rule.parameters.items())
    if parameters:
        console.say(f"  {said['parameters']}: {parameters}")
    console.say(f"  {said['steps']}:")
    width = max((len(step.number) for step in rule.steps), default=0)
    for step in rule.steps:
        sentence = step.sentence.en if english else step.sentence.zh
        console.say(f"    {step.number:<{width}}  {console.shown(step.rows):>12}  {sentence}")
    known = project.library.rules.get(rule.rule)
    if told := cleared_by(rule, known, project):
        console.say(f"  {said['clears']}:")
        for line in told:
            console.say(f"    {line}")
    if known:
        console.say(f"  {said['doubts']}:")
        for doubt in known.false_positives if english else known.false_positives_zh:
            console.say(f"    {doubt}")
    counts = said["of"].format(shown=len(rule.sources), all=sum(rule.evidence_rows.values()))
    console.say(f"  {said['rows']} ({counts}):")
    for source in rule.sources:
        _print_source(source, project, said)


def cleared_by(rule: RuleChain, known: Rule | None, project: Project) -> tuple[str, ...]:
    """What would clear the subject of this rule, with the facts and records of the chain, masked if they are."""
    records: dict[str, list[Mapping[str, Any]]] = {}
    for source in rule.sources:
        records.setdefault(source.alias, []).append(source.record)
    language, contracts = project.settings.language, project.catalogue.contracts
    return clearings(rule.steps, rule.facts, records, known, contracts, language, None)


def _print_source(source: Source, project: Project, said: Said) -> None:
    contract = project.catalogue.get(source.dataset)
    values = "  ".join(_values(source.record, contract, english=project.settings.language == "en"))
    console.say(f"    {source.dataset}  {values}")
    if source.delivered:
        delivered = "  ".join(_values(source.delivered, contract, english=project.settings.language == "en"))
        console.say(f"      {said['delivered']}: {delivered}")
    record = [f"{said['received']} {source.received_on}"]
    for label, value in (("sender", source.sender), ("letter", source.letter), ("by", source.received_by)):
        record += [f"{said[label]} {value}"] if value else []
    part = f" ({source.part})" if source.part else ""
    row = said["row"].format(row=source.part_row or source.row)
    console.say(f"      {said['file']} {source.file}{part}, {row}; {', '.join(record)}")
    place = landed_path(project.settings.landing_dir, source.sha256, source.file)
    console.say(f"      sha256 {source.sha256}  {place}")
    if source.superseded_by is not None:
        console.say(f"      {said['superseded'].format(on=source.superseded_on, batch=source.superseded_by)}")
    if back := source.way_back:
        place_before = {"batch": back.of_batch, "file": back.of_file, "row": back.of_row}
        line = said[back.kind].format(on=back.on, actor=back.actor, reason=back.reason, **place_before)
        console.say(f"      {line}")
    if changed := source.corrected:
        console.say(f"      {said[changed.mode].format(**vars(changed))}")


def _values(record: Mapping[str, Any], contract: Contract | None, *, english: bool) -> list[str]:
    """The row's values in the contract's order, under its titles; codes in the words that were delivered."""
    columns = {column.name: column for column in contract.columns} if contract else {}
    shown = []
    for name in sorted(record, key=lambda name: (list(columns).index(name) if name in columns else len(columns), name)):
        column = columns.get(name)
        if record[name] is None:
            continue
        if english or column is None:
            shown.append(f"{name}={record[name]}")
        else:
            word = next((word for word, code in column.values.items() if code == record[name]), record[name])
            shown.append(f"{column.title_zh}={word}")
    return shown


def article(basis: Mapping[str, Any], project: Project, day: date | None, *, english: bool) -> str:
    """A basis as a citation, and whether no version of it was in force on the day."""
    law, number = project.laws.laws.get(basis["law"]), str(basis["article"])
    silent = law is not None and law.silent_on(number, day)
    if english:
        line = f"{law.title if law else basis['law']}, article {number}"
        return f"{line} (no version in force when it happened)" if silent else line
    line = article_zh(law.title_zh if law else basis["law"], number)
    return f"{line}（事实发生日无有效文本）" if silent else line


def plain(number: Any) -> str:
    """A number without trailing zeros."""
    return f"{number.normalize():f}"
