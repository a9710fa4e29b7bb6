"""A sample of those left out: drawn by the screening's identity alone, looked at, and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from clew.clues.sample import MISSED, RIGHTLY, answer_sample, missed
from clew.rules.identity import check_digit
from tests.screening.conftest import JULY, JUNE, Office, filled

STEMS = [f"34010319600102{number:03d}" for number in range(100, 140)]
PEOPLE = [stem + check_digit(stem) for stem in STEMS]


def crowd(office: Office) -> None:
    """Forty more payees: half with money returned (excluded), half a little below the 500 of the model."""
    deaths = [{"person_id": one, "name": "某某", "died_on": "2026-01-15"} for one in PEOPLE]
    payments = [
        {"person_id": one, "payment_id": f"X{at}", "paid_on": "2026-03-20", "amount": "480" if at % 2 else "900"}
        | ({} if at % 2 else {"returned_on": "2026-04-01"})
        for at, one in enumerate(PEOPLE)
    ]
    office.deliver("death_register", "d2.csv", filled("death_register", deaths), "2026-06-27")
    office.deliver("pension_payment", "p2.csv", filled("pension_payment", payments), "2026-06-27")
    office.ingest()


def drawn(office: Office) -> list[tuple[str, ...]]:
    return office.rows("select kind, subject, sample_id, among from clew.sample order by all")


def test_two_kinds_are_drawn_and_the_same_screening_draws_the_same(office: Office) -> None:
    crowd(office)
    office.screen()
    first = drawn(office)
    kinds = [row[0] for row in first]
    assert kinds.count("excluded") == office.settings.sample and kinds.count("below") == office.settings.sample
    clues = {row[0] for row in office.rows("select subject from clew.clue")}
    assert not {row[1] for row in first} & clues, "whoever has a clue was not spared"
    office.connection.execute("delete from clew.screening")
    office.screen()
    assert drawn(office) == first
    office.screen(JULY)
    assert {row[1] for row in drawn(office)} != {row[1] for row in first}, "another screening draws others"


def test_no_sample_where_none_is_wanted(office: Office) -> None:
    crowd(office)
    office.settings = replace(office.settings, sample=0)
    office.screen()
    assert drawn(office) == []


def test_what_was_found_is_counted_with_the_number_it_speaks_for(office: Office) -> None:
    crowd(office)
    office.screen()
    samples = [row[0] for row in office.rows("select sample_id from clew.sample where kind = 'excluded' order by all")]
    for at, name in enumerate(samples[:4]):
        answer = MISSED if at == 0 else RIGHTLY
        assert answer_sample(office.connection, name, answer, on=JUNE, actor="a", note="") is True
        assert answer_sample(office.connection, name, answer, on=JUNE, actor="a", note="") is False
    assert answer_sample(office.connection, "sample-0", MISSED, on=JUNE, actor="a", note="") is None
    [found] = [one for one in missed(office.connection) if one.kind == "excluded"]
    assert (found.answered, found.missed, found.share, found.drawn) == (4, 1, 0.25, len(samples))
    assert found.among >= 20
    assert [one.answered for one in missed(office.connection, JUNE - timedelta(days=1))] == []
