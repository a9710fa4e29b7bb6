"""Files whose records name their own values (JSON, XML): what column a key means, and what is said of the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from clew.contracts.model import Column
from clew.ingest.read.headers import shown_header
from clew.ingest.read.headings import Headings, header_key, heard_by, meanings
from clew.ingest.read.source import Request
from clew.problems import Place, Problems, did_you_mean

MOST = 100
"""Unknown keys that are told one by one; a file with more of them has its data in its keys."""


@dataclass
class Keys:
    """The keys of one file, in the order they are met. ``what`` a key is called in messages: key, element.

    A reader may be run in a thread of the engine's: so who listens is asked for when it is made.
    """

    request: Request
    what: str
    _columns: dict[str, Column | None] = field(default_factory=dict)
    _unknown: dict[str, int] = field(default_factory=dict)
    _more: int = 0

    def __post_init__(self) -> None:
        self._known = {
            key: meaning.column for key, meaning in meanings(self.request.contract).items() if not meaning.unit
        }
        self._heard = heard_by()

    def column(self, key: str) -> Column | None:
        """The column that a key means, compared as headings are; None when the contract does not name it."""
        if key not in self._columns:
            found = self._known.get(header_key(key))
            if found is None and len(self._columns) > MOST + len(self._known):
                return None
            self._columns[key] = found
        return self._columns[key]

    def unknown(self, key: str, number: int) -> None:
        """Note a key of a record (``number``) that is not in the contract."""
        if key not in self._unknown and len(self._unknown) < MOST:
            self._unknown[key] = number
        elif key not in self._unknown:
            self._more += 1

    def tell(self, problems: Problems, *, located: bool) -> None:
        """At the end of the file: warn of each unknown key (I011), and say which keys there were."""
        seen = [key for key, column in self._columns.items() if column is not None]
        columns = [column.header for column in self.request.contract.columns]
        if not seen and self._unknown:
            problems.warn(
                Place(self.request.shown),
                "I011",
                f"none of its {self.what}s is in the contract, and nothing was loaded",
                f"the contract has: {', '.join(columns[:12])}",
            )
        for key, number in self._unknown.items() if seen else ():
            where = "" if located else f" (record {number})"
            problems.warn(
                Place(self.request.shown, number if located else 1),
                "I011",
                f"the {self.what} {shown_header(key)}{where} is not in the contract and was not loaded",
                did_you_mean(key, columns),
            )
        if self._more and seen:
            problems.warn(
                Place(self.request.shown),
                "I011",
                f"more than {MOST} different {self.what}s are not in the contract; none was loaded",
                "the file may hold its data in its keys: ask for records that all have the same ones",
            )
        if self._heard is not None:
            self._heard.append(Headings((*seen, *self._unknown), found=True, keyed=True))
