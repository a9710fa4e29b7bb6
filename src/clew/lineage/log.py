"""The file of events: appended to, one JSON object a line, readable again after a crash at any moment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openlineage.client.generated.base import RunEvent

_TAIL = 4 * 1024 * 1024
"""Bytes from the end among which the last line is looked for."""


def append(path: Path, events: Iterable[RunEvent]) -> None:
    """Write events at the end of the file, through OpenLineage's own file transport.

    A line that a crash cut short is dropped first. Raises OSError when the file cannot be written.
    """
    from openlineage.client.transport.file import FileConfig, FileTransport

    path.parent.mkdir(parents=True, exist_ok=True)
    _mend(path)
    transport = FileTransport(FileConfig(log_file_path=str(path), append=True))
    try:
        for event in events:
            transport.emit(event)
    except RuntimeError as fault:
        raise OSError(0, "the file of lineage events cannot be written", str(path)) from fault


def last_event(path: Path) -> dict[str, Any] | None:
    """The last whole event of the file as plain values, or None; imports nothing heavy."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _TAIL, 0))
        lines = file.read().split(b"\n")[:-1]  # what stands behind the last line end was cut short
    try:
        found = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _mend(path: Path) -> None:
    if not path.is_file() or not path.stat().st_size:
        return
    with path.open("r+b") as file:
        start = max(path.stat().st_size - _TAIL, 0)
        file.seek(start)
        tail = file.read()
        if not tail.endswith(b"\n"):
            file.truncate(start + tail.rfind(b"\n") + 1)
