"""The nightly flow on a real server: the same night as without Prefect, and nothing personal in Prefect's keeping."""

from __future__ import annotations

import base64
import json
import re
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from clew.demo.calendar import AS_OF
from clew.warehouse import open_warehouse
from pipelines.server import ServerError, local_server
from tests.pipelines.conftest import Server, State, Told, told

ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]")
QUOTED = "11010519491231002X"


@pytest.fixture(scope="module")
def state(dropped: State, tmp_path_factory: pytest.TempPathFactory) -> State:
    return dropped.copy(tmp_path_factory.mktemp("flow") / "state")


@pytest.fixture(scope="module")
def flow(server: Server, state: State) -> Told:
    """The flow run twice, begun while somebody else holds the warehouse, and a third time with a fault."""
    with closing(open_warehouse(state.settings)):
        process = server.flow(state, "--times", "2", "--fault", f"could not read '{QUOTED}' 张建国")
        assert process.stdout is not None
        first = next(line for line in process.stdout if "Retry 1/" in line)
    ended = told(process)
    return Told([first, *ended.lines], ended.result, ended.stderr)


def test_flow_and_command_line_seal_the_same_bytes(flow: Told, state: State, plain: State) -> None:
    sealed = state.batches()
    assert sum(name.endswith("manifest.json") for name in sealed) == 5
    assert sealed == plain.batches()


def test_flow_and_command_line_remember_the_same(flow: Told, state: State, plain: State) -> None:
    """And the flow's second run, with nothing new received, changed nothing."""
    assert flow.result["replayed"] == [False, True]
    kept, expected = state.tables(), plain.tables()
    assert len(kept["clue"]) > 30
    for table, rows in expected.items():
        assert kept[table] == rows, table


def test_a_held_warehouse_is_tried_again(flow: Told) -> None:
    assert "IOException" in flow.lines[0] and "Retry 1/8" in flow.lines[0]
    assert flow.result["replayed"] == [False, True]


def test_stages_say_how_they_go_and_prefect_is_quiet(flow: Told) -> None:
    # The engine's binding reports what is still alive when the interpreter ends; that is not Prefect speaking.
    assert flow.stderr.partition("nanobind: leaked")[0] == ""
    said = "\n".join(flow.lines)
    assert "rule benefit.pension_after_death" in said and "sealing the batch for administrative" in said
    assert "rule benefit.pension_after_death" in flow.result["logs"]


def test_artifacts_tell_the_night_in_numbers(flow: Told, plain: State) -> None:
    tables: dict[str, list[list[dict[str, object]]]] = {}
    # Another test's fetch may have told the same server of its own.
    for artifact in (one for one in flow.result["artifacts"] if one["key"] not in (None, "fetched-sources")):
        tables.setdefault(artifact["key"], []).append(json.loads(artifact["data"]))
    assert {key: len(found) for key, found in tables.items()} == {
        "received-files": 2, "clues-by-model": 2, "outcomes-by-rule": 2, "clue-batches": 2,
    }  # fmt: skip
    for batches in tables["clue-batches"]:
        manifests = dict(plain.rows("select unit, manifest_sha256 from clew.clue_batch"))
        assert {row["unit"]: row["sha256"] for row in batches} == manifests
    fates = [{row["status"] for row in files} for files in tables["received-files"]]
    assert {"loaded", "refused"} in fates and {"unchanged", "refused"} in fates
    refused = [row for files in tables["received-files"] for row in files if row["status"] == "refused"]
    assert {row["refused for"] for row in refused} == {"I015"}


def test_a_fault_is_kept_without_its_message(flow: Told, server: Server) -> None:
    failed = flow.result["failed"]
    assert failed.startswith("ingest: ValueError; where it happened: ")
    report = Path(failed.rpartition(": ")[2])
    assert QUOTED not in report.read_text(encoding="utf-8")
    report.unlink()
    runs = [(run["name"], run["state"]) for run in flow.result["runs"] if run["name"] == f"nightly-{AS_OF}"]
    assert sorted(runs) == [(f"nightly-{AS_OF}", "Completed"), (f"nightly-{AS_OF}", "Completed"),
                            (f"nightly-{AS_OF}", "Failed")]  # fmt: skip


def test_a_night_killed_while_screening_is_done_again_whole(server: Server, received: State, plain: State) -> None:
    state = received.copy(received.folder.parent / "killed")
    with server.flow(state) as process:
        assert process.stdout is not None
        assert any(line.startswith("model ") for line in process.stdout), "the screening had begun"
        process.kill()
    assert state.rows("select count(*) from clew.clue") == [(0,)]
    told(server.flow(state))
    assert state.batches() == plain.batches()
    assert state.tables() == plain.tables()


def test_nothing_personal_is_in_prefects_keeping(flow: Told, server: Server, plain: State) -> None:
    known = {row[0] for row in plain.rows("select person_id from data.population_register")} | {QUOTED}
    names = {row[0] for row in plain.rows("select subject_name from clew.clue where length(subject_name) > 2")}
    assert len(known) > 1_900 and len(names) > 10
    kept = b"".join(path.read_bytes() for path in server.home.glob("prefect.db*"))
    assert b"clues-by-model" in kept
    pickles = [path.read_bytes() for path in (server.home / "storage").iterdir()]
    assert pickles, "Prefect keeps the exceptions of failed flows"
    kept += b"".join(base64.b64decode(pickled) for pickled in pickles)
    kept += b"".join(path.read_bytes() for path in server.home.glob("*.log"))
    written = kept.decode("utf-8", errors="replace") + json.dumps(flow.result, ensure_ascii=False)
    written += re.sub(r"\\u([0-9a-fA-F]{4})", lambda escaped: chr(int(escaped[1], 16)), written)
    assert set(ID_NUMBER.findall(written)) & known == set()
    assert {name for name in {*names, "张建国"} if name in written} == set()


def test_deployments_register_and_a_worker_runs_one(flow: Told, server: Server, state: State) -> None:
    before = state.tables()
    server.prefect("work-pool", "create", "clew", "--type", "process")
    server.prefect("deploy", "--all", "--prefect-file", "pipelines/prefect.yaml")
    found = {one["name"]: one for one in server.ask("deployments/filter", {})}
    assert set(found) == {"nightly", "fetch", "ingest", "screen"}
    for name, deployment in found.items():
        assert deployment["parameters"] == {"project": "."}
        assert deployment["work_pool_name"] == "clew"
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        crons = [schedule["schedule"]["cron"] for schedule in deployment["schedules"]]
        assert crons == (["30 1 * * *"] if name == "nightly" else [])
    given = {"project": str(state.office), "as_of": str(AS_OF)}
    asked = server.ask(f"deployments/{found['nightly']['id']}/create_flow_run", {"parameters": given})
    server.prefect("worker", "start", "--pool", "clew", "--type", "process", "--run-once", state=state)
    (ended,) = server.ask("flow_runs/filter", {"flow_runs": {"id": {"any_": [asked["id"]]}}})
    assert ended["state_name"] == "Completed"
    assert state.tables() == before


def test_the_server_answers_this_machine_and_this_password_only(server: Server) -> None:
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{server.address}/api/flows/count", data=b"{}")  # noqa: S310 - http on loopback
    assert (server.home / "password").stat().st_mode & 0o777 == 0o600
    assert server.home.stat().st_mode & 0o777 == 0o700


def test_one_server_works_in_a_folder(server: Server) -> None:
    with pytest.raises(ServerError, match="already works"), local_server(server.home):
        pass


def test_nothing_tried_to_leave_this_machine(flow: Told, server: Server) -> None:
    """The server, the flows, the deployment's worker: all stood under the guard."""
    assert server.guard.attempts == []
