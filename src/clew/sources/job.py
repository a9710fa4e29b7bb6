"""One source at work: what a kind of source is given to fetch with, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from clew.problems import Problem, ProblemError, Problems
from clew.settings import Settings
from clew.sources.draft import Draft, never_loaded, publish
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
    put: list[str] = field(default_factory=list)  # names of files that are in the drop folder now
    same: list[str] = field(default_factory=list)  # names of files that were there already, exactly so

    @property
    def folder(self) -> Path:
        """The dataset's drop folder."""
        return self.settings.drop_dir / self.source.dataset

    def secret(self, name: str, *others: str) -> str:
        """A secret the server asks for. Raises ProblemError (N008) when nobody gave it; ``others`` would do as well."""
        found = self.secrets.get(name)
        if not found:
            wanted = variable(self.source.server, name)
            said = f"the secret {name} of the server '{self.source.server}' is not set"
            or_else = "".join(f" or {variable(self.source.server, other)}" for other in others)
            help = f"set the environment variable {wanted}{or_else}; it stands in no file"
            raise ProblemError([Problem(self.source.place, "N008", said, help)])
        return found

    def project_file(self, name: str) -> str:
        """A file the contract names, taken from the project folder when relative."""
        return str(self.settings.project / name)

    def papers(self, **more: object) -> dict[str, object]:
        """A sidecar's keys: what the contract says of everything from there, the day, and what this fetch adds."""
        said = {**self.source.papers, "received_on": self.today, "region": self.source.region}
        return {**said, **more, "source": self.source.identity}

    def outdated(self, *kept: str) -> tuple[str, ...]:
        """Waiting files of earlier fetches, but for those named: what is read now holds what they held."""
        loaded = {one.file: one.sha256 for one in self.loaded}
        return tuple(name for name in never_loaded(self.folder, self.source, loaded) if name not in kept)

    def deliver(self, draft: Draft) -> None:
        """Put a whole file into the drop folder, beside its sidecar."""
        done = publish(self.settings, self.folder, draft, self.source, self.say)
        (self.put if done else self.same).append(draft.name)


@dataclass(frozen=True)
class Haul:
    """What one fetch brought besides its files: counts for the report."""

    rows: int | None = None
    known: int = 0
    undated: int = 0
    certifies: str = ""
