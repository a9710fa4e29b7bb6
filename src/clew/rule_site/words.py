"""The words of these pages for codes: (Chinese, English)."""

from __future__ import annotations

from clew.catalogue_site.words import Words

RULE_STATUS: Words = {
    "draft": ("草稿", "draft"),
    "test": ("测试", "in test"),
    "shadow": ("试运行", "in shadow"),
    "stable": ("稳定", "stable"),
    "deprecated": ("停用", "deprecated"),
}
MODEL_STATUS: Words = {
    "draft": ("草稿", "draft"),
    "test": ("测试", "in test"),
    "shadow": ("试运行", "in shadow"),
    "live": ("正式运行", "live"),
    "retired": ("退役", "retired"),
}
SOURCES: Words = {
    "statute": ("法定", "statute"),
    "policy": ("政策", "policy"),
    "practice": ("实务", "practice"),
}
LINES: Words = {
    "criminal": ("刑事检察", "criminal"),
    "civil": ("民事检察", "civil"),
    "administrative": ("行政检察", "administrative"),
    "public_interest": ("公益诉讼检察", "public interest"),
    "minors": ("未成年人检察", "minors"),
    "execution": ("刑事执行检察", "execution"),
    "petition": ("控告申诉检察", "petitions"),
    "watch": ("持续关注", "watch"),
}
BANDS: Words = {
    "all": ("全部", "all"),
    "red": ("红", "red"),
    "orange": ("橙", "orange"),
    "yellow": ("黄", "yellow"),
    "none": ("未达等级", "no band"),
}
OUTCOMES: Words = {
    "CLUE": ("线索", "clues"),
    "CLEAR": ("无异常", "clear"),
    "INCONCLUSIVE": ("未能判定", "inconclusive"),
    "ERROR": ("出错", "errors"),
}
DISPOSITIONS: Words = {
    "substantiated": ("查证属实", "substantiated"),
    "not_substantiated": ("查否", "not substantiated"),
    "lawful_exception": ("合法例外", "lawful exception"),
    "data_error": ("数据错误", "data error"),
    "already_handled": ("已处理", "already handled"),
}
