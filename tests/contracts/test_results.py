"""Great Expectations results from our measures are those GX itself gives, and Data Docs open without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clew.contracts.check import CheckMeasure, Measured
from clew.contracts.checks import every_check
from clew.contracts.model import Contract
from clew.contracts.results import validation_result, write_data_docs
from clew.contracts.suite import expectations, suite
from tests.contracts.conftest import SAMPLE, Reader
from tests.contracts.staged import measure, stage

ROWS: list[dict[str, str | None]] = [
    {"payment_id": "P1", "person_id": "11010519491231002X", "amount": "10.5", "grade": "1", "scheme": "职工",
     "paid_on": "2026-01-02", "region": "340102"},
    {"payment_id": "P2", "person_id": "11010519491231002X", "amount": "2000", "grade": "3", "scheme": "职",
     "paid_on": "2026-01-02", "region": "34010"},
    {"payment_id": "P2", "person_id": "x", "amount": "-1", "grade": None, "scheme": "一二三四五六七八九",
     "paid_on": "2026-01-03", "region": None},
    {"payment_id": None, "person_id": None, "amount": None, "grade": "2", "scheme": None, "paid_on": None,
     "region": "340103"},
    {"payment_id": "P5", "person_id": "110105194912310021", "amount": "5", "grade": "9", "scheme": "居民",
     "paid_on": "2026-01-05", "region": "340102"},
]  # fmt: skip
# Kinds GX judges by an engine on a data frame; the rest are rows a query finds, which only an SQL engine runs.
COMPARED = ("not_null", "enum", "range", "length", "pattern", "unique", "null_share", "row_count")


@pytest.fixture
def public(read: Reader) -> Contract:
    """The sample with every column public, so that samples are not left out."""
    text = SAMPLE.replace("classification: personal", "classification: public")
    contract, problems = read(text)
    assert contract is not None, [str(problem) for problem in problems]
    return contract


def test_results_equal_those_of_gx_on_pandas(public: Contract, no_network: None) -> None:
    import great_expectations as gx
    import pandas

    connection = stage(public, ROWS)
    measures = measure(connection, public)
    ours = validation_result(public, Measured(len(ROWS), measures))
    rows = connection.execute(f"select {', '.join(public.names)} from staged order by position").fetchall()
    plain = [[float(value) if isinstance(value, Decimal) else value for value in row] for row in rows]
    frame = pandas.DataFrame(plain, columns=list(public.names), dtype=object)
    context = gx.get_context(mode="ephemeral")
    quiet: Any = {"globally": False}
    context.variables.progress_bars = quiet
    batch = (
        context.data_sources.add_pandas("p")
        .add_dataframe_asset("a")
        .add_batch_definition("b")
        .get_batch({"dataframe": frame})
    )
    compared = 0
    for (name, expectation), result, check in zip(
        expectations(public).items(), ours.results, every_check(public), strict=True
    ):
        if check.kind not in COMPARED or check.columns == ("paid_on",):
            continue  # GX on pandas cannot compare a timestamp column with a date bound
        theirs = batch.validate(expectation, result_format="SUMMARY")
        assert not theirs.exception_info.get("raised_exception"), name
        expected = dict(theirs.result)
        expected.pop("partial_unexpected_index_list", None)  # positions in a data frame: we keep row numbers
        assert (name, result.success) == (name, theirs.success)
        assert (name, dict(result.result)) == (name, expected)
        compared += 1
    assert compared == 13


def test_the_verdict_of_each_expectation_is_the_checks_own(public: Contract) -> None:
    measures = measure(stage(public, ROWS), public)
    result = validation_result(public, Measured(len(ROWS), measures))
    for check, item in zip(every_check(public), result.results, strict=True):
        assert (check.name, item.success) == (check.name, check.holds(measures[check.name]))
    assert result.success is False
    assert result.statistics["evaluated_expectations"] == len(measures)


def test_the_suite_has_one_expectation_for_each_check(sample: Contract) -> None:
    built = suite(sample)
    assert built.name == "payment"
    found = {(item.meta or {})["check"]: item.severity for item in built.expectations}
    assert list(found) == [check.name for check in every_check(sample)]
    assert (found["some_rows"], found["person_id.pattern"], found["person_id.in_population"]) == (
        "critical",
        "warning",
        "info",
    )


def test_values_of_personal_columns_never_reach_a_result(sample: Contract) -> None:
    measures = measure(stage(sample, ROWS), sample)
    result: Any = validation_result(sample, Measured(len(ROWS), measures))
    text = str(result.to_json_dict())
    assert "110105194912310021" not in text and "一二三四五六七八九" in text


def test_a_check_that_was_not_measured_cannot_look_passed(sample: Contract) -> None:
    measures = {check.name: CheckMeasure(0) for check in every_check(sample)}
    del measures["amount.range"]
    with pytest.raises(ValueError, match=r"payment: .*amount\.range"):
        validation_result(sample, Measured(0, measures))


def test_data_docs_go_to_a_relative_folder_too(
    public: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = validation_result(public, Measured(len(ROWS), measure(stage(public, ROWS), public)))
    index = write_data_docs([result], Path("var/docs"))
    assert index == tmp_path.resolve() / "var" / "docs" / "index.html"
    assert index.is_file()


def test_data_docs_are_self_contained_and_repeatable(
    public: Contract, tmp_path: Path, no_network: None, capsys: pytest.CaptureFixture[str]
) -> None:
    result = validation_result(
        public, Measured(len(ROWS), measure(stage(public, ROWS), public)), batch="7", received_on=date(2026, 6, 30)
    )
    pages = []
    for folder in (tmp_path / "one", tmp_path / "one", tmp_path / "two"):
        index = write_data_docs([result], folder)
        assert index == folder / "index.html"
        pages.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert pages[0] == pages[1] == pages[2]
    assert len(pages[0]) == 3
    for name, content in pages[0].items():
        text = content.decode("utf-8")
        assert not re.search(r"https?:|<script|<img|<link|url\(|@import", text), name
        for link in re.findall(r'href="([^"#]+)"', text):
            assert (tmp_path / "one" / name.parent / link).resolve().is_file(), (name, link)
    front = pages[0][Path("index.html")].decode("utf-8")
    assert "payment" in front and "2026-06-30" in front and "未通过" in front
    page = next(content for name, content in pages[0].items() if "validations" in name.parts).decode("utf-8")
    assert "values must belong to this set" in page and "居民身份证号码" in page


def test_great_expectations_is_not_imported_before_it_is_needed() -> None:
    program = (
        "import sys, clew.contracts.catalogue, clew.contracts.suite, clew.contracts.results;"
        "sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
