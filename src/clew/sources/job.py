"""One source at work: what a kind of source is given to fetch with, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from clew.problems import Problem, ProblemError, Problems
from clew.settings import Settings
from clew.sources.draft import Draft
from clew.sources.ledger import Loaded
from clew.sources.secret import Secrets, variable
from clew.sources.source import Source

CONNECT_SECONDS = 20
"""How long a server may take to answer at all."""


@dataclass(frozen=True)
class Job:
    """A source, its secrets, what it brought before, and where to write. ``problems`` takes warnings."""

    source: Source
    secrets: Secrets
    settings: Settings
    today: date
    loaded: tuple[Loaded, ...]
    say: Callable[[str], None]
    problems: Problems = field(default_factory=Problems)

    @property
    def folder(self) -> Path:
        """The dataset's drop folder."""
        return self.settings.drop_dir / self.source.dataset

    def secret(self, name: str) -> str:
        """A secret the server asks for. Raises ProblemError (N008) when nobody gave it."""
        found = self.secrets.get(name)
        if not found:
            wanted = variable(self.source.server, name)
            said = f"the secret {name} of the server '{self.source.server}' is not set"
            help = f"set the environment variable {wanted}; it stands in no file"
            raise ProblemError([Problem(self.source.place, "N008", said, help)])
        return found

    def project_file(self, name: str) -> str:
        """A file the contract names, taken from the project folder when relative."""
        return str(self.settings.project / name)

    def papers(self, **more: object) -> dict[str, object]:
        """A sidecar's keys: what the contract says of everything from there, the day, and what this fetch adds."""
        return {
            **self.source.papers,
            "received_on": self.today,
            "region": self.source.region,
            **more,
            "source": self.source.identity,
        }


@dataclass(frozen=True)
class Haul:
    """What one fetch brought: whole files, and counts for the report."""

    drafts: tuple[Draft, ...] = ()
    rows: int | None = None
    known: int = 0
    undated: int = 0
    certifies: str = ""
