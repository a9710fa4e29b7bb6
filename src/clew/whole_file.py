"""A file that appears whole under its name, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, content: str | bytes | Callable[[Path], object], *, mode: int | None = None) -> Path:
    """Write a file beside its place, down to the disk, and put it there at once; gives ``path`` back.

    ``content`` is text (UTF-8), bytes, or what writes to the path it is given. The folder is made. A file that stands
    there is replaced, and its permissions are kept unless ``mode`` gives others. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if callable(content):
            content(part)
        else:
            part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        if mode is not None or path.exists():
            part.chmod(mode if mode is not None else path.stat().st_mode)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
