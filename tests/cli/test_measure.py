"""models and backtest: measured precision, and other thresholds."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.cli.conftest import AS_OF, Clew


def test_models_tell_what_is_known_and_what_is_missing(clew: Clew, office: Path) -> None:
    before = clew("models", "-C", office, "--lang", "en")
    assert before.code == 0 and "not measured" in before.out
    clue = json.loads(clew("clues", "-C", office, "--json").out)["clues"][0]["clue_id"]
    clew("dispose", clue, "-C", office, "--as", "substantiated", "--on", AS_OF)
    [model] = json.loads(clew("models", "-C", office, "--json").out)
    assert model["datasets"] == ["payment"] and model["shadow_runs"] == 1 and model["last"]["clues"] == 1
    assert model["precision"]["all"]["precision"] == 1.0 and model["precision"]["all"]["interval"][0] < 0.21
    assert any("stable" in one["en"] for one in model["missing_for_live"])
    told = clew("models", "paid_twice", "-C", office).out
    assert "100% [21%, 100%] n=1" in told and f"rows left at each step on {AS_OF}: 4 > " in told
    unknown = clew("models", "paid_twise", "-C", office)
    assert unknown.code == 2 and "did you mean 'paid_twice'?" in unknown.err


def test_models_are_listed_before_anything_was_screened(clew: Clew, fresh: Path) -> None:
    listed = clew("models", "-C", fresh)
    assert listed.code == 0 and "clew run" in listed.err
    assert "paid_twice" in listed.out and "payment" in listed.out and "not screened" in listed.out
    [model] = json.loads(clew("models", "-C", fresh, "--json").out)
    assert model["last"] is None and model["funnels"] == {} and model["datasets"] == ["payment"]
    assert clew("models", "paid_twice", "-C", fresh).code == 0
    assert not (fresh / "var" / "warehouse.duckdb").exists()


def test_a_backtest_sweeps_each_parameter(clew: Clew, office: Path, tmp_path: Path) -> None:
    clue = json.loads(clew("clues", "-C", office, "--json").out)["clues"][0]["clue_id"]
    clew("dispose", clue, "-C", office, "--as", "substantiated", "--on", AS_OF)
    table = tmp_path / "sweep.csv"
    page = tmp_path / "sweep.html"
    shown = clew("backtest", "paid_twice", "-C", office, "--csv", table, "--page", page)
    drawn = page.read_text(encoding="utf-8")
    assert drawn.count('class="value current"') == 1
    assert "http" not in drawn.replace("http-equiv", "") and "张" not in drawn
    assert shown.code == 0 and "参数取其他值会发现什么" in shown.out and "$min_payments" in shown.out
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["value"]: row for row in csv.DictReader(file) if row["band"] == "all"}
    assert drawn.count('class="value') == len(rows) and len(rows) > 3
    assert rows["2"]["current"] == "True" and rows["2"]["clues"] == "1" and rows["2"]["substantiated"] == "1"
    assert rows["4"]["clues"] == "0" and rows["4"]["substantiated_gone"] == "1"
    rule = json.loads(clew("backtest", "example.paid_twice", "-C", office, "--no-sweep", "--json").out)
    assert rule["precision"]["1"]["substantiated"] == 1 and rule["sweep"] == []


def test_nothing_to_measure_is_said(clew: Clew, office: Path, fresh: Path) -> None:
    assert clew("backtest", "paid_twice", "-C", fresh).code == 2
    unknown = clew("backtest", "paid_twise", "-C", office)
    assert unknown.code == 2 and "there is no rule or model 'paid_twise'" in unknown.err
