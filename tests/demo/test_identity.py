"""Identity numbers and credit codes, with python-stdnum as the oracle."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from clew.demo.divisions import COUNTIES
from clew.demo.identity import credit_codes, id15, id18
from clew.demo.mess import bad_identity
from clew.demo.population import make_block
from clew.demo.stage import Stage


@settings(max_examples=200)
@given(
    st.sampled_from([110101, 340102, 340421, 650121]),
    st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 6, 30)),
    st.integers(1, 999),
)
def test_check_digit_is_the_registrys(division: int, born: object, sequence: int) -> None:
    number = id18(np.array([division]), np.array([int(f"{born:%Y%m%d}")]), np.array([sequence]))[0]
    assert len(number) == 18
    assert number[-1] == ric.calc_check_digit(number)
    assert ric.get_birth_date(number) == born
    assert bad_identity(number)[-1] != ric.calc_check_digit(number)


def test_every_person_has_a_valid_number_that_says_birthday_and_sex() -> None:
    people = make_block(seed=3, index=0, count=1, size=5_000).people
    assert people["person_id"].n_unique() == people.height
    for number, born_on, sex in people.select("person_id", "born_on", "sex").iter_rows():
        assert number[-1] == ric.calc_check_digit(number)
        assert ric.get_birth_date(number) == born_on
        assert (int(number[16]) % 2 == 0) == (sex == "female")


def test_numbers_of_counties_that_never_changed_pass_the_strict_check() -> None:
    people = make_block(seed=3, index=0, count=1, size=5_000).people
    unchanged = people.filter(pl.col("person_id").str.slice(0, 6).is_in(["340121", "340421"]))
    assert unchanged.height > 300
    assert all(ric.is_valid(number) for number in unchanged["person_id"])


def test_blocks_never_share_a_number() -> None:
    blocks = [make_block(seed=3, index=index, count=3, size=3_000).people for index in range(3)]
    assert pl.concat(blocks)["person_id"].n_unique() == 9_000


def test_fifteen_digits_leave_out_century_and_check_digit() -> None:
    row = pl.DataFrame({"number": ["34012119431102001X"]}).select(id15(pl.col("number")))
    assert row.item() == "340121431102001"


def test_credit_codes_are_valid() -> None:
    regions = [county.code for county in COUNTIES]
    codes = credit_codes(regions, np.arange(len(regions)) * 977_777_777 + 31**8)
    assert all(uscc.is_valid(code) for code in codes)
    assert [code[2:8] for code in codes] == regions


def test_planted_companies_never_run_out_of_names_of_their_own() -> None:
    stage = Stage(seed=1, copies=1)
    companies = [stage.company("贸易") for _ in range(1_500)]
    assert len({company.uscc for company in companies}) == 1_500
    names = {company.name[2:] for company in companies}
    assert len(names) > 1_200  # the first two characters are the county's
