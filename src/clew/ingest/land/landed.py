"""Landing: a received file is copied byte for byte under its own sha256, and never changed again.

The copy is written to a temporary name, flushed to disk and renamed: after a crash at any moment the landing
folder holds either nothing or the whole file under its true hash.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path
from tempfile import mkstemp

from clew.ingest.land.census import Census

CHUNK = 4 * 1024 * 1024
FLUSHED = 16 * CHUNK
"""Bytes after which what is written is flushed while the rest is copied."""


@dataclass(frozen=True)
class Landed:
    """A file at rest in the landing folder: where it is, what it is, how large it is (bytes)."""

    path: Path
    sha256: str
    size: int
    census: Census


class ChangedError(OSError):
    """Somebody was still writing the file while it was copied."""


def land(source: FileIO, file: str, landing: Path, *, likely: bool = False) -> Landed:
    """Copy an open file, received under the name ``file``, into ``landing`` unless its bytes are there already.

    The path of the copy is ``<first two hex digits>/<sha256><suffix>``. Where it is ``likely`` there, the file is read
    through before anything is written: what stays in a drop folder for years is not copied again each night. Raises
    OSError, and ChangedError when the file grew or was written to meanwhile: half of it would be taken for all.
    """
    if likely:
        name, census = _read(source, None, file)
        if (target := landed_path(landing, name, file)).exists():
            return Landed(target, name, census.size, census)
        source.seek(0)
    landing.mkdir(parents=True, exist_ok=True)
    handle, temporary_name = mkstemp(prefix=".landing-", dir=landing)
    temporary = Path(temporary_name)
    try:
        with os.fdopen(handle, "wb", buffering=0) as copy:
            name, census = _read(source, copy, file)
        target = landed_path(landing, name, file)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            temporary.chmod(0o440)
            temporary.replace(target)
            _sync_folder(target.parent)
            _sync_folder(landing)
    finally:
        temporary.unlink(missing_ok=True)
    return Landed(target, name, census.size, census)


def landed_path(landing: Path, digest: str, file: str) -> Path:
    """Where a file received under the name ``file`` rests."""
    return landing / digest[:2] / f"{digest}{Path(file).suffix.lower()}"


def _read(source: FileIO, copy: FileIO | None, file: str) -> tuple[str, Census]:
    """Hash, count and copy in one reading, and flush: what is named is what is kept even if the sender writes on.

    A thread reads, writes and counts the next piece while this one hashes the last, and a third has what is written
    flushed, so that little is left to wait for at the end; all leave the interpreter to others meanwhile. What the
    system remembers of the received file is given back for the copy: only the copy is read from then on, and a virtual
    machine would have to ask its host for more, which takes three times as long as the copying itself.
    """
    before = os.fstat(source.fileno())
    digest, census = sha256(), Census()

    def kept() -> bytes:
        piece = source.read(CHUNK)
        if copy is not None:
            if sys.platform == "linux" and len(piece) == CHUNK:
                os.posix_fadvise(source.fileno(), census.size, CHUNK, os.POSIX_FADV_DONTNEED)
            left = memoryview(piece)
            while left:
                left = left[copy.write(left) :]
        census.add(piece)
        return piece

    flushes: list[Future[None]] = []
    with ThreadPoolExecutor(1) as writer, ThreadPoolExecutor(1) as flusher:
        ahead = writer.submit(kept)
        while piece := ahead.result():
            ahead = writer.submit(kept)
            digest.update(piece)
            if copy is not None and census.size >= (len(flushes) + 1) * FLUSHED:
                flushes.append(flusher.submit(os.fdatasync, copy.fileno()))
    for flush in flushes:
        flush.result()  # a disk that fails says so once
    if copy is not None:
        os.fsync(copy.fileno())
    after = os.fstat(source.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or census.size != after.st_size:
        raise ChangedError(0, "it changed while it was copied", file)
    return digest.hexdigest(), census


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
