"""Archives: zip, gzip, tar and tar.gz. However many data files are inside, the archive is one delivery.

Archives inside archives are opened too. Documents that come along (a letter, a picture) are said and not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from clew.contracts.model import FileFormat
from clew.ingest.read.content import content_of
from clew.ingest.read.members import Member, unpack
from clew.ingest.read.parts import Unread, joined
from clew.ingest.read.source import Request, Source
from clew.ingest.read.unpack import Budget
from clew.problems import Place, Problems

DEEPEST = 3
"""Archives inside archives."""

FormatOf = Callable[[str, FileFormat, Path], str]
Open = Callable[[str, Request, Problems], AbstractContextManager[Source | None]]
_ARCHIVES = ("zip", "gzip", "tar")


@contextmanager
def read(request: Request, problems: Problems, format_of: FormatOf, open_source: Open) -> Iterator[Source | None]:
    """Read every member that is data, in order of name. Refused: encrypted (I032), damaged or empty (I033), a bomb
    (I031), or a member that its own reader refuses."""
    request.spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="archive-", dir=request.spill) as folder:
        budget = Budget(request.landed.size, request.unpack_limit, request.unpack_ratio)
        members = _members(request, Path(folder), budget, problems)
        if members is None:
            yield None
            return
        unread = [_unread(member, request, format_of, open_source) for member in members]
        with joined(request, problems, unread, "members") as source:
            yield source


def _members(request: Request, folder: Path, budget: Budget, problems: Problems) -> list[Member] | None:
    patterns = request.contract.file_format.members
    place = Place(request.shown)
    whole = Member(PurePosixPath(request.shown).name, request.landed)
    found = _opened(whole, place, folder, budget, problems, 1)
    if found is None:
        return None
    members = []
    for member in found:
        content = content_of(member.landed.path)
        last = PurePosixPath(member.name).name
        if patterns and not any(fnmatch(member.name, one) or fnmatch(last, one) for one in patterns):
            continue
        if content.startswith(("a ", "an ")) and not patterns:
            where = Place(f"{request.shown}/{member.name}")
            problems.warn(where, "I035", f"this member is {content}, not data; it was not read")
        else:
            members.append(member)
    if not members:
        says = "no member matches 'members'" if patterns and found else "the archive holds no data file"
        problems.error(place, "I033", says, "ask the sender what it should hold")
        return None
    return members


def _opened(
    packed: Member, place: Place, folder: Path, budget: Budget, problems: Problems, depth: int
) -> list[Member] | None:
    """The files of an archive and of the archives in it."""
    format_ = content_of(packed.landed.path)
    below = folder / f"in-{len(list(folder.iterdir()))}"
    below.mkdir()
    inner_name = _without_ending(PurePosixPath(packed.name).name)
    members = unpack(packed.landed, format_, inner_name, below, budget, place, problems)
    found: list[Member] = []
    for member in members or ():
        where = Place(f"{place.path}/{member.name}")
        if content_of(member.landed.path) not in _ARCHIVES:
            found.append(member)
            continue
        if depth == DEEPEST:
            problems.error(where, "I033", f"archives stand in archives more than {DEEPEST} deep", "pack it flat")
            return None
        deeper = _opened(member, where, folder, budget, problems, depth + 1)
        if deeper is None:
            return None
        found += [replace(one, name=f"{member.name}/{one.name}") for one in deeper]
    return None if members is None else found


def _without_ending(name: str) -> str:
    """``a.csv.gz`` holds ``a.csv``; ``a.tgz`` holds ``a.tar``."""
    path = PurePosixPath(name)
    return f"{path.stem}.tar" if path.suffix.lower() == ".tgz" else path.stem


def _unread(member: Member, request: Request, format_of: FormatOf, open_source: Open) -> Unread:
    own = replace(request, landed=member.landed, shown=f"{request.shown}/{member.name}")
    format_ = format_of(member.name, request.contract.file_format, member.landed.path)
    return Unread(member.name, own.shown, partial(open_source, format_, own))
