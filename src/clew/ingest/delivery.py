"""One delivery on its way in, and the refusal of one as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from clew.contracts.model import Contract
from clew.ingest.deliveries import Incoming
from clew.ingest.land import Landed
from clew.problems import Place, Problem


class RefusedError(Exception):
    """The delivery as a whole breaks its contract; nothing of it is loaded."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Delivery:
    """Everything one load needs to know."""

    incoming: Incoming
    landed: Landed
    contract: Contract
    format: str
    batch: int

    @property
    def place(self) -> Place:
        """The delivered file, for messages."""
        return Place(self.incoming.shown)
