"""The words a case handler reads for the codes Clew keeps: Chinese first, English beside it."""

from __future__ import annotations

from clew.clues.lifecycle import TITLES_ZH, State
from clew.rules.absence import NO_KEY, NOT_COVERED, SET_ASIDE
from clew.rules.held_sharers import HUB_IN_DOUBT

BANDS = {"red": "红", "orange": "橙", "yellow": "黄", "none": "未达等级"}

UNITS = {
    "criminal": "刑事检察",
    "civil": "民事检察",
    "administrative": "行政检察",
    "public_interest": "公益诉讼检察",
    "minors": "未成年人检察",
    "execution": "刑事执行检察",
    "petition": "控告申诉检察",
    "watch": "持续关注",
}

DISPOSITION_MEANINGS = {
    State.SUBSTANTIATED: "经核查，所指事实成立，应当采取监督措施（检察建议、立案、移送等）。",
    State.NOT_SUBSTANTIATED: "经核查，所指事实不成立。",
    State.LAWFUL_EXCEPTION: "事实存在，但有法律、政策依据，不构成违法。",
    State.DATA_ERROR: "来源数据有误（身份、日期、金额等），更正来源数据后重新判断。",
    State.ALREADY_HANDLED: "有关机关在收到线索之前已经自行处理完毕。",
}

SAMPLE_KINDS = {"excluded": "被排除", "below": "略低于阈值"}
SAMPLE_ANSWERS = {"missed": "应为线索", "rightly_left_out": "确应排除"}

OUTCOMES = {"CLUE": "线索", "CLEAR": "无异常", "INCONCLUSIVE": "未能判定", "ERROR": "计算出错"}

REASONS = {
    NOT_COVERED: "已收到的数据未覆盖该地区该期间",
    SET_ASIDE: "该对象有一条记录在接收时因有误被搁置",
    HUB_IN_DOUBT: "有记录在接收时因有误被搁置，计入后该共用信息可能超过共用人数上限，暂不据以关联",
    NO_KEY: "该记录缺少用于查找对应记录的编号",
}

FATES = {"changed": "已更改", "vanished": "已不存在", "set_aside": "重新报送时因有误被搁置"}

VERDICTS = {
    "withdrawn": "撤回：来源更正后，该线索不再成立，请停止核查",
    "undecided": "暂缓：来源更正后，现有数据不足以判定，请暂缓核查",
    "stands": "更正：来源更正后重新判断，线索仍然成立，以本批次所列内容为准",
    "not_judged": "核对：来源已更正，本次筛查尚未重新判断，请核对后再处理",
}

OTHER_REASONS = {
    "correction_key": "no row received before has this primary key",
    "deletion_key": "no row received before has this primary key",
    "resubmission": "the reference is not that of a row still set aside",
    "cell": "a cell holds an error value",
    "columns": "the number of columns is not the one agreed",
    "encoding": "bytes that are not in the encoding of the file",
    "footer": "a line of totals that is not at the end",
    "json": "no JSON object, or a value that JSON does not have",
    "long": "a cell is longer than a record may be",
    "merged": "a cell is merged with those of other rows or columns: whose value it is cannot be told",
    "nul": "it holds a NUL character",
    "number": "a long number was kept as a spreadsheet number and lost its last digits",
    "quotes": "a quote that is not closed, or text behind one",
    "width": "the line is not as long as agreed",
}
"""In English what the reader of a file, or a way back out of the quarantine, found wrong with a record."""
FIXES = {
    "not_null": ("该项为必填，请补填。", "Fill it in: it is required."),
    "type": ("请写成约定的类型：日期如 2026-01-31，数字不带单位。", "Write it in the agreed type."),
    "enum": ("请改为约定取值之一；如确有新取值，请来函说明。", "Use one of the agreed values."),
    "range": ("请核对数值；如确实无误，请来函说明。", "Check the value; if it is right, say so in the letter."),
    "length": ("请核对字数，补全或删去多余字符。", "Check the number of characters."),
    "pattern": ("请按约定格式填写。", "Use the agreed form."),
    "identity": ("请与证件原件核对号码，尤其是末位校验码。", "Compare the number with the document."),
    "unique": ("请核实哪一行正确，只保留一行。", "Find out which row is right and keep that one."),
    "relationship": ("请核对该编号，或先报送其所指的记录。", "Check the key, or deliver what it refers to first."),
    "sql_row": ("请按退回原因核对整行。", "Check the whole row by the reason given."),
}
OTHER_FIX = (
    "该行未能按约定读出（列数、引号、编码或单元格错误）：请在原文件中更正后整行重报。",
    "The record could not be read: correct it in the file and send the whole row again.",
)

MODEL_STATUS = {"draft": "草稿", "test": "测试", "shadow": "试运行", "live": "正式运行", "retired": "已停用"}


def band(code: str) -> str:
    """A band's word; a code without one is shown as it is."""
    return BANDS.get(code, code)


def unit(code: str) -> str:
    """A receiving unit's name."""
    return UNITS.get(code, code)


def reason(text: str) -> str:
    """A standing reason of Clew's own in Chinese; an author's reason stays as written."""
    return REASONS.get(text, text)


def disposition(code: str) -> str:
    """A disposition's word, as it stands in the drop-down."""
    return TITLES_ZH[State(code)] if code in set(State) else code
