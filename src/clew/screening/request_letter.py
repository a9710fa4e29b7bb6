"""The data request in words: a letter to each office that a prosecutor can paste, and the whole list as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clew.screening.missing import Gap, runs

HEADINGS = (
    ("提供单位", "Asked of"),
    ("数据集", "Dataset"),
    ("行政区划", "Region"),
    ("所缺月份", "Months missing"),
    ("原因", "Reason"),
    ("等待的规则", "Rules waiting"),
    ("未能判定人次", "Subjects undecided"),
)
"""Of the list, Chinese and English."""

EVERYWHERE = "全部"
NOBODY = "（数据合同未写明提供单位）"
BASIS = "《中华人民共和国人民检察院组织法》第二十一条"
"""The duty to cooperate with a procuratorate's inquiry (2018 revision). A suggestion: the office signs for it."""


def cells(gap: Gap) -> tuple[str, ...]:
    """One line of the list, as texts, in the order of :data:`HEADINGS`."""
    return (
        "\n".join(dict.fromkeys(filter(None, (gap.addressee or NOBODY, gap.owner)))),
        f"{gap.title_zh} {gap.dataset}".strip(),
        gap.region or EVERYWHERE,
        months_zh(gap.months) or "自始 all",
        f"{gap.reason.zh}\n{gap.reason.en}",
        "\n".join(gap.rules),
        str(gap.subjects),
    )


def months_zh(months: Sequence[date]) -> str:
    """Months in a row together: 2026年1月至3月、2026年5月."""
    parts = []
    for first, last in runs(months):
        start = f"{first.year}年{first.month}月"
        until = f"{last.month}月" if last.year == first.year else f"{last.year}年{last.month}月"
        parts.append(start if first == last else f"{start}至{until}")
    return "、".join(parts)


def by_addressee(gaps: Sequence[Gap]) -> list[tuple[str, list[Gap]]]:
    """The lines for each addressee, in the order of their first line."""
    found: dict[str, list[Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.addressee, []).append(gap)
    return list(found.items())


def letter(addressee: str, gaps: Sequence[Gap]) -> str:
    """A letter that asks one office for what is missing. It names no person and no case."""
    lines = [
        "关于商请提供（补充）数据的函",
        "",
        f"{addressee or NOBODY}：",
        f"　　因开展法律监督工作需要，依据{BASIS}，现商请贵单位提供（补充）下列数据：",
    ]
    for number, gap in enumerate(gaps, start=1):
        where = f"行政区划代码{gap.region}" if gap.region else "全部地区"
        when = months_zh(gap.months) or "全部期间"
        waiting = f"因上述数据缺失，现有{gap.subjects}人次未能判定。" if gap.subjects else ""
        lines.append(
            f"　　{number}．{gap.title_zh or gap.dataset}（{gap.dataset}），{where}，{when}。"
            f"目前情况：{gap.reason.zh}。{waiting}"
        )
    lines += [
        "　　请随电子数据附函写明：数据所属期间、行政区划、总行数、金额类字段合计，以及该期间、该地区数据是否完整。"
        "如上述期间确无数据，请书面说明。",
        "　　数据仅用于法律监督，我院将依法保密。",
        "",
        "　　联系人：　　　　　　联系电话：",
        "　　　　　　　　　　　　　　　　　　　　（院印）　　　年　　月　　日",
    ]
    return "\n".join(lines)


def markdown(gaps: Sequence[Gap], as_of: date) -> str:
    """The list as a table, then the letters."""
    lines = [f"# 数据需求清单 Data request, {as_of}", ""]
    if not gaps:
        return "\n".join([*lines, "没有缺失的数据。Nothing is missing.", ""])
    heads = [f"{zh} {en}" for zh, en in HEADINGS]
    lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(_cell(text) for text in cells(gap))} |" for gap in gaps]
    for addressee, own in by_addressee(gaps):
        lines += ["", f"## {addressee or NOBODY}", "", "```", letter(addressee, own), "```"]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
