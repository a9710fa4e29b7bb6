"""Reception: a waiting file is landed, or turned away with the problem that says why."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from clew.ingest.land.file_name import UNREADABLE, citable, shown_name
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import ChangedError, Landed, land
from clew.ingest.land.unlinked import LinkedError, open_unlinked
from clew.problems import Place, Problem


def received(incoming: Incoming, landing: Path, known: Callable[[int], bool]) -> Landed | Problem:
    """The file at rest under its hash; or the problem: its name cannot be cited (I060), it is a link (I055), it
    cannot be read (I007) or is still being written (I056).

    ``known`` tells whether something of so many bytes was received before. Raises OSError for what is not the file's
    fault: a full disk, a landing folder that takes nothing.
    """
    if not citable(incoming.path.name):
        return Problem(
            Place(incoming.shown),
            "I060",
            "the file's name is no UTF-8 text",
            f"rename it, as to '{shown_name(incoming.path.name).replace(UNREADABLE, '')}'",
        )
    if incoming.linked:
        return _linked(incoming)
    try:
        file = open_unlinked(incoming.path)
    except LinkedError:
        return _linked(incoming)
    except OSError as error:
        return _unreadable(incoming, error)
    with file:
        try:
            likely = known(os.fstat(file.fileno()).st_size)
            return land(file, incoming.path.name, landing, likely=likely)
        except ChangedError:
            return Problem(
                Place(incoming.shown),
                "I056",
                "the file changed while it was copied",
                "copy it under a name that ends in .part, then rename it; the next run takes it as it is by then",
            )
        except OSError as error:
            if _readable(file):
                raise
            return _unreadable(incoming, error)


def _linked(incoming: Incoming) -> Problem:
    return Problem(
        Place(incoming.shown),
        "I055",
        "the file, its sidecar or its folder is a link, and links are not followed",
        "put the file itself there",
    )


def _unreadable(incoming: Incoming, error: OSError) -> Problem:
    return Problem(
        Place(incoming.shown),
        "I007",
        f"the file cannot be read: {error.strerror}",
        "check its permissions, or that the copy has finished",
    )


def _readable(file: FileIO) -> bool:
    try:
        file.seek(0)
        file.read(1)
    except OSError:
        return False
    return True
