"""backtest of a model: what another threshold changes in each band is what a screening with it finds."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from clew.scoring.interval import wilson
from tests.cli.conftest import AS_OF, LETTER, Clew

PEOPLE = {"11010519491231002X": 4, "340103198203030082": 3, "340103197102020075": 2, "340102195003072712": 2}
"""Who was paid how often for one month: four and three payments make a red clue, two a yellow one."""
TOLD = {"11010519491231002X": "substantiated", "340103198203030082": "not_substantiated"}


@pytest.fixture
def answered(clew: Clew, fresh: Path) -> Path:
    """An office whose two red clues were answered, one each way."""
    rows = [f"{who},{at}" for who, often in PEOPLE.items() for at in range(often)]
    lines = [
        f"P{number},{row.split(',')[0]},某人,2026-05-01,2026-05-1{row.split(',')[1]},1000.00,340102"
        for number, row in enumerate(rows)
    ]
    drop = fresh / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    head = "支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码"
    (drop / "payments.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    (drop / "payments.csv.yml").write_text(LETTER.replace("rows: 4", f"rows: {len(lines)}"), encoding="utf-8")
    assert clew("run", "-C", fresh, "--as-of", AS_OF).code == 0
    for clue in json.loads(clew("clues", "-C", fresh, "--purpose", "case", "--json").out)["clues"]:
        if clue["subject"] in TOLD:
            assert clew("dispose", clue["clue_id"], "-C", fresh, "--as", TOLD[clue["subject"]], "--on", AS_OF).code == 0
    return fresh


def screened(clew: Clew, office: Path, copy: Path, value: str) -> dict[str, int]:
    """The bands that a screening finds where the model sets the parameter to another value."""
    shutil.copytree(office, copy)
    model = copy / "models" / "paid_twice" / "model.yml"
    text = model.read_text(encoding="utf-8")
    use = "{use: example.paid_twice, points: 60}"
    assert use in text
    model.write_text(text.replace(use, f"{use[:-1]}, with: {{min_payments: {value}}}}}"), encoding="utf-8")
    report = json.loads(clew("run", "-C", copy, "--as-of", AS_OF, "--json").out)
    [found] = report["screening"]["models"]
    bands: dict[str, int] = found["bands"]
    return bands


def test_each_value_changes_what_a_screening_with_it_finds(clew: Clew, answered: Path, tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads(clew("backtest", "paid_twice", "-C", answered, "--json").out)
    effects = {(one["value"], one["band"]): one for one in told["effects"]}
    for value in ("3", "4"):
        bands = screened(clew, answered, tmp_path / value, value)
        counted = {band: one["clues"] for (at, band), one in effects.items() if at == value and band != "all"}
        assert {band: clues for band, clues in counted.items() if clues} == bands
    today, three, four = (effects[value, "all"] for value in ("2", "3", "4"))
    assert (today["clues"], today["added"], today["gone"], today["current"]) == (4, 0, 0, True)
    assert (three["clues"], three["gone"], three["substantiated_gone"]) == (2, 2, 0)
    assert (three["precision"], three["low"], three["high"]) == (0.5, *wilson(1, 2))
    assert (four["clues"], four["gone"], four["not_reviewed"], four["precision"]) == (1, 3, 0, 1.0)
    assert effects["8", "all"]["substantiated_gone"] == 1 and effects["8", "all"]["precision"] is None
    assert effects["3", "yellow"]["gone"] == 2 and effects["3", "red"]["gone"] == 0
    assert told["rules"]["example.paid_twice"]["red"]["interval"] == list(wilson(1, 2))


def test_one_table_says_it_in_either_language(clew: Clew, answered: Path, tmp_path: Path) -> None:
    table, page = tmp_path / "sweep.csv", tmp_path / "sweep.html"
    english = clew("backtest", "paid_twice", "-C", answered, "--lang", "en", "--csv", table, "--page", page)
    chinese = clew("backtest", "paid_twice", "-C", answered, "--lang", "zh")
    assert english.code == chinese.code == 0
    assert "what other thresholds would find" in english.out and "substantiated, gone" in english.out
    assert "参数取其他值会发现什么" in chinese.out and "消失的已查实" in chinese.out
    assert "min_payments = 3" in english.err, "it says what it is trying"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["band"] for row in rows} == {"all", "red", "yellow"}
    assert [row["clues"] for row in rows if row["value"] == "3" and row["band"] == "all"] == ["2"]
    assert "What it changes in the model" in page.read_text(encoding="utf-8") or "对模型线索的影响" in page.read_text(
        encoding="utf-8"
    )
