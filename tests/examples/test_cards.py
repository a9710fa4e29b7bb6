"""872,795 card payments with labels of three documented kinds of fraud; no rule reads a label."""

from __future__ import annotations

import sys
from datetime import date

import duckdb
import pytest

from tests.examples.shared_data import copy_of, flagged, opened, prepare, shared, worked

SCENARIOS = {1: "card.large_amount", 2: "card.compromised_terminal", 3: "card.stolen_credentials"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[float, float, float]]:
    """For each scenario: precision (against any fraud), recall of that scenario, lift over picking at random."""
    data = shared("card-transactions") / "transactions.parquet"
    settings = copy_of("cards", tmp_path_factory.mktemp("cards"))
    labels = duckdb.connect()
    prepare("cards", data.parent, settings)
    ingested, report = worked(opened(settings), date(2018, 6, 30))
    assert [file.rows_quarantined for file in ingested.files] == [0, 0]
    assert not report.stopped
    found = {}
    for scenario, rule in SCENARIOS.items():
        clues = {int(subject) for subject in flagged(settings, rule)}
        fraud = {
            row[0]: row[1]
            for row in labels.execute(
                f"""select "TRANSACTION_ID", "TX_FRAUD_SCENARIO" from '{data}' where "TX_FRAUD" = 1"""
            ).fetchall()
        }
        planted = {transaction for transaction, kind in fraud.items() if kind == scenario}
        precision = len(clues & fraud.keys()) / len(clues)
        recall = len(clues & planted) / len(planted)
        found[scenario] = (precision, recall, precision / (len(fraud) / 872_795))
        # The figures are what the example is for: `pytest -s` shows them.
        sys.stdout.write(
            f"scenario {scenario} {rule}: clues {len(clues)}, precision {precision:.3f}, recall {recall:.3f},"
            f" lift {found[scenario][2]:.0f}\n"
        )
    return found


def test_a_fixed_amount_finds_all_of_the_first_scenario(results: dict[int, tuple[float, float, float]]) -> None:
    precision, recall, _ = results[1]
    assert recall == 1.0  # by the documentation every payment above 220 is fraudulent
    assert precision == 1.0


@pytest.mark.parametrize("scenario", [2, 3])
def test_a_rule_from_the_documentation_is_far_better_than_chance(
    scenario: int, results: dict[int, tuple[float, float, float]]
) -> None:
    precision, recall, lift = results[scenario]
    assert recall > 0.2
    assert lift > 20
    assert precision > 0.15
