"""The SQL of the check digits agrees with python-stdnum on valid, damaged and absurd numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from clew.contracts.identity import (
    USCC_ALPHABET,
    every_number_matches,
    id18_last,
    id18_number,
    id18_proven,
    identity_violated,
)

DIGITS = "0123456789"


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def violated(engine: duckdb.DuckDBPyConnection, identity: str, values: Sequence[str | None]) -> list[bool]:
    sql = f"select {identity_violated(identity, chr(34) + 'c' + chr(34))} from unnest(?::varchar[]) as t(c)"
    return [row[0] for row in engine.execute(sql, [list(values)]).fetchall()]


def id18(region: int, born: date, order: int) -> str:
    stem = f"{region:06d}{born:%Y%m%d}{order:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def well_formed_id(number: str) -> bool:
    """stdnum's rule without its table of county codes (that is the region's own check), and without its clean-up."""
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit() or number[0] == "0":
        return False
    try:
        born = ric.get_birth_date(number)
    except ric.ValidationError:
        return False
    return 1800 <= born.year <= 2099 and number[17] == ric.calc_check_digit(number)


ids = st.builds(id18, st.integers(110000, 829999), st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.integers(0, 999))


@settings(max_examples=200, deadline=None)
@given(number=ids, position=st.integers(0, 17), replacement=st.sampled_from([*"0123456789Xx+- .e", "①", "", "１"]))
def test_a_changed_character_is_found(
    engine: duckdb.DuckDBPyConnection, number: str, position: int, replacement: str
) -> None:
    damaged = number[:position] + replacement + number[position + 1 :]
    assert violated(engine, "id18", [number, damaged]) == [False, not well_formed_id(damaged)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(
    ids, st.booleans(), st.integers(0, 17), st.sampled_from([*"0123456789Xx_aF+- .e\t", "①", "", "１", "00"])
), min_size=20, max_size=20), st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))  # fmt: skip
def test_the_proof_from_the_bits_holds_for_all_valid_numbers_but_those_of_a_leap_day(
    engine: duckdb.DuckDBPyConnection, drawn: list[tuple[str, bool, int, str]], year: int, month: int, day: int
) -> None:
    numbers = [number[:place] + put + number[place + 1 :] if damage else number for number, damage, place, put in drawn]
    stem = f"{drawn[0][0][:6]}{year:04d}{month:02d}{day:02d}123"
    numbers += [stem + ric.calc_check_digit(stem + "0"), "", "中" * 18]
    proven = engine.execute(
        f"""select coalesce({id18_proven('"c"', "number", "last")}, false) from (
            select c, {id18_number('"c"')} as number, {id18_last('"c"')} as last
            from (select unnest(?::varchar[]) as c))""",
        [numbers],
    ).fetchall()
    assert [row[0] for row in proven] == [well_formed_id(text) and text[10:14] != "0229" for text in numbers]


@settings(max_examples=150, deadline=None)
@given(stem=st.text(DIGITS, min_size=17, max_size=17), check=st.sampled_from("0123456789X"))
def test_any_18_characters(engine: duckdb.DuckDBPyConnection, stem: str, check: str) -> None:
    assert violated(engine, "id18", [stem + check]) == [not well_formed_id(stem + check)]


def test_five_thousand_random_ids_agree(engine: duckdb.DuckDBPyConnection) -> None:
    rng = random.Random(7)  # noqa: S311 - a repeatable sample, no secret
    numbers = [
        id18(rng.randint(110000, 659999), date(1930, 1, 1) + timedelta(rng.randint(0, 35000)), rng.randint(0, 999))
        for _ in range(5000)
    ]
    numbers += [number[:17] + rng.choice("0123456789X") for number in numbers]
    assert violated(engine, "id18", numbers) == [not well_formed_id(number) for number in numbers]


@pytest.mark.parametrize(("number", "bad"), [
    (None, False),
    ("", True),
    ("11010519491231002X", False),
    ("11010519491231002x", True),
    ("110105194912310021", True),
    ("110105491231002", True),
    ("1.101051949123e16X", True),
    (" 1010519491231002X", True),
    ("11010519490229002X", True),
    ("1101051949123100\n2X", True),
    ("11010519491231002X\n", True),
    ("居民身份证号码居民身份证号码居民身份", True),
])  # fmt: skip
def test_id18_edges(engine: duckdb.DuckDBPyConnection, number: str | None, bad: bool) -> None:
    assert violated(engine, "id18", [number]) == [bad]


def test_leap_days_are_dates_and_others_are_not(engine: duckdb.DuckDBPyConnection) -> None:
    stems = {"20000229": False, "19000229": True, "20240229": False, "20230229": True, "20230431": True}
    for day, bad in stems.items():
        stem = f"340102{day}123"
        number = stem + ric.calc_check_digit(stem + "0")
        assert violated(engine, "id18", [number]) == [bad], day


codes = st.builds(
    lambda digits, rest: (stem := digits + rest) + uscc.calc_check_digit(stem),
    st.text(DIGITS, min_size=8, max_size=8), st.text(USCC_ALPHABET, min_size=9, max_size=9),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(code=codes, position=st.integers(0, 17), replacement=st.sampled_from([*USCC_ALPHABET, *"IOSVZa", "", "Ａ"]))
def test_uscc_agrees_with_stdnum(engine: duckdb.DuckDBPyConnection, code: str, position: int, replacement: str) -> None:
    damaged = code[:position] + replacement + code[position + 1 :]
    valid = damaged.isascii() and damaged == damaged.upper() and uscc.is_valid(damaged)
    assert violated(engine, "uscc", [code, damaged, None]) == [False, not valid, False]


@pytest.mark.parametrize(("pattern", "all_match"), [
    (r"^[0-9]{17}[0-9X]$", True), (r"^[1-9]\d{16}[0-9X]$", True), ("^[0-9A-Z]{18}$", True),
    (r"^[0-9]{17}[0-9]$", False), ("^[0-9]{6}[12][0-9]{10}[0-9X]$", False), ("^[0-9]{18}$", False),
    ("^[0-9]{15}|[0-9]{17}[0-9X]$", False), ("[0-9]{17}[0-9X]", False), ("^[0-9]{17,18}[0-9X]$", False), ("", False),
])  # fmt: skip
def test_patterns_that_no_valid_number_breaks(pattern: str, all_match: bool) -> None:
    assert every_number_matches("id18", pattern) is all_match
    assert not every_number_matches("uscc", pattern)
