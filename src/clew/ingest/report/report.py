"""What an ingest run says: per file what became of it, and every problem with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from clew.contracts.check import Measured
from clew.ingest.drift.form import Drift
from clew.ingest.observe.anomaly import Anomaly
from clew.problems import Problem


@dataclass(frozen=True)
class FileReport:
    """One file. ``status``: ``loaded``, ``unchanged`` (nothing new in bytes or sidecar) or ``refused``.

    ``rows_read`` is always ``rows_loaded + rows_quarantined``. ``repairs`` counts changed values by
    ``column.repair``; ``reasons`` counts quarantined rows by reason, most frequent first. ``certified`` says
    whether coverage moved; ``why_not_certified`` says why it did not although the sender certified the file.
    ``unusual`` is what was unlike earlier deliveries of the dataset. ``corrected_clues`` counts the clues that rest on
    rows which this file changes or no longer holds. ``drift`` is how the file's form left the contract.
    """

    dataset: str
    file: str
    status: str
    batch: int | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    repairs: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[tuple[str, int], ...] = ()
    supersedes: tuple[int, ...] = ()
    certified: bool = False
    why_not_certified: str = ""
    problem: str = ""
    measured: Measured | None = None
    unusual: tuple[Anomaly, ...] = ()
    corrected_clues: int = 0
    drift: tuple[Drift, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``; the measures stay in the warehouse."""
        return {key: value for key, value in asdict(self).items() if key != "measured"}


@dataclass(frozen=True)
class IngestReport:
    """One run over the drop folder, in the order the files were taken."""

    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...]

    def count(self, status: str) -> int:
        """How many files ended with this status."""
        return sum(file.status == status for file in self.files)

    @property
    def refused(self) -> int:
        """Files that were refused."""
        return self.count("refused")

    @property
    def rows_read(self) -> int:
        """Rows read from the files loaded in this run."""
        return sum(file.rows_read for file in self.files)

    @property
    def rows_loaded(self) -> int:
        """Good rows loaded in this run."""
        return sum(file.rows_loaded for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        """Rows set aside in this run."""
        return sum(file.rows_quarantined for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "files": [file.as_dict() for file in self.files],
            "problems": [problem.as_dict() for problem in self.problems],
            "rows_read": self.rows_read, "rows_loaded": self.rows_loaded, "rows_quarantined": self.rows_quarantined,
        }  # fmt: skip
