"""An office that works on a made-up province: a state folder, what was delivered to it, and nights on it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from clew.demo.calendar import AS_OF
from clew.demo.compare import Compared, compare
from clew.demo.flaws import NONE, Flaws
from clew.demo.generate import TRUTH_FILE, generate
from clew.night import receive
from clew.problems import Problems
from clew.project import Project, read_project
from clew.screening.run import screen
from clew.settings import Settings
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parents[2]
SEED = 20260630


class Office:
    """This repository's contracts, rules and models with a state of their own in ``state``."""

    def __init__(self, state: Path) -> None:
        problems = Problems()
        self.state = state
        self.project: Project = read_project(Settings(project=ROOT, state=state, lineage=""), problems)
        problems.raise_errors()

    def deliver(self, persons: int, *, flaws: Flaws = NONE, datasets: Collection[str] | None = None) -> None:
        """Make the province, and receive what it sends: all, or ``datasets`` alone."""
        generate(self.state, persons, SEED, catalogue=self.project.catalogue, flaws=flaws, datasets=datasets)
        receive(self.project, today=AS_OF)

    def screen(self, models: Collection[str] | None = None) -> list[Compared]:
        """Run the models (None: all), and compare each of their rules with what was planted."""
        project = self.project
        with closing(open_warehouse(project.settings)) as connection:
            report = screen(
                connection, project.settings, project.catalogue, project.library, project.models,
                as_of=AS_OF, only=models,
            )  # fmt: skip
            table = compare(connection, self.state / TRUTH_FILE, report.screening_id)
        return [row for row in table if models is None or row.model in models]

    def copy(self, state: Path) -> Office:
        """Another office that has received the same."""
        shutil.copytree(self.state, state)
        return Office(state)
