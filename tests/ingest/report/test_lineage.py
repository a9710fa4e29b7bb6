"""Every ingestion and screening is told as OpenLineage events that its own classes accept, without values of rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import attr
import pytest

from clew.cli.main import run
from clew.ingest.report.lineage_events import tell_what_was_left
from clew.lineage.log import append, last_event
from tests.ingest.house import ID, House, lines, payment


def events(house: House) -> list[dict[str, Any]]:
    """Every line of the file."""
    path = house.settings.lineage_path
    assert path is not None
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def told(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Job and state of each event."""
    return [(one["job"]["name"], one["eventType"]) for one in found]


def facet(name: str, given: Mapping[str, Any]) -> Any:
    """A facet's own class of the package, made of the JSON; it refuses unknown and missing keys."""
    from openlineage.client import facet_v2

    for module in vars(facet_v2).values():
        for kind in vars(module).values() if hasattr(module, "__file__") else ():
            schema = getattr(kind, "_get_schema", None)
            if schema and attr.has(kind) and schema() == given["_schemaURL"]:
                plain = {key: value for key, value in given.items() if not key.startswith("_")}
                return kind(**plain)
    raise AssertionError(f"{name}: no class of the package has the schema {given['_schemaURL']}")


def check_with_its_own_classes(event: Mapping[str, Any]) -> None:
    """Rebuild an event from JSON with the package's classes, and have it serialise to the same JSON again."""
    from openlineage.client.generated.base import EventType, InputDataset, Job, OutputDataset, Run, RunEvent
    from openlineage.client.serde import Serde

    def dataset(kind: Any, one: Mapping[str, Any], special: str) -> Any:
        for part in ("facets", special):
            for name, given in one.get(part, {}).items():
                facet(name, given)
        return kind(**one)

    for name, given in {**event["run"].get("facets", {}), **event["job"].get("facets", {})}.items():
        facet(name, given)
    again = RunEvent(
        eventType=EventType(event["eventType"]),
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=Run(**event["run"]),
        job=Job(**event["job"]),
        inputs=[dataset(InputDataset, one, "inputFacets") for one in event["inputs"]],
        outputs=[dataset(OutputDataset, one, "outputFacets") for one in event["outputs"]],
    )
    assert json.loads(Serde.to_json(again)) == event


def test_a_delivery_is_told_with_schema_lineage_checks_and_counts(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(payment("P1"), payment("P2", name=" 李四 "), payment("P3", amount="x")))
    house.ingest()
    found = events(house)
    assert told(found) == [("ingest.payment", "START"), ("ingest.payment", "COMPLETE")]
    for event in found:
        check_with_its_own_classes(event)
    start, end = found
    assert start["run"]["runId"] == end["run"]["runId"]
    (source,), (table,) = end["inputs"], end["outputs"]
    (digest,) = house.rows("select sha256 from clew.delivery")[0]
    assert source["name"] == "drop/payment/a.csv"
    assert source["facets"]["version"]["datasetVersion"] == digest
    assert source["inputFacets"]["inputStatistics"]["rowCount"] == 3
    judged = {one["name"]: one["success"] for one in source["inputFacets"]["dataQualityAssertions"]["assertions"]}
    assert judged["amount.type"] is False
    assert judged["payment_id.not_null"] is True
    assert table["name"] == "data.payment"
    assert table["outputFacets"]["outputStatistics"]["rowCount"] == 2
    assert table["facets"]["dataQualityMetrics"]["columnMetrics"]["name"]["distinctCount"] == 2
    name = table["facets"]["columnLineage"]["fields"]["name"]["inputFields"][0]
    assert name["field"] == "姓名"
    assert (
        name["transformations"][0]["description"] == "repairs: trim (1 values), spaces (0 values), halfwidth (0 values)"
    )
    key = table["facets"]["columnLineage"]["fields"]["payment_id"]["inputFields"][0]["transformations"][0]
    assert (key["type"], key["subtype"]) == ("DIRECT", "IDENTITY")


def test_events_hold_no_value_of_a_row(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(payment("P1"), payment("P2", amount="x")))
    house.drop("payment", "b.csv", "身份证号,王五,王五\n1,2,3\n")
    house.ingest()
    found = events(house)
    assert ("ingest.payment", "FAIL") in told(found)
    text = json.dumps(found, ensure_ascii=False)
    assert not [word for word in (ID, "张三", "王五", "2026-01-05") if word in text]
    (failed,) = [one for one in found if one["eventType"] == "FAIL"]
    check_with_its_own_classes(failed)
    assert set(failed["run"]["facets"]["errorMessage"]["message"].split(", ")) <= {"I010", "I012"}


def test_the_same_content_is_the_same_run_and_what_is_known_is_not_told_again(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(payment("P1")))
    house.ingest()
    before = events(house)
    house.ingest()
    assert events(house) == before
    house.con.execute("delete from clew.delivery")
    house.con.execute("delete from data.payment")
    house.ingest()
    assert {event["run"]["runId"] for event in events(house)} == {before[0]["run"]["runId"]}


def test_a_line_cut_short_is_dropped_and_an_end_left_untold_is_told(house: House) -> None:
    house.contract("payment")
    house.drop("payment", "a.csv", lines(payment("P1")))
    house.ingest()
    path = house.settings.lineage_path
    assert path is not None
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(whole[0] + whole[1][:100])  # killed in the middle of the last line
    assert last_event(path) == json.loads(whole[0])
    house.ingest()
    ends = events(house)
    assert told(ends) == [("ingest.payment", "START"), ("ingest.payment", "COMPLETE")]
    once = json.loads(whole[1])
    assert ends[1] | {"eventTime": ""} == once | {"eventTime": ""}
    tell_what_was_left(house.con, house.settings, house.catalogue)
    assert events(house) == ends


def test_the_setting_turns_events_off(house: House) -> None:
    house.contract("payment")
    house.settings = replace(house.settings, lineage="")
    house.drop("payment", "a.csv", lines(payment("P1")))
    assert house.ingest().count("loaded") == 1
    assert not (house.settings.state_dir / "lineage").exists()


def test_a_file_that_cannot_be_written_is_said_as_such(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    from clew.lineage.event import run_event, run_id

    event = run_event("START", run_id("x"), "x", kind="X", on=date(2026, 1, 1))
    with pytest.raises(OSError, match="lineage events"):
        append(tmp_path / "events.jsonl", [event])


def test_a_screening_is_told_with_its_rules_and_models(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    assert run(["init", str(folder)]) == 0
    drop = folder / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    (drop / "a.csv").write_text(
        "支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码\n"
        "P1,11010519491231002X,张建国,2026-05-01,2026-05-10,1000.00,340102\n"
        "P2,11010519491231002X,张建国,2026-05-01,2026-05-20,1000.00,340102\n",
        encoding="utf-8",
    )
    assert run(["run", "--project", str(folder), "--as-of", "2026-06-30"]) == 0
    text = (folder / "var" / "lineage" / "events.jsonl").read_text("utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    for event in found:
        check_with_its_own_classes(event)
    screening = [one for one in found if not one["job"]["name"].startswith("ingest.")]
    assert told(screening) == [
        ("screen", "START"),
        ("rule.example.paid_twice", "START"),
        ("rule.example.paid_twice", "COMPLETE"),
        ("model.paid_twice", "START"),
        ("model.paid_twice", "COMPLETE"),
        ("screen", "COMPLETE"),
    ]
    whole, rule, model = screening[-1], screening[2], screening[4]
    assert rule["run"]["facets"]["parent"]["run"]["runId"] == whole["run"]["runId"] == screening[0]["run"]["runId"]
    assert [one["name"] for one in rule["inputs"]] == ["data.payment"]
    assert "account" not in str(rule["inputs"])
    assert [one["name"] for one in model["inputs"]] == [one["name"] for one in rule["outputs"]]
    assert whole["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 1
    assert "张建国" not in text
    assert run(["run", "--project", str(folder), "--as-of", "2026-06-30"]) == 0
    assert (folder / "var" / "lineage" / "events.jsonl").read_text("utf-8") == text  # done before: nothing new
