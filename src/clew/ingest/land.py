"""Landing: a received file is copied byte for byte under its own sha256, and never changed again.

The copy is written to a temporary name, flushed to disk and renamed: after a crash at any moment the landing
folder holds either nothing or the whole file under its true hash.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from tempfile import mkstemp

CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True)
class Census:
    """Byte counts that decide how a text file may be read; taken while the file is hashed."""

    nul_bytes: int
    quotes: int


@dataclass(frozen=True)
class Landed:
    """A file at rest in the landing folder: where it is, what it is, how large it is (bytes)."""

    path: Path
    sha256: str
    size: int
    census: Census


def land(source: Path, landing: Path) -> Landed:
    """Copy ``source`` into ``landing`` unless its bytes are there already; raises OSError.

    The path of the copy is ``<first two hex digits>/<sha256><suffix>``.
    """
    landing.mkdir(parents=True, exist_ok=True)
    handle, temporary_name = mkstemp(prefix=".landing-", dir=landing)
    os.close(handle)
    temporary = Path(temporary_name)
    try:
        copyfile(source, temporary)
        name, size, census = _examine(temporary)
        target = landed_path(landing, name, source.name)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            temporary.chmod(0o440)
            temporary.replace(target)
            _sync_folder(target.parent)
            _sync_folder(landing)
    finally:
        temporary.unlink(missing_ok=True)
    return Landed(target, name, size, census)


def landed_path(landing: Path, digest: str, file: str) -> Path:
    """Where a file received under the name ``file`` rests."""
    return landing / digest[:2] / f"{digest}{Path(file).suffix.lower()}"


def _examine(path: Path) -> tuple[str, int, Census]:
    """Hash and count the copy itself, so that what is named is what is kept even if the sender writes on; flush it."""
    digest, size, nul_bytes, quotes = sha256(), 0, 0, 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            nul_bytes += chunk.count(b"\0")
            quotes += chunk.count(b'"')
        os.fsync(file.fileno())
    return digest.hexdigest(), size, Census(nul_bytes, quotes)


def remove_unfinished(landing: Path) -> None:
    """Delete what a killed process left half-copied."""
    for left in landing.glob(".landing-*"):
        left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
