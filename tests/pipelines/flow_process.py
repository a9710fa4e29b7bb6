"""The nightly flow in a process of its own; the state folder comes by CLEW_STATE, the server by Prefect's variables.

    python -m tests.pipelines.flow_process OFFICE [--times N] [--fault TEXT]

Says on standard output each thing that is logged of a task, and last, in one line of JSON, what Prefect keeps.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from typing import Any, NoReturn

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

import pipelines.deliver
import pipelines.ingest
import pipelines.screen
from clew.demo.calendar import AS_OF
from pipelines.nightly import nightly
from pipelines.stage import StageError


class Said(logging.Handler):
    """Each record as a line."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(record.getMessage().splitlines()[0] + "\n")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("office")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--fault", default="")
    given = parser.parse_args()
    logging.getLogger("prefect.task_runs").addHandler(Said())
    for stage in (pipelines.ingest.receive_files, pipelines.screen.screen_models, pipelines.deliver.seal_batches):
        stage.retry_delay_seconds = [0.5] * stage.retries
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        reports = [nightly(given.office, AS_OF) for _ in range(given.times)]
        failed = fail(given.office, given.fault) if given.fault else ""
    kept = asyncio.run(prefect_keeps())
    kept |= {"replayed": [report.screening.replayed for report in reports], "failed": failed}
    sys.stdout.write(json.dumps(kept, default=str, ensure_ascii=False) + "\n")


def fail(office: str, message: str) -> str:
    """Run the flow with a fault in the middle of a stage whose message quotes a row; how it ended."""

    def fault(*_: Any, **__: Any) -> NoReturn:
        raise ValueError(message)

    setattr(pipelines.ingest, "receive", fault)  # noqa: B010 - the flow's own name for it
    try:
        nightly(office, AS_OF)
    except StageError as error:
        return str(error)
    return "did not fail"


async def prefect_keeps() -> dict[str, Any]:
    """What Prefect's server gives back of all runs."""
    async with get_client() as client:
        artifacts, runs, logs = (
            await client.read_artifacts(), await client.read_flow_runs(), await client.read_logs(limit=200)
        )  # fmt: skip
        return {
            "artifacts": [one.model_dump(mode="json") for one in artifacts],
            "runs": [{"name": run.name, "state": run.state_name, "parameters": run.parameters} for run in runs],
            "logs": [log.message for log in logs],
        }


if __name__ == "__main__":
    main()
