"""A Great Expectations checkpoint runs over our measures: stock actions and our own work on the results."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clew.contracts.check import Measured
from clew.contracts.checkpoint import Measurement, run_checkpoint
from clew.contracts.checkpoint_actions import write_outcome
from clew.contracts.model import Contract
from tests.contracts.staged import measure, stage
from tests.contracts.test_results import ROWS

SITE = {
    "class_name": "SiteBuilder",
    "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
}


@pytest.fixture
def delivered(sample: Contract) -> list[Measurement]:
    """Two deliveries of the sample's dataset: one with faults, one without a row."""
    found = []
    deliveries: dict[str, list[dict[str, str | None]]] = {"delivery-1": ROWS, "delivery-2": []}
    for batch, rows in deliveries.items():
        measures = measure(stage(sample, rows), sample)
        found.append(Measurement(sample, Measured(len(rows), measures), batch, date(2026, 2, 9)))
    return found


def test_stock_actions_and_ours_run_on_measured_results(
    delivered: list[Measurement], tmp_path: Path, no_network: None
) -> None:
    import great_expectations as gx
    from great_expectations.checkpoint.actions import UpdateDataDocsAction

    context = gx.get_context(mode="ephemeral")
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(tmp_path / "docs")}
    site: Any = SITE | {"store_backend": store}
    context.add_data_docs_site("clew", site)
    outcome = tmp_path / "outcome.json"
    actions = [UpdateDataDocsAction(name="pages", site_names=["clew"]), write_outcome(outcome)]

    results = run_checkpoint(context, delivered, actions)

    dataset = delivered[0].contract.dataset
    assert [result.success for result in results] == [one.result().success for one in delivered]
    for one, result in zip(delivered, results, strict=True):
        (given,) = result.run_results.values()
        assert [item.to_json_dict() for item in given.results] == [
            item.to_json_dict() for item in one.result().results
        ]  # the checkpoint adds nothing and loses nothing
        assert given.meta["run_id"].run_name == one.batch
    pages = sorted(
        path.relative_to(tmp_path / "docs").as_posix() for path in tmp_path.glob("docs/validations/**/*.html")
    )
    assert [page.split("/")[:3] for page in pages] == [
        ["validations", dataset, "delivery-1"],
        ["validations", dataset, "delivery-2"],
    ]
    told = json.loads(outcome.read_text("utf-8"))
    assert list(told) == [f"{dataset}/delivery-1", f"{dataset}/delivery-2"]
    assert told[f"{dataset}/delivery-1"]["rows"] == len(ROWS)
    assert {one["check"] for one in told[f"{dataset}/delivery-1"]["failed"]} >= {"payment_id.not_null", "primary_key"}
    assert not [value for row in ROWS for value in row.values() if value and len(value) > 9 and value in str(told)]


def test_the_same_measures_leave_the_same_outcome(delivered: list[Measurement], tmp_path: Path) -> None:
    import great_expectations as gx

    texts = []
    for name in ("first.json", "second.json"):
        run_checkpoint(gx.get_context(mode="ephemeral"), delivered, [write_outcome(tmp_path / name)])
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]


def test_a_check_that_was_not_measured_is_no_result(sample: Contract) -> None:
    import great_expectations as gx

    nothing = Measurement(sample, Measured(0, {}), "delivery-1", date(2026, 1, 5))
    with pytest.raises(ValueError, match="measured and agreed checks differ"):
        run_checkpoint(gx.get_context(mode="ephemeral"), [nothing], [])
