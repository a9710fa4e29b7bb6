"""Everything all models say of one subject, and who holds it."""

from __future__ import annotations

from typing import Any

from clew.screening.dossier import dossier

A1, A2 = "340103198203030082", "340103197102020075"


def test_a_clue_comes_with_its_chain_its_holder_and_the_rules_that_said_nothing(office: Any) -> None:
    office.screen()
    found = dossier(office.connection, A1)
    assert found.known and found.name == "张三"
    (chain,) = found.clues
    assert [rule.rule for rule in chain.rules] == ["benefit.paid", "benefit.certified"]
    assert chain.rules[0].sources and [event.kind.value for event in chain.events] == ["found"]
    (holder,) = found.holders
    assert (holder.clue_id, holder.state, holder.batch_id) == (chain.clue["clue_id"], "new", "")
    assert found.silent == ()


def test_an_exclusion_is_told_with_its_reason(office: Any) -> None:
    office.screen()
    found = dossier(office.connection, A2)
    assert found.excluded and all(one.reason and one.rows for one in found.excluded)
    assert "benefit.paid" not in found.silent and "benefit.certified" in found.silent


def test_a_clue_about_another_subject_in_whose_source_row_it_stands_is_related_both_ways(office: Any) -> None:
    """As of a company whose registration names a person who has a clue."""
    office.screen()
    office.connection.execute(
        "insert into clew.clue select * replace ('ring-1' as clue_id, 'company' as subject_type, 'C9' as subject,"
        " 'criminal' as route) from clew.clue where subject = ?",
        [A1],
    )
    office.connection.execute(
        "insert into clew.evidence select * replace"
        " ('ring-1' as clue_id, json_object('uscc', 'C9', 'rep', ?) as record)"
        " from clew.evidence limit 1",
        [A1],
    )
    (related,) = dossier(office.connection, A1).related
    assert (related.clue_id, related.subject, related.unit) == ("ring-1", "C9", "criminal")
    (back,) = dossier(office.connection, "C9").related
    assert back.subject == A1


def test_of_a_stranger_nothing_is_known(office: Any) -> None:
    office.screen()
    found = dossier(office.connection, "340103199001010011")
    assert not found.known and found.clues == found.holders == found.related == ()
