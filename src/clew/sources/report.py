"""What a fetch did, source by source."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from clew.problems import Problem, Severity


@dataclass(frozen=True)
class Fetched:
    """One source. ``status``: fetched, unchanged, nothing new, reachable (a check), or failed (see the problems).

    ``rows`` came in the files; ``known`` were left out because an earlier fetch had brought them alike; ``undated``
    have no cursor and were not read. ``certifies`` is the period the files are complete for, as text.
    """

    dataset: str
    server: str
    status: str
    files: tuple[str, ...] = ()
    rows: int | None = None
    known: int = 0
    undated: int = 0
    certifies: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether nothing of it came."""
        return self.status == "failed"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self) | {"problems": [problem.as_dict() for problem in self.problems]}


@dataclass(frozen=True)
class FetchReport:
    """All sources that were asked, in order of dataset and server."""

    sources: tuple[Fetched, ...] = ()

    @property
    def failed(self) -> int:
        """How many sources brought nothing although they should have."""
        return sum(one.failed for one in self.sources)

    @property
    def problems(self) -> list[Problem]:
        """Errors and warnings of all sources."""
        return [problem for one in self.sources for problem in one.problems]

    @property
    def errors(self) -> list[Problem]:
        """The errors among them."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {"sources": [one.as_dict() for one in self.sources], "failed": self.failed}
