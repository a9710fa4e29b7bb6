"""Deliveries: the files waiting in the drop folder, each with what its sidecar says about it.

``drop/<dataset>/<file>`` and, beside it, an optional ``<file>.yml`` written by whoever received the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from clew.ingest.land.file_name import shown_name
from clew.ingest.land.sidecar import Sidecar, read_sidecar
from clew.ingest.land.unlinked import LinkedError, open_unlinked
from clew.problems import Place, Problems

IGNORED_PREFIXES = (".", "~$")
IGNORED_SUFFIXES = (".part", ".tmp", ".crdownload")


@dataclass(frozen=True)
class Incoming:
    """One waiting file. ``shown`` is its path as messages name it; ``faults`` says its sidecar cannot be trusted.

    ``linked`` says that it, its sidecar or its folder is a link: nothing was read through it, and nothing may be.
    """

    dataset: str
    path: Path
    shown: str
    sidecar: Sidecar
    faults: tuple[str, ...] = ()
    linked: bool = False


def waiting(drop: Path, today: date, problems: Problems) -> list[Incoming]:
    """Every file under ``drop``, by dataset, date of receipt and name; sidecar problems are I002 to I004."""
    found = [read_incoming(path, today, problems) for path in _files(drop, problems)]
    return sorted(found, key=lambda item: (item.dataset, item.sidecar.received_on, item.path.name))


def read_incoming(path: Path, today: date, problems: Problems) -> Incoming:
    """One file of a dataset's drop folder with its sidecar; the folder's name is the dataset."""
    shown = f"drop/{shown_name(path.parent.name)}/{shown_name(path.name)}"
    sidecar_path = path.with_name(f"{path.name}.yml")
    bare = Incoming(path.parent.name, path, shown, Sidecar(received_on=today))
    if path.is_symlink():
        return replace(bare, linked=True)
    own = Problems()
    try:
        with open_unlinked(sidecar_path) as file:
            sidecar = read_sidecar(file.read(), today, own, f"{shown}.yml")
    except FileNotFoundError:
        return bare
    except LinkedError:
        return replace(bare, linked=True)
    except OSError as error:
        own.error(Place(f"{shown}.yml"), "E003", f"the file cannot be read: {error.strerror}")
        sidecar = bare.sidecar
    problems.found.extend(own.found)
    return Incoming(path.parent.name, path, shown, sidecar, tuple(str(problem) for problem in own.errors))


def _files(drop: Path, problems: Problems) -> Iterator[Path]:
    for folder in sorted(drop.iterdir()) if drop.is_dir() else []:
        if not folder.is_dir():
            if not _ignored(folder.name):
                problems.warn(
                    Place(f"drop/{shown_name(folder.name)}"),
                    "I006",
                    "this file stands outside a dataset's folder",
                    "move it to drop/<dataset>/",
                )
            continue
        inside = [path for path in folder.iterdir() if not _ignored(path.name)]
        for path in sorted(path for path in inside if not path.is_file()):
            problems.warn(
                Place(f"drop/{shown_name(folder.name)}/{shown_name(path.name)}"),
                "I006",
                "this folder or link inside a dataset's folder is not read",
                f"put the files themselves into drop/{shown_name(folder.name)}/",
            )
        names = {path.name for path in inside if path.is_file()}
        for name in sorted(names):
            if not name.endswith(".yml"):
                yield folder / name
            elif name.removesuffix(".yml") not in names:
                problems.warn(
                    Place(f"drop/{shown_name(folder.name)}/{shown_name(name)}"),
                    "I004",
                    "the file this sidecar speaks of is not here",
                    f"put {shown_name(name).removesuffix('.yml')} beside it, or remove the sidecar",
                )


def _ignored(name: str) -> bool:
    return name.startswith(IGNORED_PREFIXES) or name.endswith(IGNORED_SUFFIXES)
