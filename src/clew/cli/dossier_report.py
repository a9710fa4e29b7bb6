"""A dossier as lines of text, masked where it travels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from clew.cli.masked_chain import masked_chain
from clew.cli.why_report import article, cleared_by
from clew.delivery import masking, words
from clew.delivery.cells import shown_subject
from clew.project import Project
from clew.screening.dossier import Dossier
from clew.screening.why import Chain, RuleChain

Said = Mapping[str, str]
WATCHED = "watch"
"""The route of clues that nobody acts on."""

ZH: Said = {
    "holders": "承办单位", "clues": "各模型线索", "related": "关联对象的线索", "undecided": "存疑（数据不足）",
    "excluded": "已排除", "silent": "未提示的规则（筛查未发现，或不在其筛查范围）", "nothing": "无",
    "opened": "已随批次送达", "due": "应办结", "score": "分值", "evidence": "来源数据行", "history": "经过",
    "gone": "数据已不再显示", "shadow": "试运行", "rows": "{count} 行", "via": "见于{dataset}", "sum": "强度",
    "warning": "注意：{count} 个单位持有该对象的线索，办理前应先会商。", "factor": "加分因素",
    "everywhere": "全部地区", "title": "对象档案", "clears": "可排除情形", "law": "法律依据", "row": "第 {rows} 行",
    "comma": "、",
}  # fmt: skip
EN: Said = {
    "holders": "held by", "clues": "clues of all models", "related": "clues about related subjects",
    "undecided": "left open (data missing)", "excluded": "excluded",
    "silent": "rules that said nothing (nothing found, or not asked)", "nothing": "none",
    "opened": "sent in batch", "due": "due", "score": "score", "evidence": "source rows", "history": "history",
    "gone": "no longer in the data", "shadow": "shadow run", "rows": "{count} rows", "via": "by {dataset}",
    "sum": "strength", "warning": "Take care: {count} units hold clues about this subject. Agree before anybody acts.",
    "factor": "factor", "everywhere": "everywhere", "title": "Dossier", "clears": "what would clear it", "law": "law",
    "row": "rows {rows}", "comma": ", ",
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A heading and its entries; each entry is a line with lines below it."""

    heading: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]


def masked_dossier(found: Dossier, project: Project) -> Dossier:
    """The dossier with personal data masked by the contracts' classes, as a wide list would show it."""
    person = any(chain.clue["subject_type"] == "person" for chain in found.clues)
    return replace(
        found,
        subject=masking.masked_number(found.subject) if person else masking.masked_text(found.subject),
        name=masking.masked_personal(found.name) if person and found.name else found.name,
        clues=tuple(masked_chain(chain, project) for chain in found.clues),
        related=tuple(
            replace(
                one,
                subject=shown_subject(one.subject_type, one.subject, {}),
                subject_name=masking.masked_personal(one.subject_name)
                if one.subject_type == "person"
                else one.subject_name,
            )
            for one in found.related
        ),
    )


def sections(found: Dossier, project: Project) -> list[Section]:
    """What a dossier says, in the settings' language, in the order in which it is read."""
    english = project.settings.language == "en"
    said = EN if english else ZH
    return [
        Section(said["holders"], tuple(_holders(found, said))),
        Section(said["clues"], tuple(_clue(chain, project, said, english=english) for chain in found.clues)),
        Section(said["related"], tuple(_related(found, project, said))),
        Section(said["undecided"], tuple(_undecided(found, project, said))),
        Section(
            said["excluded"],
            tuple(
                (f"{_rule(one.rule, project)}: {one.reason}", (f"{one.basis} {said['rows'].format(count=one.rows)}",))
                for one in found.excluded
            ),
        ),
        Section(said["silent"], tuple(_silent(found, project))),
    ]


def heading(found: Dossier, project: Project) -> str:
    """The first line: whom the dossier is about."""
    said = EN if project.settings.language == "en" else ZH
    return f"{said['title']}  {found.name} {found.subject}".replace("   ", "  ")


def warning(found: Dossier, project: Project) -> str:
    """That several units hold the subject; '' when they do not."""
    units = {one.unit for one in found.holders} - {WATCHED}
    said = EN if project.settings.language == "en" else ZH
    return said["warning"].format(count=len(units)) if len(units) > 1 else ""


def lines(found: Dossier, project: Project) -> Iterator[str]:
    """The dossier as text, indented by depth."""
    said = EN if project.settings.language == "en" else ZH
    yield heading(found, project)
    if told := warning(found, project):
        yield told
    for section in sections(found, project):
        yield ""
        yield section.heading
        if not section.entries:
            yield f"  {said['nothing']}"
        for line, below in section.entries:
            yield f"  {line}"
            yield from (f"    {text}" for text in below if text.strip())


def _holders(found: Dossier, said: Said) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in found.holders:
        due = f"  {said['due']} {one.due_on}" if one.due_on else ""
        sent = f"{said['opened']} {one.batch_id}" if one.batch_id else ""
        yield f"{_unit(one.unit, said)}  {one.clue_id}  {words.disposition(one.state)} {one.state}{due}", (sent,)


def _clue(chain: Chain, project: Project, said: Said, *, english: bool) -> tuple[str, tuple[str, ...]]:
    clue = chain.clue
    marks = [said[word] for word in ("shadow", "gone") if clue[word]]
    line = f"{clue['clue_id']}  {chain.model_title_zh}  {words.band(clue['band'])} {said['score']} {clue['score']}"
    below: list[str] = []
    for rule in chain.rules:
        known = project.library.rules.get(rule.rule)
        added = f"{_plain(rule.weight)} x {said['sum']} {_plain(rule.strength)} = {_plain(rule.result)}"
        below.append(f"{rule.title if english else rule.title_zh}  {rule.rule}  {added}")
        below.append(rule.message if english else rule.message_zh)
        basis = said["comma"].join(article(one, project, clue["happened_on"], english=english) for one in rule.law)
        below.append(f"{said['law']}: {basis}")
        below += [f"{said['clears']}: {told}" for told in cleared_by(rule, known, project)]
        below += _files(rule, project, said, english=english)
    below += [f"{said['factor']}: {one['title_zh']}  +{_plain(one['result'])}" for one in chain.factors]
    below += [
        f"{event.as_of}  {event.kind.value}  {event.before or ''} -> {event.after or ''}  {event.actor}: {event.note}"
        for event in chain.events
    ]
    return line + "".join(f"  [{mark}]" for mark in marks), tuple(below)


def _files(rule: RuleChain, project: Project, said: Said, *, english: bool) -> Iterator[str]:
    """The source rows of a rule, a line for each file."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for source in rule.sources:
        rows.setdefault((source.dataset, source.file, source.sha256[:12]), []).append(str(source.row))
    for (dataset, file, digest), found in rows.items():
        shown = said["row"].format(rows=said["comma"].join(dict.fromkeys(found)))
        yield f"{_dataset(dataset, project, english=english)}  {file}  {shown}  SHA-256 {digest}…"


def _unit(unit: str, said: Said) -> str:
    return f"{words.UNITS[unit]} {unit}" if said is ZH and unit in words.UNITS else unit


def _dataset(dataset: str, project: Project, *, english: bool) -> str:
    contract = project.catalogue.get(dataset)
    return (contract.title if english else contract.title_zh) if contract else dataset


def _related(found: Dossier, project: Project, said: Said) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in found.related:
        via = said["via"].format(dataset=_dataset(one.dataset, project, english=said is EN))
        about = f"{one.subject_name} {one.subject}".strip()
        state = f"{_unit(one.unit, said)}  {words.disposition(one.state)} {one.state}"
        yield f"{about}  {one.clue_id}  {words.band(one.band)} {said['score']} {one.score}", (state, via)


def _undecided(found: Dossier, project: Project, said: Said) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in found.undecided:
        dataset = _dataset(one.dataset, project, english=said is EN)
        period = f"{one.period_from or ''} - {one.period_to or ''}" if one.period_from or one.period_to else ""
        yield (
            f"{_rule(one.rule, project)}  {one.outcome}: {one.reason}",
            (f"{dataset}  {one.region or said['everywhere']}  {period}",),
        )


def _silent(found: Dossier, project: Project) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The silent rules that answer about this kind of subject, where the kind is known."""
    kinds = {chain.clue["subject_type"] for chain in found.clues}
    for rule in found.silent:
        known = project.library.rules.get(rule)
        if not kinds or known is None or known.clue.subject_type in kinds:
            yield _rule(rule, project), ()


def _rule(rule: str, project: Project) -> str:
    known = project.library.rules.get(rule)
    title = (known.title if project.settings.language == "en" else known.title_zh) if known else ""
    return f"{title}  {rule}".strip()


def _plain(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
