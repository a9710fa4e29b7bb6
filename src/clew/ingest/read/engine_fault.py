"""What an engine's error means for the file it was raised at: a refusal, unless no file is to blame.

The engine's own message is never repeated: it may quote the value it stumbled over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from clew.ingest.land.delivery import Delivery, RefusedError
from clew.problems import Problem
from clew.warehouse import is_damaged

NO_FILE_TO_BLAME = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.InterruptException,
    duckdb.TransactionException,
    duckdb.ConnectionException,
    duckdb.InternalException,
    duckdb.FatalException,
)
"""A full disk, memory, an interruption, or an engine that has to be opened again: the run cannot go on."""

_NOT_READABLE = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.SerializationException,
    duckdb.OutOfRangeException,
)
"""What the engine raises when a file is not what it should be."""


_SHORT_READ = "Could not read enough bytes"


@contextmanager
def short_reads_blamed() -> Iterator[None]:
    """A file whose own tables point beyond its end is a broken file (InvalidInputException), not a broken disk: what is
    read is a whole copy that nobody changes any more."""
    try:
        yield
    except duckdb.IOException as error:
        if _SHORT_READ in str(error):
            raise duckdb.InvalidInputException("the file points beyond its own end") from None
        raise


def not_readable(delivery: Delivery, error: duckdb.Error) -> RefusedError:
    """The refusal of a file that the engine could not read to its end. Raises ``error`` if the warehouse is broken."""
    if not isinstance(error, _NOT_READABLE) and type(error) is not duckdb.Error:  # a decoder's own fault has no class
        return stopped(delivery, error)
    if is_damaged(error):
        raise error
    name = type(error).__name__
    return RefusedError(
        Problem(delivery.place, "I015", f"the file cannot be read ({name})", "ask the sender for it again")
    )


def stopped(delivery: Delivery, error: duckdb.Error) -> RefusedError:
    """The refusal of a file at which the engine stopped although its records were read one by one.

    Raises ``error`` where the warehouse itself is broken: no file is to blame for that.
    """
    if is_damaged(error):
        raise error
    return RefusedError(
        Problem(
            delivery.place,
            "I027",
            f"the engine stopped at this file ({type(error).__name__})",
            f"try the SQL checks of the contract '{delivery.contract.dataset}' on its values; "
            "nothing of the file was loaded",
        )
    )
