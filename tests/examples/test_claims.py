"""Synthetic patients made elsewhere: care after death and two encounters at once, counted in the files by hand."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

from clew.warehouse import open_warehouse
from tests.examples.shared_data import copy_of, opened, prepare, shared, worked

EXPECTED = {
    "care.encounter_after_death": 2,
    "care.claim_after_death": 2,
    "care.medication_after_death": 2,
    "care.overlapping_encounters": 6,
}
"""As the data's own description counts them."""


def test_each_wrong_is_one_clue(tmp_path: Path) -> None:
    data = shared("health-claims")
    settings = copy_of("claims", tmp_path)
    prepare("claims", data, settings)
    ingested, report = worked(opened(settings), date(2024, 6, 30))
    assert not report.stopped
    assert {file.dataset: file.rows_quarantined for file in ingested.files} == {
        "claim": 0, "encounter": 0, "medication": 2, "patient": 0,
    }  # fmt: skip
    with closing(open_warehouse(settings, read_only=True)) as connection:
        found = connection.execute(
            "select rule, count(distinct (subject, episode)) from clew.clue join clew.signal using (clue_id) group by 1"
        ).fetchall()
    assert dict(found) == EXPECTED
