"""One reading of a contract, and how strict it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clew.problems import Edit, Place, Problems, Severity


@dataclass
class Reading(Problems):
    """The problems of one reading.

    The project folder is read strictly: what screening needs must be there. Any other ODCS document is read openly
    (``open``): it may do without Clew's own words, and what Clew would not enforce of it is advice, not an error.
    """

    open: bool = False

    def convention(self, place: Place, code: str, message: str, help: str = "", edits: tuple[Edit, ...] = ()) -> None:
        """Note a breach of a convention of Clew's own, which the standard does not ask for."""
        if self.open:
            self.warn(place, code, message, help)
        else:
            self.error(place, code, message, help, edits)

    def take(self, aside: Problems) -> None:
        """Take over problems noted aside, every one of them a breach of a convention."""
        for problem in aside.found:
            noted = replace(problem, severity=Severity.WARNING) if self.open else problem
            if noted not in self.found:
                self.found.append(noted)
