"""Transfers with planted fan-in, made elsewhere; no rule reads a label."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from tests.examples.shared_data import copy_of, flagged, opened, prepare, shared, worked


def test_collecting_accounts_and_their_payers_are_far_better_than_chance(tmp_path: Path) -> None:
    data = shared("aml-fan-in")
    settings = copy_of("transfers", tmp_path)
    prepare("transfers", data, settings)
    _, report = worked(opened(settings), date(2024, 6, 30))
    assert not report.stopped
    with (data / "nodes.csv").open(encoding="utf-8") as stream:
        labelled = {row["nodeid"] for row in csv.DictReader(stream) if row["isFraud"] == "1"}
    found = flagged(settings, "transfer.collecting_account") | flagged(settings, "transfer.feeding_account")
    assert len(found & labelled) / len(found) > 0.9
    assert len(found & labelled) / len(labelled) > 0.5
