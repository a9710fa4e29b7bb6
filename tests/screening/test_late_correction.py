"""A correction that comes after the clue reaches it at once, and the next screening judges it again."""

from __future__ import annotations

from datetime import date

from tests.screening.conftest import A1, A2, DEATHS, JULY, JUNE, Office, filled

EVENTS = "select as_of, kind, after, actor, note from clew.event where clue_id = ? and kind = 'source_corrected'"


def clue_of(office: Office, person: str) -> str:
    [(clue,)] = office.rows("select clue_id from clew.clue where subject = ?", person)
    return str(clue)


def deaths(office: Office, file: str, rows: list[dict[str, str]], day: str, **papers: str) -> None:
    office.deliver("death_register", file, filled("death_register", rows), day, **papers)


def test_a_withdrawn_death_certificate_takes_the_clue_back_with_its_reason(office: Office) -> None:
    first = office.screen(JUNE)
    clue = clue_of(office, A1)
    before = office.dump()
    deaths(office, "撤销.csv", DEATHS[:1], "2026-07-10", mode="deletion", complete="false")
    office.ingest(JULY)
    [(on, _, after, actor, note)] = office.rows(EVENTS, clue)
    assert (on, after, actor) == (date(2026, 7, 10), "vanished", "ingest")
    assert "row 1 of 'd.csv' is no longer there" in note and "撤销.csv" in note
    assert A1 not in note and "张三" not in note
    assert office.rows("select gone, last_as_of from clew.clue where clue_id = ?", clue) == [(False, JUNE)]
    replay = office.screen(JUNE)
    assert replay.replayed and replay.screening_id == first.screening_id
    office.screen(JULY)
    assert office.rows("select gone from clew.clue where clue_id = ?", clue) == [(True,)]
    [(gone,)] = office.rows("select note from clew.event where clue_id = ? and kind = 'gone'", clue)
    assert gone == "the data no longer show it; its source (death_register) was corrected on 2026-07-10"
    kept = {row for row in before["evidence"] if row[0] == clue}
    assert kept and kept <= set(office.dump()["evidence"])


def test_a_changed_row_names_its_columns_and_the_clue_is_judged_again(office: Office) -> None:
    office.screen(JUNE)
    clue = clue_of(office, A1)
    deaths(
        office, "更正.csv", [DEATHS[0] | {"died_on": "2026-03-15"}], "2026-07-10", mode="correction", complete="false"
    )
    office.ingest(JULY)
    [(_, _, after, _, note)] = office.rows(EVENTS, clue)
    assert after == "changed" and "now says otherwise (died_on)" in note and "2026-03-15" not in note
    [(columns,)] = office.rows("select columns from clew.source_correction where clue_id = ?", clue)
    assert columns == ["died_on"]
    office.screen(JULY)
    assert office.rows("select gone from clew.clue where clue_id = ?", clue) == [(False,)]
    kinds = [row[0] for row in office.rows("select kind from clew.event where clue_id = ? order by position", clue)]
    assert kinds == ["found", "source_corrected", "changed"]


def test_the_same_rows_again_alarm_nobody(office: Office) -> None:
    office.screen(JUNE)
    told = office.rows("select count(*) from clew.event")
    deaths(office, "d.csv", [*DEATHS, DEATHS[0] | {"person_id": "340103195503030019", "name": "新"}], "2026-07-10")
    office.ingest(JULY)
    assert office.rows("select count(*) from clew.event") == told
    assert office.rows("select count(*) from clew.source_correction") == [(0,)]


def test_a_column_the_rule_did_not_read_alarms_nobody(office: Office) -> None:
    office.screen(JUNE)
    deaths(office, "更正.csv", [DEATHS[0] | {"registered_on": "2026-06-23"}], "2026-07-10", mode="correction")
    office.ingest(JULY)
    assert office.rows("select count(*) from clew.source_correction") == [(0,)]


def test_a_new_list_that_set_the_row_aside_says_so_and_two_lists_are_told_once_each(office: Office) -> None:
    office.screen(JUNE)
    clue, other = clue_of(office, A1), clue_of(office, A2)
    deaths(office, "d.csv", [DEATHS[0] | {"died_on": "?"}, *DEATHS[2:]], "2026-07-10")
    office.ingest(JULY)
    fates = dict(office.rows("select clue_id, fate from clew.source_correction"))
    assert fates == {clue: "set_aside", other: "vanished"}
    deaths(office, "d.csv", [DEATHS[0] | {"died_on": "??"}, *DEATHS[2:]], "2026-07-11")
    office.ingest(JULY)
    assert len(office.rows(EVENTS, clue)) == 1, "it was said before"
    deaths(office, "d.csv", DEATHS[2:], "2026-07-12")
    office.ingest(JULY)
    assert [row[2] for row in office.rows(EVENTS, clue)] == ["set_aside", "vanished"]
