"""What is said of bytes that came before: where nothing was done, and where a list goes back to them."""

from __future__ import annotations

import duckdb

from clew.contracts.model import Contract
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.last_word import holds
from clew.ingest.land.mode import Mode, mode_of
from clew.ingest.land.statement import Known, stated
from clew.ingest.load.ledger import letter_of
from clew.problems import Place, Problems


def say_nothing_new(
    con: duckdb.DuckDBPyConnection, contract: Contract, known: Known, incoming: Incoming, problems: Problems
) -> None:
    """Warn where a file changes nothing although its papers are not those that are kept, or no longer hold (I028, I029,
    I057)."""
    sender, letter = letter_of(con, known.batch)
    own, place = incoming.sidecar, Place(incoming.shown)
    if (own.letter or letter, own.sender or sender) != (letter, sender):
        problems.warn(
            place,
            "I057",
            f"the same bytes are in as '{known.file}' (delivery {known.batch}, from {sender or 'nobody named'}, letter "
            f"{letter or 'none'}); the sender and letter of this one are not kept",
            "if it is a delivery of its own, let its papers name its region or period",
        )
    mine = known.file == incoming.path.name
    if mine and known.statement != stated(own):
        problems.warn(
            place,
            "I028",
            "its sidecar says something new, but another file took its place before that",
            "if it is a delivery of its own, give the file another name; else take it out of the drop folder",
        )
        return
    on = max(own.received_on, known.received_on)
    lies_there = mine and not (own.dated and on > known.received_on)
    if not lies_there and not holds(con, contract, known.batch, mode_of(known.statement, contract), on):
        problems.warn(
            place,
            "I029",
            f"the same bytes came before as '{known.file}' (delivery {known.batch}), and what took its place stays;"
            " nothing was done",
            "if this takes that back, give it papers with its day of receipt, and name what it takes the place of under"
            " 'replaces'; else take it out of the drop folder",
        )


def say_it_goes_back(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    """Warn where a list has the bytes of one that another list has replaced: it is in force again (I062).

    Call it when the delivery is settled: a file sent by mistake would look no different.
    """
    if delivery.mode is not Mode.SNAPSHOT:
        return
    found = con.execute(
        """select d.file, d.received_on, s.file from clew.delivery d join clew.delivery s on s.batch = d.superseded_by
        where d.dataset = ? and d.sha256 = ? and d.batch < ? and d.status = 'loaded' and d.mode = 'snapshot'
            and s.sha256 <> d.sha256 and d.superseded_on <= ? order by d.batch desc limit 1""",
        [delivery.contract.dataset, delivery.landed.sha256, delivery.batch, delivery.incoming.sidecar.received_on],
    ).fetchall()
    for file, received_on, by in found:
        problems.warn(
            delivery.place,
            "I062",
            f"it has the bytes of '{file}' of {received_on}, whose place '{by}' took since: that list is in force again"
            f" from {delivery.incoming.sidecar.received_on} on",
            "if it was sent by mistake, have the right list sent under the same name",
        )
