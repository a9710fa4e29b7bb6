"""One delivery on its way in, and the refusal of one as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clew.contracts.model import Contract
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import Landed
from clew.ingest.land.mode import Mode, mode_of
from clew.problems import Place, Problem


class RefusedError(Exception):
    """The delivery as a whole breaks its contract; nothing of it is loaded."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Delivery:
    """Everything one load needs to know.

    ``references``: of a resubmission that says so itself, its row -> the row it mends (as written in the file).
    """

    incoming: Incoming
    landed: Landed
    contract: Contract
    format: str
    batch: int
    references: Mapping[int, str] = field(default_factory=dict)

    @property
    def mode(self) -> Mode:
        """What it does to what is there."""
        return mode_of(self.incoming.sidecar, self.contract)

    @property
    def place(self) -> Place:
        """The delivered file, for messages."""
        return Place(self.incoming.shown)
