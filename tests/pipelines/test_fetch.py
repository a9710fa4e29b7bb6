"""The fetch as a flow: secrets from blocks, tried again only where another try may mend it, and no secret kept."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from clew.settings import Settings
from tests.pipelines.conftest import ROOT, Server
from tests.sources.office import Office
from tests.sources.office import server as entry
from tests.sources.remote import http_server

SECRET = "bl0ck-secret"  # noqa: S105 - of a server that lives as long as the test
COLUMNS = """
- {name: id, logicalType: integer}
- {name: paid_on, logicalType: date}
"""
SCRIPT = """
import json, sys
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
import pipelines.fetch
pipelines.fetch.fetch_from.retry_delay_seconds = [0.1] * 3
Secret(value=sys.argv[2]).save("clew-secret-web-token")
ended = pipelines.fetch.fetch(sys.argv[1], return_state=True)
with get_client(sync_client=True) as client:
    runs = [run for run in client.read_task_runs() if run.name.startswith("fetch from")]
    kept = [one.model_dump(mode="json") for one in [*runs, *client.read_flow_runs(), *client.read_logs()]]
print(json.dumps({"state": ended.name, "said": ended.message, "kept": kept,
                  "counts": sorted(run.run_count for run in runs)}, default=str))
"""


def test_a_server_that_is_down_is_asked_again_and_a_wrong_word_never(server: Server, tmp_path: Path) -> None:
    office = Office(Settings(project=tmp_path, state=tmp_path / "var"))
    for folder in ("rules", "models"):
        (tmp_path / folder).mkdir()
    with http_server() as site:
        site.answer = lambda asked: (200, {}, b'[{"id": 1, "paid_on": "2026-05-01"}]')
        for dataset, port, path in (("good", site.port, ""), ("down", 9, ""), ("typo", site.port, "a.b")):
            words: dict[str, object] = {"fetch": "pages", "tls": "none", "auth": "bearer"}
            if path:
                words["recordsPath"] = path
            location = {"location": f"http://127.0.0.1:{port}/"}
            office.contract(dataset, COLUMNS, entry("web", "api", location, words), event="paid_on")
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path), SECRET],
            capture_output=True, text=True, cwd=ROOT, env=server.guard.environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert {asked.headers["authorization"] for asked in site.asked} == {f"Bearer {SECRET}"}
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["state"] == "Failed" and "nothing came of: down from web, typo from web" in told["said"]
    assert told["counts"] == [1, 1, 4]
    assert office.dropped("good") == ["web.jsonl", "web.jsonl.yml"]
    assert SECRET not in json.dumps(told["kept"]) + done.stderr
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
