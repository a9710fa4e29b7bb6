"""Tenders in the Open Contracting Data Standard, against the expected flags of the Open Contracting Partnership."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from tests.examples.shared_data import copy_of, flagged, opened, prepare, shared, worked

CASES = [
    ("R003", {"OCID": "tender.short_submission_period"}, {}),
    ("R003-threshold-10", {"OCID": "tender.short_submission_period"}, {"least_days": 10}),
    ("R003-procurement_methods-open+selective", {"OCID": "tender.short_submission_competitive"}, {}),
    ("R003-procurement_method_details-x-5-y-10", {"OCID": "tender.short_submission_by_method"}, {}),
    ("R018", {"OCID": "tender.single_bid"}, {}),
    ("R025", {"Tenderer": "tender.excessive_unsuccessful"}, {}),
    ("R028", {"OCID": "tender.identical_prices", "Tenderer": "tender.identical_price_tenderer"}, {}),
    ("R036", {"OCID": "tender.lowest_bid_disqualified"}, {}),
]


@pytest.mark.parametrize(("case", "rules", "parameters"), CASES, ids=[case[0] for case in CASES])
def test_the_same_flags_as_the_publisher(
    case: str, rules: dict[str, str], parameters: dict[str, int], tmp_path: Path
) -> None:
    data = shared("ocds-red-flags")
    settings = copy_of("tenders", tmp_path)
    model = settings.project / "models" / "tender_red_flags" / "model.yml"
    for name, value in parameters.items():
        used = r"(short_submission_period, weight: 0.3)"
        text, count = re.subn(used, rf"\1, with: {{{name}: {value}}}", model.read_text("utf-8"))
        assert count == 1
        model.write_text(text, "utf-8")
    prepare("tenders", data / f"{case}.jsonl", settings)
    _, report = worked(opened(settings), date(2000, 12, 31))
    assert not report.stopped
    expected = json.loads((data / f"{case}.expected").read_text("utf-8"))
    indicator = case.split("-")[0]
    assert set(expected) == set(rules)
    for group, rule in rules.items():
        assert flagged(settings, rule) == {subject for subject, flags in expected[group].items() if indicator in flags}
