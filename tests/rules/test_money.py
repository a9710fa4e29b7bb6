"""Sums of money in words: read as an independent set of labelled texts reads them, and alike in DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.rules.money import amount_cn
from tests.rules.every_macro import define_functions

LABELLED = Path(__file__).parents[2].parent / "shared" / "data" / "money-text" / "money_parser.json"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened)
        yield opened


@pytest.mark.parametrize(("text", "expected"), [
    ("叁万伍仟元整", "35000"), ("1亿2千万", "120000000"), ("十五元", "15"), ("人民币壹仟贰佰元整", "1200"),
    ("三百二十元五角", "320.5"), ("￥1,200.50元", "1200.50"), ("１００", "100"), ("一千万零五百元", "10000500"),
    ("12万3千", "123000"), ("三元零五分", "3.05"), ("三万五", None), ("3万5", None), ("二〇二六", None), ("", None),
    ("25481港元", None), ("abc", None), ("元", None), ("1亿亿亿", None), ("9999999999999", None), ("九十亿万", None),
])  # fmt: skip
def test_sums(connection: duckdb.DuckDBPyConnection, text: str, expected: str | None) -> None:
    wanted = Decimal(expected) if expected else None
    assert amount_cn(text) == wanted
    assert connection.execute("select clew_amount_cn(?)", [text]).fetchall() == [(amount_cn(text),)]


def test_labelled_texts_of_certain_sums_in_yuan() -> None:
    if not LABELLED.exists():
        pytest.skip(f"NOT RUN: the labelled texts are not at {LABELLED}")
    labelled = json.loads(LABELLED.read_text(encoding="utf-8"))
    certain = {t: v["num"] for t, v in labelled if v["definition"] == "accurate" and v["case"] == "元"}
    assert len(certain) >= 12
    assert {text: f"{amount_cn(text):.2f}" for text in certain} == certain
    others = [text for text, label in labelled if text not in certain]
    assert [amount_cn(text) for text in others] == [None] * len(others)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="零一三九十百千万亿元角分0159.壹仟两 ，整", max_size=12) | st.text(max_size=8))
def test_python_and_duckdb_agree(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    text = text.replace("\x00", "")
    assert connection.execute("select clew_amount_cn(?)", [text]).fetchall() == [(amount_cn(text),)]
