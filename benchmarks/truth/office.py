"""An office that works on a made-up province: a state folder, what was delivered to it, and nights on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.truth.band import Band, bands
from clew.demo.calendar import AS_OF
from clew.demo.compare import Compared, compare
from clew.night import receive
from clew.problems import Problems
from clew.project import Project, read_project
from clew.screening.run import screen
from clew.settings import Settings
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parents[2]
SEED = 20260630


@dataclass(frozen=True)
class Screened:
    """What a night said of each rule and in each band, beside what was planted.

    ``unnamed``: rule -> how often it left a county open without naming anybody, as rules about groups do.
    """

    rules: tuple[Compared, ...]
    bands: tuple[Band, ...]
    unnamed: Mapping[str, int]


class Office:
    """This repository's contracts, rules and models with a state of their own in ``state``."""

    def __init__(self, state: Path) -> None:
        problems = Problems()
        self.state = state
        self.project: Project = read_project(Settings(project=ROOT, state=state, lineage=""), problems)
        problems.raise_errors()

    def receive(self, drop: Path, datasets: Collection[str] | None = None) -> None:
        """Take what was sent to ``drop``, all or of ``datasets`` alone, as any night does."""
        for sent in sorted(drop.iterdir()):
            if datasets is None or sent.name in datasets:
                shutil.copytree(sent, self.state / "drop" / sent.name, copy_function=os.link)
        receive(self.project, today=AS_OF)

    def screen(self, truth: Path, models: Collection[str] | None = None) -> Screened:
        """Run the models (None: all), and compare what each of their rules says with what was planted."""
        project = self.project
        with closing(open_warehouse(project.settings)) as connection:
            report = screen(
                connection, project.settings, project.catalogue, project.library, project.models,
                as_of=AS_OF, only=models,
            )  # fmt: skip
            rules = compare(connection, truth, report.screening_id)
            spoken = bands(connection, truth, report.screening_id)
            unnamed = connection.execute(
                "select rule, count(*) from clew.undecided"
                " where screening_id = ? and outcome = 'INCONCLUSIVE' and subject is null group by rule",
                [report.screening_id],
            ).fetchall()
        return Screened(tuple(row for row in rules if models is None or row.model in models), spoken, dict(unnamed))

    def copy(self, state: Path) -> Office:
        """Another office that has received the same. Files as received never change, so they are shared."""
        shutil.copytree(self.state, state, ignore=shutil.ignore_patterns("drop", "landing"))
        if (self.state / "landing").is_dir():
            shutil.copytree(self.state / "landing", state / "landing", copy_function=os.link)
        return Office(state)
