"""The people are plausible: ages, counties, surnames, deaths."""

from __future__ import annotations

from datetime import date

import polars as pl

from clew.demo.divisions import COUNTIES
from clew.demo.population import make_block

PEOPLE = make_block(seed=5, index=0, count=1, size=30_000).people


def share(holds: pl.Series) -> float:
    """The share of the rows for which it is true."""
    return float(holds.sum()) / len(holds)


def test_a_fifth_is_sixty_or_older() -> None:
    assert 0.16 < share(PEOPLE["age"] >= 60) < 0.24


def test_age_is_counted_in_whole_years() -> None:
    born = PEOPLE["born_on"].to_list()
    expected = [2026 - day.year - ((day.month, day.day) > (6, 30)) for day in born]
    assert PEOPLE["age"].to_list() == expected


def test_counties_have_their_shares() -> None:
    shares = dict(PEOPLE["region"].value_counts(normalize=True).iter_rows())
    assert all(abs(shares[county.code] - county.share) < 0.01 for county in COUNTIES)


def test_the_most_frequent_surname_is_the_real_one_and_namesakes_exist() -> None:
    surnames = PEOPLE["name"].str.slice(0, 1).value_counts(sort=True)
    assert set(surnames["name"].head(3)) == {"王", "李", "张"}
    assert PEOPLE["name"].n_unique() < PEOPLE.height


def test_deaths_fall_in_the_period_and_mostly_on_the_old() -> None:
    dead = PEOPLE.filter(pl.col("died_on").is_not_null())
    assert 0.005 < dead.height / PEOPLE.height < 0.03
    assert dead["died_on"].is_between(date(2024, 7, 1), date(2026, 6, 30)).all()
    assert share(dead["age"] >= 60) > 0.7


def test_a_block_depends_only_on_seed_and_index() -> None:
    again = make_block(seed=5, index=0, count=1, size=30_000).people
    assert again.equals(PEOPLE)
    assert not make_block(seed=6, index=0, count=1, size=30_000).people["name"].equals(PEOPLE["name"])


def test_five_hundred_full_blocks_have_room_and_share_no_number() -> None:
    first, other = (make_block(seed=5, index=index, count=500, size=100_000).people for index in (0, 499))
    assert first["person_id"].is_unique().all()
    assert not set(first["born_on"]) & set(other["born_on"])  # numbers hold the birthday
    assert 0.16 < share(first["age"] >= 60) < 0.24
    assert max(first["born_on"].to_list()) <= date(2026, 6, 30)
