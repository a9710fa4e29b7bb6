"""Unpacking with a limit: nothing is written under a name that an archive chose, and no bomb goes off.

Each member goes to a temporary file of its own number. What is written is counted as it comes, whatever the archive
says of itself; a ratio above the limit is a bomb only once it has made ``BOMB_FROM`` bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import IO

from clew.ingest.land.census import Census
from clew.ingest.land.landed import CHUNK, Landed

_SPILLED = re.compile(r"duckdb_temp_([0-9]{1,9})_")
"""The engine's files name the process that they are of."""
BOMB_FROM = 64 * 1024 * 1024
"""Bytes; a short file that unpacks a thousandfold is no danger."""


class BombError(Exception):
    """An archive unpacks to more than it may; the text says to how much."""


def remove_unpacked(spill: Path) -> None:
    """Delete what a killed process left: unpacked and cut files, and rows that its engine had spilled.

    The engine would take its own away only when it next spills, and they are somebody's data until then.
    """
    for left in spill.glob("*-*/"):
        rmtree(left, ignore_errors=True)
    for file in spill.glob("duckdb_temp_*"):
        owner = _SPILLED.match(file.name)
        if owner and not _lives(int(owner[1])):
            file.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


@dataclass
class Budget:
    """Bytes that one delivery may still unpack to, all its members and archives inside archives together."""

    packed: int
    limit: int
    ratio: int
    written: int = field(default=0)

    def take(self, count: int) -> None:
        """Count bytes just unpacked. Raises BombError when they are too many."""
        self.written += count
        if self.written > self.limit:
            raise BombError(f"it unpacks to more than {self.limit:,} bytes")
        if self.written > max(BOMB_FROM, self.packed * self.ratio):
            raise BombError(f"it unpacks to more than {self.ratio} times its own size")

    def copy(self, stream: IO[bytes], target: Path) -> Landed:
        """Write a stream to a new file, counted and examined as a landed file is."""
        digest, census = hashlib.sha256(), Census()
        with target.open("xb") as made:
            while chunk := stream.read(CHUNK):
                self.take(len(chunk))
                made.write(chunk)
                digest.update(chunk)
                census.add(chunk)
        return Landed(target, digest.hexdigest(), census.size, census)
