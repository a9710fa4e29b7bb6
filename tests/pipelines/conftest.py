"""A small office and province, the night without Prefect on it, and one Prefect server for all tests of the flows.

The office has the shipped contracts and rules, and some of the models: a flow adds nothing to what a model says.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from clew.demo.calendar import AS_OF
from clew.demo.generate import generate
from clew.night import night, receive
from clew.project import Project
from clew.project_folders import CONTRACTS, MODELS, RULES
from clew.settings import Settings
from clew.warehouse import open_warehouse
from pipelines.project import open_project
from pipelines.server import local_server
from tests.platform.network import Guard, guard_in

ROOT = Path(__file__).parents[2]
MODELS_THERE = ("deceased_benefits", "drunk_driver_licence", "prisoner_pension")


@dataclass(frozen=True)
class State:
    """A state folder of an office."""

    office: Path
    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings(project=self.office, state=self.folder)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        with closing(open_warehouse(self.settings, read_only=True)) as connection:
            return connection.execute(query).fetchall()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that the platform remembers, in one order."""
        names = self.rows("select table_name from information_schema.tables where table_schema = 'clew' order by all")
        return {name: self.rows(f'select * from clew."{name}" order by all') for (name,) in names}

    def batches(self) -> dict[str, bytes]:
        """Every file of every sealed batch."""
        folder = self.settings.batches_dir
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def copy(self, folder: Path) -> State:
        """Another state folder with the same content."""
        return State(self.office, Path(shutil.copytree(self.folder, folder)))


@dataclass(frozen=True)
class Server:
    """The running server: its address, the folder of its database, and the guard it stands under."""

    address: str
    home: Path
    guard: Guard

    def flow(self, state: State, *arguments: str) -> subprocess.Popen[str]:
        """Start ``flow_process`` on a state folder."""
        environment = {**self.guard.environment, "CLEW_STATE": str(state.folder)}
        command = [sys.executable, "-m", "tests.pipelines.flow_process", str(state.office), *arguments]
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """What the server answers to a request with the password."""
        token = base64.b64encode(os.environ["PREFECT_API_AUTH_STRING"].encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        request = Request(f"{self.address}/api/{path}", json.dumps(body).encode(), headers)  # noqa: S310 - loopback
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - http on loopback
            return json.load(answer)

    def prefect(self, *arguments: str, state: State | None = None) -> str:
        """Run a command of Prefect's own in the project's folder; what it wrote."""
        environment = self.guard.environment | ({"CLEW_STATE": str(state.folder)} if state else {})
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        ended = subprocess.run(command, env=environment, cwd=ROOT, text=True, capture_output=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


@dataclass(frozen=True)
class Told:
    """What a flow process said line by line, its last word, and what it wrote to standard error."""

    lines: list[str]
    result: dict[str, Any]
    stderr: str


def told(process: subprocess.Popen[str]) -> Told:
    """Wait for a flow process to end well."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    *lines, result = out.splitlines()
    return Told(lines, json.loads(result), err)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("office")
    for content in (CONTRACTS, RULES, *(f"{MODELS}/{model}" for model in MODELS_THERE)):
        shutil.copytree(ROOT / content, folder / content)
    return open_project(folder)


@pytest.fixture(scope="session")
def dropped(tmp_path_factory: pytest.TempPathFactory, project: Project) -> State:
    """The smallest province's files that a model reads, nothing received yet; most months of payments are left out."""
    state = State(project.settings.project, tmp_path_factory.mktemp("dropped") / "state")
    generate(state.folder, 2_000, 7, catalogue=project.catalogue)
    rules = [project.library.rules[use.rule.value] for model in project.models for use in model.uses]
    read = {dataset.value for rule in rules for dataset in rule.datasets.values()}
    for folder in state.settings.drop_dir.iterdir():
        if folder.name not in read:
            shutil.rmtree(folder)
    for dataset in ("pension_payment", "benefit_payment"):
        months = sorted(path for path in (state.settings.drop_dir / dataset).iterdir() if path.suffix != ".yml")
        for file in months[:-2]:
            file.unlink()
            file.with_name(f"{file.name}.yml").unlink(missing_ok=True)
    return state


@pytest.fixture(scope="session")
def received(dropped: State, tmp_path_factory: pytest.TempPathFactory) -> State:
    """The province received, not yet screened."""
    state = dropped.copy(tmp_path_factory.mktemp("received") / "state")
    receive(open_for(state), today=AS_OF)
    return state


@pytest.fixture(scope="session")
def plain(received: State, tmp_path_factory: pytest.TempPathFactory) -> State:
    """After the night without Prefect."""
    state = received.copy(tmp_path_factory.mktemp("plain") / "state")
    night(state.settings, as_of=AS_OF)
    return state


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, itself under the guard that lets nothing leave this machine."""
    guard = guard_in(tmp_path_factory.mktemp("guard"))
    home = tmp_path_factory.mktemp("prefect")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(guard.folder)
    try:
        with local_server(home) as address:
            yield Server(address, home, guard)
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def open_for(state: State) -> Project:
    """The office's project on a state folder."""
    found = open_project(state.office)
    return Project(state.settings, found.catalogue, found.laws, found.library, found.models)
