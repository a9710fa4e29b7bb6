"""The words of the catalogue for the codes of Clew: (Chinese, English)."""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.model import Classification

Words = Mapping[str, tuple[str, str]]

STATES: Words = {
    "fresh": ("正常", "fresh"),
    "stale": ("逾期", "stale"),
    "never": ("从未收到", "never received"),
    "open": ("未约定时限", "no term agreed"),
}
COVERAGE: Words = {"complete": ("完整", "complete"), "partial": ("部分", "partial"), "unknown": ("未知", "unknown")}
KINDS: Words = {"register": ("名册（每次交付为全量）", "register (each delivery is the whole list)"),
                "event": ("事件（每次交付新增记录）", "events (each delivery adds records)")}  # fmt: skip
CLASSES: Words = {one.value: (one.title_zh, one.value) for one in Classification}
TYPES: Words = {
    "text": ("文本", "text"),
    "integer": ("整数", "integer"),
    "decimal": ("数字", "decimal"),
    "boolean": ("是否", "boolean"),
    "date": ("日期", "date"),
    "timestamp": ("时间", "timestamp"),
}
ACTIONS: Words = {"stop": ("拒收", "stop"), "quarantine": ("隔离", "set aside"), "warn": ("提示", "warn")}
STATUSES: Words = {
    "loaded": ("已入库", "loaded"),
    "refused": ("已拒收", "refused"),
    "replaced": ("已被替代", "replaced"),
}
MEASURES: Words = {
    "volume": ("数据量", "volume"),
    "quarantine": ("隔离占比", "share set aside"),
    "nulls": ("缺失占比", "share missing"),
    "distinct": ("不同取值", "different values"),
    "shape": ("分布", "distribution"),
}
LEVELS: Words = {
    "freshness": ("时效", "freshness"),
    "frequency": ("报送频率", "frequency"),
    "latency": ("延迟", "latency"),
    "retention": ("保存期限", "retention"),
    "availability": ("可用性", "availability"),
    "timeOfAvailability": ("提供时间", "time of availability"),
}
UNITS: Words = {
    "d": ("天", "days"),
    "day": ("天", "days"),
    "days": ("天", "days"),
    "w": ("周", "weeks"),
    "week": ("周", "weeks"),
    "weeks": ("周", "weeks"),
    "m": ("个月", "months"),
    "month": ("个月", "months"),
    "months": ("个月", "months"),
    "h": ("小时", "hours"),
    "hour": ("小时", "hours"),
    "hours": ("小时", "hours"),
    "q": ("个季度", "quarters"),
    "y": ("年", "years"),
    "year": ("年", "years"),
    "years": ("年", "years"),
}


def word(words: Words, code: str) -> tuple[str, str]:
    """A code's words; a code without any is shown as it is."""
    return words.get(code, (code, code))
