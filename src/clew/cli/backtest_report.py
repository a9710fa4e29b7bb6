"""What a back-test found, as tables, a CSV file, a page or JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from clew.cli import console
from clew.cli.content import chosen
from clew.cli.exits import Exit
from clew.cli.explanation import compiled
from clew.cli.failures import CommandError
from clew.cli.models_report import measured, print_precision, said
from clew.cli.opening import find_settings, open_project, warehouse
from clew.delivery import words
from clew.engines.duckdb import for_warehouse
from clew.project import Project
from clew.rule_site.backtest_page import backtest_page
from clew.screening.backtest import Backtest, backtest_of_model, backtest_of_rule
from clew.screening.effect import ALL, Effect
from clew.screening.sweep import Point
from clew.warehouse import lock_down

_UNREVIEWED = {
    "en": "Clues nobody answered count for nothing. Those answered were chosen by people, not drawn by lot: the 95 %"
    " interval holds for a lot; 'whatever the rest is' holds without one.",
    "zh": "未核查的线索不计入。已核查的由人选定，并非随机抽取：95% 区间按随机抽取计算；"
    "“未核查者不论结果”一列无须此假定。",
}
_SWEPT = {"en": "what other thresholds would find", "zh": "参数取其他值会发现什么"}
_WITH_RULE = {"en": "the clues in which it spoke", "zh": "由该规则提示的线索"}
_NO_PARAMETER = {"en": "it has no parameter", "zh": "没有参数"}
_KNOWN = {
    "en": ("substantiated", "not", "handled before", "not reviewed"),
    "zh": ("查证属实", "查否等", "已处理", "未核查"),
}
_POINT = {"en": ("parameter", "value", "clues"), "zh": ("参数", "取值", "线索")}
_NOT_FOUND = {"en": "substantiated, not found", "zh": "找不到的已查实"}
_EFFECT = {
    "en": ("rule and parameter", "value", "band", "clues", "added", "gone"),
    "zh": ("规则与参数", "取值", "等级", "线索", "新增", "消失"),
}
_EFFECT_END = {
    "en": ("precision (95 %)", "substantiated, gone"),
    "zh": ("查实率（95%）", "消失的已查实"),
}


def show_backtest(
    name: str,
    project: Path | None,
    as_of: date | None,
    table: Path | None,
    page: Path | None,
    language: str | None,
    *,
    sweeping: bool,
    as_json: bool,
) -> None:
    """Measure a model or a rule against the answers in the store; ``table`` gets the sweep as CSV, ``page`` as bars."""
    settings = find_settings(project, language=language)
    content = open_project(settings)
    rules, models = chosen(content, [name])
    if len(rules) + len(models) != 1:
        raise CommandError(Exit.USAGE, f"'{name}' names {len(rules)} rules and {len(models)} models; name one")
    with warehouse(settings) as connection, console.progress(f"back-testing {name}") as say:
        day = as_of or _last_day(connection)
        lock_down(connection)
        engine = for_warehouse(connection, day, settings.rule_seconds)
        library = content.library
        found = (
            backtest_of_model(
                connection, engine, library, models[0], day,
                lambda rule, values: compiled(rule, content, day, values), say, sweeping=sweeping,
            )
            if models
            else backtest_of_rule(
                connection, engine, rules[0], day,
                lambda rule, values: compiled(rule, content, day, values), say, sweeping=sweeping,
            )
        )  # fmt: skip
    if table is not None:
        _write_csv(table, found.rows())
    if page is not None:
        page.write_text(backtest_page(content, found), encoding="utf-8", newline="\n")
    if as_json:
        console.print_json(_plain(found))
    else:
        _print(found, content)


def _plain(found: Backtest) -> dict[str, Any]:
    return {
        "name": found.name,
        "as_of": found.as_of,
        "precision": {name: measured(one) for name, one in found.groups.items()},
        "rules": {rule: {band: measured(one) for band, one in bands.items()} for rule, bands in found.rules.items()},
        "sweep": [{"rule": rule} | one.as_dict() for rule, points in found.points.items() for one in points],
        "effects": [one.as_dict() for one in found.effects],
    }


def _last_day(connection: duckdb.DuckDBPyConnection) -> date:
    rows = connection.execute("select max(as_of) from clew.screening").fetchall()
    found: date | None = rows[0][0]
    if found is None:
        raise CommandError(Exit.USAGE, "nothing was screened yet, so nothing could be answered", "clew run")
    return found


def _print(found: Backtest, content: Project) -> None:
    language = content.settings.language
    console.say(f"{found.name}, {'数据截至' if language == 'zh' else 'data as of'} {found.as_of}")
    print_precision(found.groups, language)
    for rule, bands in found.rules.items():
        console.say(f"\n{rule}: {_WITH_RULE[language]}")
        print_precision(bands, language)
    console.say(_UNREVIEWED[language])
    if found.effects:
        console.say(f"\n{found.name}: {_SWEPT[language]}")
        columns = (*_EFFECT[language], *_KNOWN[language], *_EFFECT_END[language])
        console.print_table(columns, _effect_rows(found.effects, language), right=(1, *range(3, 10), 11))
        return
    for rule, points in found.points.items():
        console.say(f"\n{rule}: {_SWEPT[language]}")
        if points:
            headings = (*_POINT[language], *_KNOWN[language], _NOT_FOUND[language])
            console.print_table(headings, _point_rows(points), right=range(1, 8))
        else:
            console.say(f"  {_NO_PARAMETER[language]}")


def _effect_rows(effects: Iterable[Effect], language: str) -> Iterator[tuple[Any, ...]]:
    """A line for all bands of a value, then one for each band, whose first cells are left out."""
    for one in effects:
        whole = one.band == ALL
        yield (
            f"{'>' if one.current else ' '} {one.rule} ${one.parameter}" if whole else "",
            f"{one.value:f} {one.unit}" if whole else "",
            {"zh": "全部", "en": ALL}[language] if whole else words.band(one.band) if language == "zh" else one.band,
            one.known.found,
            one.added,
            one.gone,
            one.known.right,
            one.known.wrong,
            one.known.handled,
            one.known.open,
            said(one.known),
            one.missed,
        )


def _point_rows(points: Iterable[Point]) -> Iterator[tuple[Any, ...]]:
    for one in points:
        mark, value = ">" if one.current else " ", f"{one.value:f} {one.unit}"
        known = (one.right, one.wrong, one.handled, one.open)
        yield (f"{mark} {one.parameter}", value, one.clues, *known, one.missed)


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """One line per value (and band); UTF-8 with a byte-order mark, as spreadsheets read it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["rule"])
        writer.writeheader()
        writer.writerows(rows)
