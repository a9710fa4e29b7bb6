"""Every row that was dropped is in the ledger with its reason, and the numbers add up."""

from __future__ import annotations

from itertools import pairwise

from tests.promises.office import IDS, Night


def test_what_was_excluded_is_kept_with_its_reason(usual_night: Night) -> None:
    dropped = usual_night.rows("select rule, reason, subject, alias, len(rows) from clew.exclusion order by all")
    assert dropped == [
        ("care.much", "金额过小 / a trifle", IDS[2], "payment", 1),
        ("care.unpaid", "在机构供养 / lives in a shelter", IDS[2], dropped[1][3], 1),
    ]


def test_the_funnel_counts_every_row_that_an_exclusion_took(usual_night: Night) -> None:
    for rule in ("care.much", "care.unpaid"):
        steps = usual_night.rows(
            "select verb, rows, unknown, excluded, inconclusive, errors from clew.funnel"
            " where rule = ? and variant = '' order by position",
            rule,
        )
        for before, (verb, rows, *others) in pairwise(steps):
            if verb == "exclude":
                assert before[1] == rows + sum(others) and others[1:] == [others[1], 0, 0]
                assert others[0] == 0, "what is unknown is not excluded"
        kept = usual_night.rows("select coalesce(sum(len(rows)), 0) from clew.exclusion where rule = ?", rule)
        assert kept == [(sum(step[3] for step in steps),)]


def test_everyone_evaluated_ends_in_one_outcome(usual_night: Night) -> None:
    counts = {
        rule: dict(usual_night.rows("select outcome, subjects from clew.outcome where rule = ?", rule))
        for rule in ("care.much", "care.unpaid")
    }
    assert counts == {
        "care.unpaid": {"CLUE": 2, "CLEAR": 2, "INCONCLUSIVE": 0, "ERROR": 0},
        "care.much": {"CLUE": 1, "CLEAR": 2, "INCONCLUSIVE": 0, "ERROR": 0},
    }


def test_every_row_received_is_loaded_or_set_aside(usual_night: Night) -> None:
    for dataset, read, loaded, aside in usual_night.rows(
        "select dataset, sum(rows_read), sum(rows_loaded), sum(rows_quarantined) from clew.delivery group by dataset"
    ):
        assert read == loaded + aside
        assert usual_night.rows(f'select count(*) from data."{dataset}"') == [(loaded,)]
