"""The lock: a hash of each rule's logic and the version it stands under, so that no rule changes unseen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clew.problems import Place, Problems
from clew.whole_file import write_whole


@dataclass(frozen=True)
class Locked:
    """What the lock says of one rule."""

    version: int
    logic_hash: str


@dataclass(frozen=True)
class Entry:
    """A rule as it stands, for the lock: where its file begins, and where its version stands."""

    rule: str
    version: int
    logic_hash: str
    place: Place
    version_place: Place


def read_lock(path: Path, problems: Problems, shown: str | None = None) -> dict[str, Locked]:
    """The lock file; empty when there is none. A file that is no lock is noted as E801."""
    if not path.exists():
        return {}
    place = Place(shown or str(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(rule): Locked(int(entry["version"]), str(entry["logic_hash"])) for rule, entry in content.items()}
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError):
        problems.error(place, "E801", "this is no lock file", "restore it from version control, or write it anew")
        return {}


def write_lock(path: Path, entries: Iterable[Entry]) -> None:
    """Write the lock, whole or not at all."""
    content = {
        entry.rule: {"version": entry.version, "logic_hash": entry.logic_hash}
        for entry in sorted(entries, key=lambda entry: entry.rule)
    }
    write_whole(path, json.dumps(content, indent=2) + "\n")


def check_lock(entries: Iterable[Entry], locked: Mapping[str, Locked], problems: Problems) -> None:
    """E802: logic changed under an old version; E803: version lowered; E804 (a warning): the lock is behind."""
    for entry in entries:
        own = Problems()  # among the problems of a thousand rules, looking for each one once more takes its time
        _check_entry(entry, locked.get(entry.rule), own)
        problems.found += own.found


def _check_entry(entry: Entry, before: Locked | None, problems: Problems) -> None:
    if before is None:
        problems.warn(entry.place, "E804", f"'{entry.rule}' is not in the lock yet", "write the lock")
    elif entry.version < before.version:
        problems.error(
            entry.version_place,
            "E803",
            f"version {entry.version} is lower than the locked version {before.version}",
            "a version only rises",
        )
    elif entry.logic_hash == before.logic_hash:
        return
    elif entry.version == before.version:
        problems.error(
            entry.version_place,
            "E802",
            f"the logic of '{entry.rule}' changed, and its version is still {entry.version}",
            f"write 'version: {entry.version + 1}', and test the models that use it",
        )
    else:
        problems.warn(
            entry.version_place,
            "E804",
            f"the lock holds version {before.version} of '{entry.rule}'",
            "write the lock",
        )
