"""The mess is there, in the announced measure, and of the kinds the contracts can repair."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from clew.contracts.catalogue import Catalogue
from clew.demo import mess
from clew.demo.population import make_block
from clew.demo.schemas import frame
from clew.demo.sheets import as_sent

SIZE = 20_000


def hand() -> mess.Hand:
    return mess.Hand(np.random.default_rng(4))


def test_dates_keep_their_day_in_every_form() -> None:
    days = pl.Series([date(2024, 7, 1) + timedelta(days=index % 700) for index in range(SIZE)])
    texts = mess.date_texts(hand(), days, style=0)
    odd = [text for text in texts if not re.fullmatch(r"\d{4}-\d\d-\d\d", text)]
    assert 0.5 < len(odd) / SIZE / (mess.RATES["date"] * 0.75) < 1.5
    assert {"/" in text for text in odd} == {True, False}
    for day, text in zip(days, texts, strict=True):
        numbers = re.findall(r"\d+", text)
        parts = [text[:4], text[4:6], text[6:]] if len(numbers) == 1 else numbers
        assert date(*(int(part) for part in parts)) == day


def test_empty_dates_stay_empty_and_old_birthdays_are_kept() -> None:
    texts = mess.date_texts(hand(), pl.Series([None, date(1931, 2, 3)]), style=2)
    assert texts.to_list()[0] is None
    assert "1931" in texts.to_list()[1]


def test_money_keeps_its_fen() -> None:
    fen = pl.Series(np.arange(SIZE) * 137 + 5)
    texts = mess.money_texts(hand(), fen)
    assert texts.str.replace_all(",", "").str.replace(".", "", literal=True).cast(pl.Int64).equals(fen)
    assert 0 < texts.str.contains(",").sum() < SIZE * mess.RATES["number"] * 2


def test_codes_become_the_senders_words() -> None:
    column = pl.Series(["a", "b", None] * 5_000)
    texts = mess.code_texts(hand(), column, {"a": ["甲", "老甲"], "b": ["乙"]})
    assert set(texts.unique().to_list()) == {"甲", "老甲", "乙", None}
    assert texts.to_frame("t").filter(pl.col("t") == "老甲").height < SIZE * 0.02


def test_identity_numbers_stay_recoverable() -> None:
    people = make_block(seed=8, index=0, count=1, size=SIZE).people
    texts = mess.identity_texts(hand(), people["person_id"])
    short = lower = 0
    for number, text in zip(people["person_id"], texts, strict=True):
        if len(text) == 15:
            assert text == number[:6] + number[8:17]
            assert number[6:10] < "1950"
            short += 1
        else:
            assert text.upper() == number
            lower += text != number
    assert short > 0
    assert lower > 0


def test_smudges_follow_the_contract() -> None:
    column = pl.Series(["王伟"] * SIZE)
    assert mess.smudge(hand(), column, (), inner=True).equals(column)
    touched = mess.smudge(hand(), column, ("trim", "spaces", "halfwidth"), inner=True)
    changed = touched.filter(touched != column)
    assert 0.4 < len(changed) / SIZE / (mess.RATES["spaces"] + mess.RATES["halfwidth"]) < 1.6
    assert touched.str.replace_all(r"[\s　]", "").unique().to_list() == ["王伟"]


def test_a_delivered_sheet_has_no_canonical_code_left(catalogue: Catalogue) -> None:
    contract = catalogue.contracts["population_register"]
    people = make_block(seed=8, index=0, count=1, size=500).people
    columns = ("person_id", "name", "sex", "born_on", "region")
    sent = as_sent(frame("population_register", people.select(columns).to_dict()), contract, hand())
    assert sent.columns == [column.header for column in contract.columns]
    sex = contract.column("sex")
    assert sex is not None
    assert {value.strip("　 ") for value in sent[sex.header]} <= set(sex.values)


@pytest.mark.parametrize("number", ["340102197308229660", "34012119431102001X", "340121194311020011"])
def test_a_spoiled_number_differs_in_the_check_digit_only(number: str) -> None:
    spoiled = mess.bad_identity(number)
    assert spoiled[:17] == number[:17]
    assert spoiled != number
