"""``make demo``: a made-up province, one night of the Prefect flow on it, and what came of it.

Everything stays in ``var/``: received files, warehouse, batches, Data Docs, catalogue and Prefect's own database.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from clew.catalogue_site.write import write_catalogue
from clew.cli import console, night_report
from clew.cli.exits import Exit
from clew.cli.failures import CommandError, explain_failure
from clew.demo.compare import Compared, compare, recall
from clew.demo.generate import TRUTH_FILE, generate
from clew.ingest.report.data_docs import write_validation_docs
from clew.night import NightReport
from clew.project import Project
from clew.warehouse import open_warehouse
from pipelines.project import open_project
from pipelines.server import ServerError, local_server

AS_OF = date(2026, 6, 30)
SEED = 20260630
RUN = f".venv/bin/clew run --as-of {AS_OF}"


def main() -> int:
    """The demo, with every failure as a sentence and an exit code."""
    # A kill that leaves time to tidy up must not leave the server behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    try:
        return demo(given.persons, given.seed)
    except (ServerError, ValueError) as error:
        console.tell(str(error))
        return 2
    except (Exception, KeyboardInterrupt) as fault:
        return int(explain_failure(fault, "demo"))


def demo(persons: int, seed: int) -> int:
    """Make, run, compare. Exit code 0 when the night found exactly what was planted, else 1."""
    started = time.monotonic()
    project = open_project(Path())
    truth = project.settings.state_dir / TRUTH_FILE
    clear_earlier_demo(project, truth)
    with console.progress(f"1/4 making a province of {persons:,} people") as progress:
        generate(project.settings.state_dir, persons, seed, progress, catalogue=project.catalogue)
    report = run_flow(project)
    night_report.print_night(project.settings, report)
    with console.progress("4/4 writing Data Docs and the catalogue"), warehouse(project) as connection:
        docs = write_validation_docs(connection, project.settings, project.catalogue)
        site = write_catalogue(connection, project, project.settings.catalogue_dir, AS_OF)
        table = compare(connection, truth, report.screening.screening_id)
    print_truth(table)
    console.say(f"\nCatalogue   {site}")
    console.say(f"Data Docs   {docs}")
    console.say("Flow runs   make ui   (Prefect on http://127.0.0.1:4200)")
    console.say("One clue    .venv/bin/clew clues, then .venv/bin/clew why CLUE")
    console.say(f"Took {time.monotonic() - started:.0f} seconds.")
    return 0 if all(row.as_planted for row in table) else 1


def run_flow(project: Project) -> NightReport:
    """The nightly flow on a server of its own. Prefect is imported only once the server's address is known."""
    settings = project.settings
    with (
        console.progress("2/4 starting a Prefect server on this machine") as progress,
        local_server(settings.state_dir / "prefect"),
    ):
        progress("loading the flow")
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        from pipelines.nightly import nightly
        from pipelines.run_log import hand_in, overheard
        from pipelines.stage import StageError

        progress("3/4 the nightly flow: receive, screen, deliver")
        # A heartbeat holds each flow's end up by a second, and nobody watches for this one's.
        with overheard(progress), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            try:
                report = nightly(str(settings.project), AS_OF)
            except StageError as failed:
                raise CommandError(Exit.REFUSED, str(failed), f"the same night, with reasons: {RUN}") from None
            finally:
                hand_in()
        progress("stopping the server")
    return report


def clear_earlier_demo(project: Project, truth: Path) -> None:
    """Remove what an earlier demo left; stop when ``var/`` holds somebody's real work."""
    settings = project.settings
    if settings.warehouse_path.exists() and not truth.exists():
        console.tell(f"{settings.state_dir} holds a warehouse that is no demo; nothing was changed.")
        console.tell("    help: name another folder: CLEW_STATE=/tmp/demo make demo")
        sys.exit(2)
    for left in (settings.landing_dir, settings.batches_dir, settings.docs_dir, settings.catalogue_dir):
        shutil.rmtree(left, ignore_errors=True)
    for file in settings.state_dir.glob(f"{settings.warehouse_path.name}*"):
        file.unlink()


def print_truth(table: list[Compared]) -> None:
    """The truth table: what was planted, and what the screening said of it."""
    console.say("\nAgainst the planted truth")
    console.print_table(
        ("model", "rule", "planted", "found", "missed", "near-misses", "fired", "must stay open", "open", "unplanned"),
        [
            (row.model, row.rule, row.planted, row.found, len(row.missed), row.near_misses, len(row.false),
             row.inconclusive, row.left_open, len(row.unplanned))
            for row in table
        ],
        right=range(2, 10),
    )  # fmt: skip
    false = sum(len(row.false) for row in table)
    unplanned = sum(len(row.unplanned) for row in table)
    console.say(f"Recall {recall(table):.3f}; {false} near-misses fired; {unplanned} clues about anybody else.")


def warehouse(project: Project) -> closing[duckdb.DuckDBPyConnection]:
    """The demo's warehouse, for reading."""
    return closing(open_warehouse(project.settings, read_only=True))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(
        code
    )  # Prefect keeps what the engine would call leaked, on the screen, when the interpreter is taken apart
