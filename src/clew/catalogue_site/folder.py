"""Putting a site in its place: every page is built beside the old site, which then is replaced at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

Pages = Iterable[tuple[str, str]]
"""Path inside the site, and the page."""


class NotOursError(Exception):
    """The folder holds something that is no such site; it was left alone."""


def put(folder: Path, mark: str, pages: Callable[[Path], Pages]) -> Path:
    """Write a site into ``folder``; returns the path of its ``index.html``.

    An earlier one there, known by the file ``mark``, is replaced whole. Raises NotOursError when the folder holds
    anything else. ``pages`` gets the folder in full.
    """
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / mark).is_file():
        raise NotOursError(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{mark}-") as scratch:
        built = Path(scratch) / "site"
        built.mkdir()
        (built / mark).write_text("", encoding="utf-8")
        for name, text in pages(folder):
            _write(built / name, text)
        if folder.exists():
            folder.rename(Path(scratch) / "replaced")
        built.rename(folder)
    return folder / "index.html"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
