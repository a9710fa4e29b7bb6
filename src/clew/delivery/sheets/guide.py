"""说明: how to read the workbook, how to verify, what each answer means, and what is masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import Contents, ModelGuide
from clew.delivery.sheets.style import Column, Style, clipped, open_sheet, write_head

NAME = "说明"
COLUMNS = (Column("", "", 22), Column("", "", 100))
HOW_TO_READ = (
    ("线索清单", "按等级、分值从高到低排列。点击线索编号可跳到该线索的证据。线索是待核实的疑点，不是结论。"),
    ("证据", "每条线索所依据的来源数据行：来源文件名、行号、收到日期，可据此核对原始文件。"),
    ("漏斗", "每条规则逐步读取、排除、保留了多少行，以及排除的理由。"),
    ("未能判定", "数据覆盖不到、因而没有判定的对象，以及补齐哪些数据即可判定。"),
    ("填写处置", "在“处置结果”列从下拉列表选择，写明“处置说明”，保存后交回；其余单元格已保护（无密码），以免误改。"),
    ("等级", "红：优先核查；橙：尽快核查；黄：一般。等级由分值划定，分值构成见“证据”。"),
)


def add(book: Workbook, style: Style, contents: Contents, head: Mapping[str, str]) -> None:
    """Write the guide, a section for each model."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"])
    row = write_head(sheet, style, "使用说明 How to read this", [head["line"]])
    if head["notice"]:
        row = _pairs(
            sheet,
            style,
            row + 1,
            "试运行 Shadow run",
            [
                ("试运行", "标明“试运行”的模型仍在验证之中：其线索只供核对模型是否准确，不据此采取任何措施。"),
            ],
        )
    row = _pairs(sheet, style, row + 1, "怎样阅读 Reading", HOW_TO_READ)
    row = _pairs(sheet, style, row + 1, "处置结果的含义 Dispositions", _dispositions(contents.guides))
    for guide in contents.guides:
        row = _pairs(sheet, style, row + 1, f"{guide.title}{'（试运行）' if guide.shadow else ''}", _model(guide))
    row = _pairs(sheet, style, row + 1, "脱敏与保密 Masking", _masking(contents.purpose))
    _pairs(
        sheet,
        style,
        row + 1,
        "本批次 This batch",
        [
            ("筛查编号", contents.screening_id),
            ("基准日", contents.as_of.isoformat()),
            ("未列入", _withheld(contents.withheld)),
            ("完整性", "manifest.json 记有本批次每个文件及每个来源文件的 SHA-256；用 clew verify 校验。"),
        ],
    )


def _model(guide: ModelGuide) -> list[tuple[str, str]]:
    pairs = [("监督目标", guide.goal), ("被监督单位", guide.supervised_body)]
    pairs += [
        ("办理步骤" if number == 1 else "", f"{number}. {step}") for number, step in enumerate(guide.handling, start=1)
    ]
    for title, doubts in guide.false_positives:
        pairs += [(f"排除误报：{title}" if number == 0 else "", f"□ {doubt}") for number, doubt in enumerate(doubts)]
    return [(label, text) for label, text in pairs if text]


def _dispositions(guides: Sequence[ModelGuide]) -> list[tuple[str, str]]:
    used = {code for guide in guides for code in guide.dispositions}
    return [
        (words.disposition(state), meaning) for state, meaning in words.DISPOSITION_MEANINGS.items() if state in used
    ]


def _masking(purpose: str) -> list[tuple[str, str]]:
    if purpose == "case":
        return [("未脱敏", "本批次按办案用途导出，含完整个人信息：仅限承办人使用，用毕按规定销毁。")]
    return [
        ("身份证号", "只显示前三位与后两位；姓名只显示首字；银行账号等敏感信息不显示。"),
        ("查看完整信息", "承办人凭线索编号在内网查询：clew why 线索编号 --purpose case；或按办案用途重新导出。"),
    ]


def _withheld(withheld: Mapping[str, int]) -> str:
    if not any(withheld.values()):
        return "没有：本次筛查归本单位的线索全部列入。"
    return "；".join(f"{reason} {count:,} 条" for reason, count in withheld.items() if count)


def _pairs(sheet: Worksheet, style: Style, row: int, title: str, pairs: Sequence[tuple[str, str]]) -> int:
    sheet.set_row(row, 24)
    sheet.write_string(row, 0, title, style["section"])
    sheet.write_blank(row, 1, None, style["section"])
    row += 1
    for label, text in pairs:
        sheet.write_string(row, 0, label, style["plain"])
        sheet.write_string(row, 1, clipped(text), style["plain"])
        sheet.set_row(row, row_height([(label, COLUMNS[0].width), (text, COLUMNS[1].width)], least=18.0))
        row += 1
    return row
