"""What the templates print: facts arranged for one page, with their charts drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from clew.catalogue_site import words
from clew.catalogue_site.calendar import Calendar, calendar, strip
from clew.catalogue_site.charts import SHOWN, Bar, bars, spark
from clew.catalogue_site.facts import Dataset, Delivery, Facts, Point
from clew.catalogue_site.owner import owner_title
from clew.catalogue_site.picture import lineage
from clew.catalogue_site.text import number, percent
from clew.contracts.model import Column
from clew.ingest.observe.anomaly import WINDOW
from clew.ingest.observe.shape import pooled, stability

DELIVERIES = 60
"""Deliveries a page lists: the newest."""


@dataclass(frozen=True)
class ColumnLine:
    """A column with its history: sparklines of missing values and of the drift of its distribution."""

    column: Column
    key: bool
    nulls: Markup
    missing: str
    distinct: str
    drift: Markup
    shift: str
    odd: bool


@dataclass(frozen=True)
class DatasetPage:
    """One dataset's page."""

    dataset: Dataset
    lineage: Markup
    calendar: Calendar
    volume: Markup
    quarantine: Markup
    columns: Sequence[ColumnLine]
    deliveries: Sequence[Delivery]
    older: int
    levels: Sequence[Mapping[str, Any]]
    roles: Sequence[Mapping[str, Any]]
    description: Mapping[str, Any]
    docs: str


@dataclass(frozen=True)
class IndexLine:
    """One dataset in the index."""

    dataset: Dataset
    volume: Markup
    strip: Sequence[tuple[Any, str]]
    search: str
    attention: bool


def index_lines(facts: Facts) -> list[IndexLine]:
    """The index, by dataset."""
    return [_index_line(dataset) for dataset in facts.datasets]


def dataset_page(dataset: Dataset, facts: Facts, docs: str) -> DatasetPage:
    """One dataset's page; ``docs`` is the way from it to the Data Docs, '' when there are none."""
    document = dataset.contract.document
    return DatasetPage(
        dataset,
        lineage(dataset, facts),
        calendar(dataset.certificates),
        _volume(dataset),
        _quarantine(dataset),
        _columns(dataset),
        list(reversed(dataset.deliveries[-DELIVERIES:])),
        max(len(dataset.deliveries) - DELIVERIES, 0),
        [entry for entry in document.get("slaProperties") or () if isinstance(entry, dict)],
        [entry for entry in document.get("roles") or () if isinstance(entry, dict)],
        found if isinstance(found := document.get("description"), dict) else {},
        docs,
    )


def _index_line(dataset: Dataset) -> IndexLine:
    contract = dataset.contract
    loaded = dataset.whole
    odd = {one.batch for one in dataset.anomalies}
    many = len(loaded[-SHOWN:])
    volume = spark(
        [one.read / (one.days or 1) for one in loaded],
        (
            f"最近 {many} 次交付的行数（有期间的按日均）",
            f"rows (or rows a day of the period) of the last {many} deliveries",
        ),
        [one.batch in odd for one in loaded],
    )
    said = [contract.dataset, contract.title, contract.title_zh, contract.owner, owner_title(contract)]
    said += [column.name for column in contract.columns] + [use.rule for use in dataset.uses]
    return IndexLine(
        dataset, volume, strip(dataset.certificates), " ".join(said).casefold(),
        not dataset.health.well or any(one.codes for one in dataset.deliveries[-1:]),
    )  # fmt: skip


def _volume(dataset: Dataset) -> Markup:
    odd = {one.batch for one in dataset.anomalies if one.measure == "volume"}
    chart = [Bar(one.read, _named(one, number(one.read)), one.batch in odd, not one.in_force) for one in dataset.whole]
    return bars(chart, ("每次交付的行数", "rows of each delivery"))


def _quarantine(dataset: Dataset) -> Markup:
    odd = {one.batch for one in dataset.anomalies if one.measure == "quarantine"}
    chart = [
        Bar(one.share, _named(one, percent(one.share)), one.batch in odd, not one.in_force) for one in dataset.whole
    ]
    return bars(chart, ("每次交付的隔离占比", "share set aside of each delivery"))


def _named(delivery: Delivery, value: str) -> tuple[str, str]:
    return f"{delivery.received_on} {delivery.file}", value


def _columns(dataset: Dataset) -> list[ColumnLine]:
    odd = {(one.batch, one.column): one.measure for one in dataset.anomalies if one.column}
    return [_column(column, dataset, odd) for column in dataset.contract.columns]


def _column(column: Column, dataset: Dataset, odd: Mapping[tuple[int, str], str]) -> ColumnLine:
    points = dataset.points.get(column.name, ())
    marks = {one.batch: odd.get((one.batch, column.name)) for one in points}
    missing = [one.nulls for one in points]
    nulls = spark(
        missing if any(missing) else (),
        (f"{column.name} 缺失占比", f"share of {column.name} missing"),
        [marks[one.batch] == "nulls" for one in points],
        top=0.05,
    )
    drift = _drift(points, {one.batch: one for one in dataset.whole})
    shifted = spark(
        [value for _, value in drift],
        (f"{column.name} 分布偏移", f"shift of the distribution of {column.name}"),
        [marks[batch] == "shape" for batch, _ in drift],
        top=0.5,
    )
    last = points[-1] if points else None
    return ColumnLine(
        column,
        column.name in dataset.contract.primary_key,
        nulls,
        percent(last.nulls) if last else "",
        number(last.distinct) if last else "",
        shifted,
        f"{drift[-1][1]:.2f}" if drift else "",
        bool(points) and bool(marks[points[-1].batch]),
    )


def _drift(points: Sequence[Point], deliveries: Mapping[int, Delivery]) -> list[tuple[int, float]]:
    """How far the shape of each delivery lies from those before it that it can be compared with."""
    shaped = [one for one in points if one.shape and one.batch in deliveries]
    found = []
    for at, one in enumerate(shaped):
        mine = deliveries[one.batch]
        before = [earlier.shape for earlier in shaped[:at] if deliveries[earlier.batch].like(mine)][-WINDOW:]
        if before:
            found.append((one.batch, stability(one.shape, pooled(before))))
    return found


def totals(facts: Facts) -> list[tuple[tuple[str, str], str, str]]:
    """The figures above the index: words, figure, style."""
    health = [one.health for one in facts.datasets]
    stale = sum(one.state.value == "stale" for one in health)
    never = sum(one.state.value == "never" for one in health)
    unusual = sum(bool(one.unusual) for one in health)
    return [
        (("数据集", "datasets"), number(len(facts.datasets)), ""),
        (("交付", "deliveries"), number(sum(len(one.loaded) for one in facts.datasets)), ""),
        (("有效行", "rows in force"), number(sum(one.rows for one in facts.datasets)), ""),
        (words.STATES["stale"], number(stale), "bad" if stale else "good"),
        (words.STATES["never"], number(never), "bad" if never else "good"),
        (("有异常", "unusual"), number(unusual), "warn" if unusual else "good"),
    ]
