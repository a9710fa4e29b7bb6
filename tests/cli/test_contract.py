"""clew contract: lint, infer, diff, docs and template, as a person and a pipeline use them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from stdnum.cn import ric

from clew.cli.main import run
from clew.contracts.catalogue import read_catalogue
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parents[2]
DATASETS = list((ROOT / "data_contracts").glob("*.odcs.yaml"))
HEADINGS = ["流水号", "身份证号", "姓名", "性别", "发放日期", "金额", "行政区划代码", "手机号", "次数", "备注", "在册"]


def person(rng: random.Random) -> str:
    stem = f"340102{rng.randint(1950, 2005)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(0, 999):03d}"
    return stem + str(ric.calc_check_digit(stem + "0"))


def records() -> list[list[str]]:
    rng = random.Random(3)  # noqa: S311 - a repeatable sample, no secret
    return [
        [f"L{i:05d}", person(rng), f"张{'三四五六七'[i % 5]}", "男女"[i % 2], f"2026年{i % 12 + 1}月{i % 28 + 1}日",
         f"{1000 + i}.5", f"34010{i % 4 + 2}", f"1380000{i:04d}", str(i), "" if i % 3 else "补发", "是否"[i % 2]]
        for i in range(120)
    ]  # fmt: skip


def csv_file(path: Path, encoding: str, mark: str = ",") -> None:
    path.write_bytes("\n".join(mark.join(row) for row in [HEADINGS, *records()]).encode(encoding) + b"\n")


def workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("五月")
    sheet.write_string(0, 0, "某市发放明细表（虚构）")
    for number, row in enumerate([HEADINGS, *records()], start=2):
        sheet.write_row(number, 0, row)
    book.close()


def json_lines(path: Path) -> None:
    path.write_text("\n".join(json.dumps(dict(zip(HEADINGS, row, strict=True)), ensure_ascii=False)
                              for row in records()), encoding="utf-8")  # fmt: skip


def parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [row[i] or None for row in records()] for i, name in enumerate(HEADINGS)}
    pq.write_table(pa.table(columns), path)


@pytest.mark.parametrize(("file", "make"), [
    ("pay.csv", lambda path: csv_file(path, "utf-8")),
    ("pay.txt", lambda path: csv_file(path, "gb18030", "|")),
    ("pay.xlsx", workbook),
    ("pay.jsonl", json_lines),
    ("pay.parquet", parquet),
])  # fmt: skip
def test_a_draft_is_clean_and_takes_its_own_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, make: Callable[[Path], None]
) -> None:
    project, source = tmp_path / "project", tmp_path / file
    for folder in ("data_contracts", "rules", "models"):
        (project / folder).mkdir(parents=True)
    make(source)
    path = project / "data_contracts" / "pay.odcs.yaml"
    assert run(["contract", "infer", str(source), "-o", str(path)]) == 0
    capsys.readouterr()
    assert run(["contract", "lint", "-C", str(project)]) == 0
    shown = capsys.readouterr()
    assert shown.out == "0 errors, 0 warnings. Read: 1 datasets.\n" and shown.err == ""
    problems = Problems()
    catalogue = read_catalogue(project / "data_contracts", problems)
    contract = catalogue.contracts["pay"]
    columns = {column.name: column for column in contract.columns}
    kinds = {column.header: (column.name, column.type.value, column.classification.value, column.identity)
             for column in contract.columns}  # fmt: skip
    assert kinds["身份证号"] == ("person_id", "text", "personal", "id18")
    assert kinds["姓名"][2] == kinds["手机号"][2] == "personal"
    assert (kinds["发放日期"][1], kinds["金额"][1], kinds["次数"][1], kinds["在册"][1]) == (
        "date", "decimal", "integer", "boolean")  # fmt: skip
    assert columns["sex"].enum == ("女", "男")
    assert contract.primary_key == ("serial_no",) and contract.region_column == "region"
    assert (columns["remark"].required, columns["name"].required) == (False, True)
    settings = Settings(project=project, state=project / "var", threads=2, memory_limit="1GB")
    (settings.drop_dir / "pay").mkdir(parents=True)
    shutil.copy(source, settings.drop_dir / "pay" / file)
    with open_warehouse(settings) as con:
        (done,) = ingest_folder(con, settings, catalogue, today=date(2026, 6, 30)).files
    assert (done.status, done.rows_read, done.rows_loaded) == ("loaded", 120, 120), done


def test_no_value_of_a_person_gets_into_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv_file(tmp_path / "pay.csv", "utf-8")
    assert run(["contract", "infer", str(tmp_path / "pay.csv")]) == 0
    text = capsys.readouterr().out
    for row in records():
        assert row[1] not in text and row[2] not in text and row[7] not in text
    assert "请起英文名" in text


@pytest.mark.parametrize(("content", "code"), [(b"", 3), (b"PK\x03\x04broken", 3)])
def test_a_file_that_holds_no_table_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: int
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    assert run(["contract", "infer", str(tmp_path / "x.csv")]) == code
    shown = capsys.readouterr()
    assert shown.out == "" and "x.csv:1:1: I0" in shown.err


def test_lint_reads_any_document_openly_and_the_projects_own_strictly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "data_contracts" / "trade_bar.odcs.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "property: kind" not in line]
    (tmp_path / "trade_bar.odcs.yaml").write_text("\n".join(lines), encoding="utf-8")
    file = str(tmp_path / "trade_bar.odcs.yaml")
    assert run(["contract", "lint", file]) == 0
    assert "C004 warning: the contract does not say what kind of dataset" in capsys.readouterr().err
    assert run(["contract", "lint", "--strict", file]) == 1
    assert "C004 the contract does not say what kind of dataset" in capsys.readouterr().err
    assert run(["contract", "lint", "--json", file, file + "x"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in found["problems"] if problem["severity"] == "error"] == ["E003"]
    assert run(["contract", "lint", "-C", str(ROOT)]) == 0
    assert capsys.readouterr().out.startswith(f"0 errors, 0 warnings. Read: {len(DATASETS)} datasets.")


def test_diff_names_the_rules_and_fails_when_something_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = ROOT / "data_contracts" / "death_register.odcs.yaml"
    text = old.read_text(encoding="utf-8")
    new = tmp_path / "death_register.odcs.yaml"
    new.write_text(text.replace("      - name: died_on\n", "      - name: date_of_death\n"), encoding="utf-8")
    assert run(["contract", "diff", str(old), str(new), "-C", str(ROOT), "--json"]) == 1
    (found,) = [one for one in json.loads(capsys.readouterr().out) if one["what"] == "name"]
    assert (found["column"], found["breaking"], found["text"]) == ("died_on", True, "renamed to date_of_death")
    assert "benefit.pension_after_death" in found["rules"]
    new.write_text(text.replace("maxLength: 60", "maxLength: 90"), encoding="utf-8")
    assert run(["contract", "diff", str(old), str(new), "-C", str(ROOT)]) == 0
    assert "0 breaking." in capsys.readouterr().out


def test_pages_are_self_contained_and_bilingual(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import re

    assert run(["contract", "docs", "-C", str(ROOT), "-o", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.html"))) == len(DATASETS)
    page = (tmp_path / "death_register.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|<img|<link|url\(|@import", page)
    for said in ("死亡信息", "Death register", "身份证号", "必填 / required", "sensitive", "cremation: 火化",
                 "freshness", "隔离该行 / the rows are set aside"):  # fmt: skip
        assert said in page, said
    hostile = "<script>alert(1)</script>"
    source = (ROOT / "data_contracts" / "trade_bar.odcs.yaml").read_text(encoding="utf-8")
    title = next(line for line in source.splitlines() if line.startswith("name: "))
    (tmp_path / "x.odcs.yaml").write_text(source.replace(title, f"name: '{hostile}'"), encoding="utf-8")
    assert run(["contract", "docs", str(tmp_path / "x.odcs.yaml"), "-o", str(tmp_path / "x")]) == 0
    assert hostile not in (tmp_path / "x" / "trade_bar.html").read_text(encoding="utf-8")


def test_a_template_by_name_and_an_unknown_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["contract", "template", "death_register", "-C", str(ROOT), "-o", str(tmp_path / "t.xlsx")]) == 0
    assert (tmp_path / "t.xlsx").is_file()
    assert run(["contract", "template", "death_registr", "-C", str(ROOT), "-o", str(tmp_path)]) == 2
    assert "did you mean 'death_register'?" in capsys.readouterr().err


def test_a_filled_in_form_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["contract", "template", "death_register", "-C", str(ROOT), "-o", str(tmp_path / "t.xlsx")]
    assert run(command) == 0 and run(command) == 0, "the same empty form again changes nothing"
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    book.active.cell(20, 1, "filled in")
    book.save(tmp_path / "t.xlsx")
    filled = (tmp_path / "t.xlsx").read_bytes()
    assert run(command) == 2
    assert "nothing was overwritten" in capsys.readouterr().err
    assert (tmp_path / "t.xlsx").read_bytes() == filled
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.xlsx"]
    assert run(["contract", "template", "-C", str(ROOT), "-o", str(tmp_path / "all.xlsx")]) == 2
    assert "name a folder" in capsys.readouterr().err


def test_infer_calls_what_is_no_data_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "导出.xls"
    page.write_text("<html><table><tr><td>姓名</td></tr></table></html>", "utf-8")
    assert run(["contract", "infer", str(page), "--dataset", "x"]) == 3
    assert "I015 this is a web page, not data" in capsys.readouterr().err
