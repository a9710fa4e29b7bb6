"""The members of an archive, each unpacked to a file of its own; what cannot be is one problem with its place."""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from clew.ingest.land.landed import Landed
from clew.ingest.read.unpack import BombError, Budget
from clew.problems import Place, Problems

MOST_MEMBERS = 10_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LEFT_BY_SYSTEMS = ("__MACOSX", "Thumbs.db", "desktop.ini")
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, tarfile.TarError, ValueError)


@dataclass(frozen=True)
class Member:
    """One unpacked member under the name it has in the archive."""

    name: str
    landed: Landed


def unpack(
    landed: Landed, format_: str, inner_name: str, folder: Path, budget: Budget, place: Place, problems: Problems
) -> list[Member] | None:
    """Every member but what systems leave behind, in order of name; None after noting I031, I032 or I033.

    ``inner_name`` is what a single compressed file is called without its last ending.
    """
    try:
        if format_ == "zip":
            return _zip(landed, folder, budget, place, problems)
        if format_ == "tar" or inner_name.lower().endswith(".tar"):
            return sorted(_tar(landed, folder, budget), key=lambda member: member.name)
        with gzip.open(landed.path) as stream:
            return [Member(inner_name, budget.copy(cast("IO[bytes]", stream), folder / "0"))]
    except BombError as bomb:
        problems.error(place, "I031", f"{bomb}: it may be an attack", "raise 'unpack_limit' or 'unpack_ratio' if not")
    except NotImplementedError:
        problems.error(place, "I033", "it is packed by a method Clew cannot unpack", "pack it again as plain zip")
    except _DAMAGED:
        problems.error(place, "I033", "the archive is damaged or cut short", "ask the sender for it again")
    return None


def _zip(landed: Landed, folder: Path, budget: Budget, place: Place, problems: Problems) -> list[Member] | None:
    with ZipFile(landed.path) as archive:
        named = sorted((_name(info), index, info) for index, info in enumerate(archive.infolist()) if not info.is_dir())
        chosen = [(name, info) for name, _, info in named if not _left_behind(name)]
        if len(chosen) > MOST_MEMBERS:
            raise BombError(f"it holds {len(chosen)} files")
        locked = [name for name, info in chosen if info.flag_bits & _ENCRYPTED]
        for name in locked:
            problems.error(
                Place(f"{place.path}/{name}"), "I032", "this member is encrypted", "ask for it without a password"
            )
        if locked:
            return None
        members = []
        for number, (name, info) in enumerate(chosen):
            try:
                with archive.open(info) as stream:
                    members.append(Member(name, budget.copy(stream, folder / str(number))))
            except NotImplementedError:
                raise
            except _DAMAGED:
                problems.error(
                    Place(f"{place.path}/{name}"), "I033", "this member is damaged", "ask the sender for it again"
                )
                return None
    return members


def _left_behind(name: str) -> bool:
    """As in the drop folder: hidden files, and what a system or an open spreadsheet program writes beside them."""
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return any(part in _LEFT_BY_SYSTEMS or part.startswith((".", "~$")) for part in parts)


def _name(info: ZipInfo) -> str:
    """The member's name: marked as UTF-8, else whatever Chinese packers write without saying, else as it stands.

    Some characters of GBK are two bytes that UTF-8 takes too (一 for һ); Chinese in UTF-8 has three.
    """
    if info.flag_bits & _UTF8_NAME:
        return _shown(info.orig_filename)
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return _shown(info.orig_filename)
    read = {}
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            read[encoding] = raw.decode(encoding)
    utf8 = read.get("utf-8")
    sure = utf8 is not None and (utf8.isascii() or any(len(character.encode()) > 2 for character in utf8))
    return _shown(
        utf8 if utf8 is not None and (sure or "gb18030" not in read) else read.get("gb18030", info.orig_filename)
    )


def _tar(landed: Landed, folder: Path, budget: Budget) -> Iterator[Member]:
    number = 0
    with tarfile.open(landed.path, "r|*", errors="surrogateescape") as archive:
        for info in archive:
            name = _tar_name(info.name)
            stream: IO[bytes] | None = archive.extractfile(info) if info.isreg() and not _left_behind(name) else None
            if stream is None:
                budget.take(info.size)
                continue
            if number == MOST_MEMBERS:
                raise BombError(f"it holds more than {number} files")
            yield Member(name, budget.copy(stream, folder / str(number)))
            number += 1


def _tar_name(name: str) -> str:
    raw = name.encode("utf-8", errors="surrogateescape")
    try:
        return _shown(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _shown(raw.decode("gb18030", errors="replace"))


def _shown(name: str) -> str:
    """A name fit for messages: one kind of slash, no control characters."""
    return _CONTROL.sub("\ufffd", name.replace("\\", "/"))
