"""One night without an orchestrator: receive, screen, deliver. The Prefect flows call the same three stages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clew.delivery.batch import SealedBatch, deliver
from clew.ingest.report.report import IngestReport
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.project import Project, read_project
from clew.screening.report import ScreeningReport
from clew.screening.run import screen
from clew.settings import Settings
from clew.warehouse import open_warehouse

Progress = Callable[[str], None]


@dataclass(frozen=True)
class NightReport:
    """What one night received, found and handed over."""

    ingest: IngestReport
    screening: ScreeningReport
    batches: list[SealedBatch]
    pages: tuple[Path, ...] = ()


def night(settings: Settings, *, as_of: date, progress: Progress | None = None) -> NightReport:
    """Run the three stages in order; each is crash-safe and may be repeated.

    Raises ProblemError when contracts, rules or models have errors, and duckdb.IOException when another
    process is writing to the warehouse.
    """
    problems = Problems()
    project = read_project(settings, problems)
    problems.raise_errors()
    return NightReport(
        ingest=receive(project, today=as_of, progress=progress),
        screening=(found := screen_all(project, as_of=as_of, progress=progress)),
        batches=hand_over(project, screening_id=found.screening_id, progress=progress),
        pages=publish(project, as_of=as_of, progress=progress),
    )


def receive(project: Project, *, today: date, progress: Progress | None = None) -> IngestReport:
    """Stage 1: land, validate and load everything that waits in the drop folder."""
    with closing(open_warehouse(project.settings)) as connection:
        return ingest_folder(connection, project.settings, project.catalogue, today=today, progress=progress)


def screen_all(project: Project, *, as_of: date, progress: Progress | None = None) -> ScreeningReport:
    """Stage 2: run every model's rules on what was received up to ``as_of`` and remember the clues."""
    with closing(open_warehouse(project.settings)) as connection:
        return screen(
            connection,
            project.settings,
            project.catalogue,
            project.library,
            project.models,
            as_of=as_of,
            laws=project.laws,
            progress=progress,
        )


def hand_over(project: Project, *, screening_id: str, progress: Progress | None = None) -> list[SealedBatch]:
    """Stage 3: seal one batch of clues for each receiving unit."""
    with closing(open_warehouse(project.settings)) as connection:
        return deliver(
            connection,
            project.settings,
            project.catalogue,
            project.library,
            project.models,
            screening_id=screening_id,
            progress=progress,
        )


def publish(project: Project, *, as_of: date, progress: Progress | None = None) -> tuple[Path, ...]:
    """Stage 4, by the setting ``pages``: write Data Docs and the catalogue site; the paths of their first pages."""
    settings, say = project.settings, progress or (lambda _: None)
    if settings.pages == "none":
        return ()
    from clew.catalogue_site.write import write_catalogue
    from clew.ingest.report.data_docs import write_validation_docs

    written: list[Path] = []
    with closing(open_warehouse(settings, read_only=True)) as connection:
        if settings.pages == "all":
            say("writing Data Docs")
            written += filter(None, [write_validation_docs(connection, settings, project.catalogue)])
        say("writing the catalogue")
        written.append(write_catalogue(connection, project, settings.catalogue_dir, as_of))
    return tuple(written)
