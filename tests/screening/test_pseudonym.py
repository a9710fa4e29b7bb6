"""Made-up values: the same for the same, other for others, and nothing of the real ones left."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clew.contracts.model import Column
from clew.plan import Type
from clew.problems import Place
from clew.rules.identity import check_digit, id_valid, uscc_valid
from clew.screening.pseudonym import BIRTHDAYS, Pseudonyms

PLACE = Place("contract")


def column(name: str, identity: str | None = None, enum: tuple[str, ...] = ()) -> Column:
    return Column(name, Type.TEXT, name, name, name, PLACE, identity=identity, enum=enum)


NUMBER, NAME, NOTE = column("person_id", identity="id18"), column("name"), column("note")
DAYS = st.integers(0, 40_000).map(lambda days: date(1900, 1, 1) + timedelta(days=days))
STEMS = st.builds("{}{:%Y%m%d}{:03d}".format, st.integers(110_000, 659_999), DAYS, st.integers(0, 999))
NUMBERS = STEMS.map(lambda digits: digits + check_digit(digits))


@settings(max_examples=60)
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=20, unique=True), birthday=st.sampled_from(BIRTHDAYS))
def test_a_number_keeps_year_sex_and_validity_and_nothing_else(numbers: list[str], birthday: str) -> None:
    made = Pseudonyms((), birthday)
    found = [made.of(number, NUMBER) for number in numbers]
    assert len(set(found)) == len(numbers) and found == [made.of(number, NUMBER) for number in numbers]
    for number, other in zip(numbers, found, strict=True):
        assert id_valid(other) and other[:6] == "100000" and other[10:14] == birthday
        assert other[6:10] == number[6:10] and int(other[16]) % 2 == int(number[16]) % 2
    wrong = numbers[0][:17] + ("0" if numbers[0][17] != "0" else "1")
    assert not id_valid(made.of(wrong, NUMBER))


@settings(max_examples=60)
@given(texts=st.lists(st.text("张王李金丝雀 abcX0189", min_size=1, max_size=8), min_size=1, max_size=8))
def test_what_is_one_text_stays_one_and_nothing_real_is_left(texts: list[str]) -> None:
    made = Pseudonyms(())
    for text in (text for text in texts if text.strip()):
        other = made.of(text, NAME)
        assert other == made.of(text, NOTE) == made.of(f" {text} ", NAME) == made.word(text)
        assert not set(other) & set("张王李金丝雀")


def test_a_day_of_birth_goes_with_its_number() -> None:
    made = Pseudonyms((), "1231")
    made.learn("34010219630824118X", NUMBER)
    assert made.of("34010219630824118X", NUMBER)[6:14] == "19631231"
    born = Column("born_on", Type.DATE, "born_on", "", "", PLACE)
    assert made.of(date(1963, 8, 24), born) == date(1963, 12, 31)
    assert made.of(date(2026, 6, 30), born) == date(2026, 6, 30)


def test_short_numbers_and_credit_codes() -> None:
    made = Pseudonyms(())
    long, short = made.of("340102196308241187", NUMBER), made.of("340102630824118", NUMBER)
    assert len(short) == 15 and short.startswith("100000630101") and long != short
    code = made.of("91110000600037341L", column("uscc", identity="uscc"))
    assert uscc_valid(code) and code[2:8] == "100000"


def test_codes_and_the_rules_own_words_are_kept() -> None:
    made = Pseudonyms({"危险驾驶罪"})
    assert made.of("危险驾驶罪", NOTE) == "危险驾驶罪"
    assert made.of("pension", column("kind", enum=("pension",))) == "pension"
    assert made.of("（2026）皖01刑初1号", column("case_no")) == "case_no-1"
