"""A guard over child processes: Python code in them that looks beyond this machine is refused and noted.

It stands on the interpreter's own audit events, which no library can step round in Python. Name look-ups count
as attempts, and so does listening on an address that others can reach.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SITE = """
import os
import socket
import sys

NOTED = {noted!r}
HERE = {{"127.0.0.1", "::1", "localhost"}}
ASKED = {{"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}}
USED = {{"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}}


def guard(event, arguments):
    if event in ASKED:
        host = arguments[0]
        host = host.decode() if isinstance(host, bytes) else host
        outside = host is not None and host not in HERE
    elif event in USED:
        speaks_internet = arguments[0].family in (socket.AF_INET, socket.AF_INET6)
        host = arguments[1]
        outside = speaks_internet and host is not None and host[0] not in HERE
    else:
        return
    if outside:
        note = f"{{event}} {{host}} by {{sys.argv[:4]}}\\n"
        handle = os.open(NOTED, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, note.encode())
        os.close(handle)
        raise OSError("no network in this test")


sys.addaudithook(guard)
"""


@dataclass(frozen=True)
class Guard:
    """The guard's folder. Child processes with ``environment`` are under it; ``attempts`` is what they tried."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a child process; its own children inherit them."""
        return {**os.environ, "PYTHONPATH": str(self.folder)}

    @property
    def attempts(self) -> list[str]:
        """One line for each attempt to leave this machine."""
        noted = self.folder / "attempts"
        return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []


def guard_in(folder: Path) -> Guard:
    """Set a guard up in an empty folder."""
    (folder / "sitecustomize.py").write_text(SITE.format(noted=str(folder / "attempts")), encoding="utf-8")
    return Guard(folder)
