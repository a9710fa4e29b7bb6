"""The drop folder: the same seed gives the same bytes, covering letters hold, nothing of others is removed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from ruamel.yaml import YAML

from clew.contracts.catalogue import Catalogue
from clew.demo.files import Workbook
from clew.demo.generate import generate
from clew.demo.schemas import SCHEMAS
from clew.demo.truth import Planted, Truth, read_truth


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_other_seed_other_bytes(
    tmp_path: Path, catalogue: Catalogue, province: tuple[Path, Truth]
) -> None:
    persons, seed = province[1].persons, province[1].seed
    again = generate(tmp_path / "again", persons, seed, catalogue=catalogue)
    assert hashes(tmp_path / "again") == hashes(province[0])
    assert again == province[1]
    generate(tmp_path / "other", persons, seed + 1, catalogue=catalogue)
    ours, others = hashes(province[0]), hashes(tmp_path / "other")
    assert ours.keys() == others.keys()
    assert ours["truth.csv"] != others["truth.csv"]


def test_every_dataset_has_files_and_every_file_a_letter_with_its_row_count(
    province: tuple[Path, Truth], catalogue: Catalogue
) -> None:
    drop = province[0] / "drop"
    assert {folder.name for folder in drop.iterdir()} == set(SCHEMAS)
    letters = sorted(drop.rglob("*.yml"))
    files = [path for path in drop.rglob("*") if path.is_file() and path.suffix != ".yml"]
    assert len(letters) == len(files)
    counted = 0
    for path in letters:
        letter = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        data = path.with_suffix("")
        form = catalogue.contracts[data.parent.name].file_format
        if data.suffix == ".csv":
            text = data.read_bytes().decode(form.encoding)
            assert text.count("\r\n") - 1 == letter["rows"]
            counted += 1
        elif data.suffix == ".jsonl":
            assert len(data.read_bytes().splitlines()) == letter["rows"]
            counted += 1
        assert str(letter["received_on"]) <= "2026-06-30"
    assert counted > 40


def test_headers_are_the_contracts(province: tuple[Path, Truth], catalogue: Catalogue) -> None:
    for path in (province[0] / "drop").rglob("*.csv"):
        contract = catalogue.contracts[path.parent.name]
        first = path.read_bytes().decode(contract.file_format.encoding).split("\r\n", 1)[0].lstrip("\ufeff")
        assert first.split(",") == [column.header for column in contract.columns]


def test_the_generators_columns_are_the_contracts(catalogue: Catalogue) -> None:
    for dataset, schema in SCHEMAS.items():
        assert set(catalogue.contracts[dataset].names) == set(schema), dataset


def test_one_file_is_not_what_its_name_says(province: tuple[Path, Truth]) -> None:
    broken = []
    for path in (province[0] / "drop").rglob("*.parquet"):
        try:
            pl.read_parquet(path)
        except pl.exceptions.PolarsError:
            broken.append(path.name)
    assert broken == ["道路交通违法记录_2026年06月补传.parquet"]


def test_the_blind_citys_month_is_missing_and_one_file_was_corrected(province: tuple[Path, Truth]) -> None:
    sent = {path.name for path in (province[0] / "drop" / "benefit_payment").glob("*.csv")}
    assert "清河市救助补贴发放明细_2026年05月.csv" in sent
    assert "平川市救助补贴发放明细_2026年05月.csv" not in sent
    letter = province[0] / "drop/benefit_payment/云台市救助补贴发放明细_2026年03月_更正.csv.yml"
    assert "replaces: 云台市救助补贴发放明细_2026年03月.csv" in letter.read_text(encoding="utf-8")


def test_truth_file_reads_back(province: tuple[Path, Truth]) -> None:
    folder, truth = province
    assert tuple(read_truth(folder / "truth.csv")) == truth.rows
    assert all(truth.count(kind) for kind in Planted)


@pytest.mark.parametrize("persons", [0, 1_999, 50_000_001])
def test_sizes_outside_the_bounds_are_refused(tmp_path: Path, catalogue: Catalogue, persons: int) -> None:
    with pytest.raises(ValueError, match="persons"):
        generate(tmp_path, persons, 1, catalogue=catalogue)
    assert not list(tmp_path.iterdir())


def test_a_missing_contract_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    rest = {name: contract for name, contract in catalogue.contracts.items() if name != "trade_bar"}
    with pytest.raises(ValueError, match="trade_bar"):
        generate(tmp_path, 2_000, 1, catalogue=Catalogue(rest))


def test_somebody_elses_drop_folder_stays(tmp_path: Path, catalogue: Catalogue) -> None:
    theirs = tmp_path / "drop" / "pension_payment" / "real.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("x")
    with pytest.raises(ValueError, match="no demo"):
        generate(tmp_path, 2_000, 1, catalogue=catalogue)
    assert theirs.read_text() == "x"


def test_a_full_sheet_is_continued_on_another(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "long.xlsx", "名册", "标题", rows=6)
    book.add(pl.DataFrame({"a": [str(number) for number in range(3)], "b": ["x"] * 3}))
    book.add(pl.DataFrame({"a": [str(number) for number in range(3, 9)], "b": ["x"] * 6}))
    book.close()
    assert book.sheets == 3
    sheets = load_workbook(tmp_path / "long.xlsx")
    rows = [row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows.count(("a", "b")) == 3
    assert [row[0] for row in rows if row != ("a", "b")] == [str(number) for number in range(9)]
