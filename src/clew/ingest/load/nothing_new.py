"""What is said of a file whose bytes are in, so that nothing was done: where its papers are not those that are kept."""

from __future__ import annotations

import duckdb

from clew.contracts.model import Contract
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.last_word import holds
from clew.ingest.land.mode import mode_of
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
    if known.file == incoming.path.name:
        if known.statement != stated(own):
            problems.warn(
                place,
                "I028",
                "its sidecar says something new, but another file took its place before that",
                "if it is a delivery of its own, give the file another name",
            )
        return
    on = max(own.received_on, known.received_on)
    if not holds(con, contract, known.batch, mode_of(known.statement, contract), on):
        problems.warn(
            place,
            "I029",
            f"the same bytes came before as '{known.file}' (delivery {known.batch}), and what took its place stays;"
            " nothing was done",
            "if this takes that back, give it papers with its day of receipt, and name what it takes the place of under"
            " 'replaces'",
        )
