"""Twenty broken deliveries: what becomes of each file and row, by the one command the example shows."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import duckdb
import pytest

from clew.cli.main import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "broken"
LOADED = {  # rows read, and the rows set aside with the check or fault that did it
    "01": (8, {3: "encoding"}),
    "02": (8, {2: "columns", 4: "columns", 6: "nul"}),
    "03": (8, {3: "quotes"}),
    "05": (8, {}),
    "06": (8, {5: "long"}),
    "07": (8, {1: "person_id.identity", 2: "person_id.identity"}),
    "09": (8, {}),
    "14": (7, {}),
    "16": (8, {6: "number", 8: "merged", 9: "merged", 11: "cell"}),
    "17": (8, {}),
    "18": (8, {3: "width", 6: "encoding"}),
    "20": (8, {3: "json", 5: "json"}),
}
REFUSED = {
    "04": {"I010", "I012"},
    "08": {"I013"},
    "10": {"I033"},
    "11": {"I032"},
    "12": {"I031"},
    "13": {"I015"},
    "15": {"I034"},
    "19": {"I040"},
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The project after the command, and what the command printed."""
    project = tmp_path_factory.mktemp("broken") / "broken"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("var"))
    made = runpy.run_path(str(project / "make.py"))
    made["main"](project / "var" / "drop")
    for dataset, name, content in made["deliveries"]():
        assert (project / "var" / "drop" / dataset / name).read_bytes() == content, "the same bytes every time"
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("clew.cli.console.say", lambda text="": lines.append(text))
        assert run(["ingest", "--project", str(project), "--as-of", "2026-06-30", "--rows"]) == 3
    return project, "\n".join(lines)


def test_there_are_twenty_and_each_is_pinned(said: tuple[Path, str]) -> None:
    files = [path.name[:2] for path in (said[0] / "var" / "drop").rglob("*") if path.is_file()]
    assert sorted(files) == sorted([*LOADED, *REFUSED]) == [f"{number:02d}" for number in range(1, 21)]


@pytest.mark.parametrize("number", LOADED)
def test_what_became_of_each_row(said: tuple[Path, str], number: str) -> None:
    project, text = said
    rows, aside = LOADED[number]
    with duckdb.connect(str(project / "var" / "warehouse.duckdb"), read_only=True) as con:
        ((batch, *counts),) = con.execute(
            "select batch, rows_read, rows_loaded, rows_quarantined from clew.delivery where file like ?",
            [f"{number}-%"],
        ).fetchall()
        found = con.execute("select row, reasons from clew.quarantine where batch = ?", [batch]).fetchall()
    assert counts == [rows, rows - len(aside), len(aside)]
    assert {row: reasons[0].partition(":")[0] for row, reasons in found} == aside
    block = re.search(rf"^\w+/{number}-.*?(?=^\S|^$|\Z)", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    listed = re.findall(r"row (\d+)  .*\[([\w.]+)\]$", block[0], re.MULTILINE)
    assert {int(row): name for row, name in listed} == aside


@pytest.mark.parametrize("number", REFUSED)
def test_why_each_refused_file_was_refused(said: tuple[Path, str], number: str) -> None:
    block = re.search(rf"^\w+/{number}-[^\n]*: refused\n(.*?)(?=^\S|^$|\Z)", said[1], re.MULTILINE | re.DOTALL)
    assert block is not None
    errors = set(re.findall(r"^  (I\d{3}) (?!.*warning:)", block[1], re.MULTILINE))
    assert errors == REFUSED[number] and "help:" in block[1]
    assert re.search(rf"^ \w+/{number}-\S+ +refused .* {', '.join(sorted(errors))}$", said[1], re.MULTILINE)


def test_days_of_1904_and_both_sheets_are_read_right(said: tuple[Path, str]) -> None:
    with duckdb.connect(str(said[0] / "var" / "warehouse.duckdb"), read_only=True) as con:
        days = con.execute(
            "select payment_id, paid_on::varchar, amount::varchar from data.payment_book order by payment_id"
        ).fetchall()
    assert [row for row in days if row[0].startswith(("16", "14b"))] == [
        *((f"14b-{number:03d}", f"2026-05-{number + 1:02d}", "1200.50") for number in range(4)),
        *((f"16-{number:03d}", f"2026-05-{number + 1:02d}", "1200.50") for number in (0, 2, 5, 7)),
    ]


def test_nothing_personal_is_on_the_screen_and_the_table_adds_up(said: tuple[Path, str]) -> None:
    text = said[1]
    assert not re.search(r"[0-9]{14}", text)
    assert not re.search("张三|李四|王五|赵六|孙七|周八|吴九|郑十", text)
    total = re.search(r"^ ?all +(\d+) +=[ ]+(\d+) +\+ +(\d+)$", text, re.MULTILINE)
    assert total is not None
    read, loaded, aside = map(int, total.groups())
    assert (read, loaded, aside) == (95, 79, 16)
    assert read == loaded + aside
