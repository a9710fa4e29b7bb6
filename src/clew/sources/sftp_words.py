"""The words of an SFTP drop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from clew.contracts.model import Contract
from clew.sources.words import Words

WORDS = ("user", "pattern", "hostKey", "knownHosts", "settleSeconds")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


@dataclass(frozen=True)
class Sftp:
    """A folder on an SSH server. ``host_keys`` are fingerprints; without any, ``known_hosts`` names a file of keys.

    A file counts as whole when it does not change for ``settle`` seconds.
    """

    host: str
    port: int
    path: str
    user: str
    pattern: str
    host_keys: tuple[str, ...]
    known_hosts: str
    settle: int


def read_sftp(words: Words, contract: Contract) -> Sftp:
    """``location`` is a key of the standard: sftp://host:port/folder."""
    del contract  # a drop folder holds files in whichever format the contract's other server says
    address = urlsplit(words.needed("location", "write location: sftp://host:port/folder"))
    if address.password is not None:
        words.wrong("location", "must hold no password", "it comes from the environment")
    keys = words.texts("hostKey")
    if any(not _FINGERPRINT.fullmatch(key) for key in keys):
        words.wrong("hostKey", "must be a fingerprint like SHA256:...", "ssh-keygen -lf prints it, on the server")
    if not keys and "knownHosts" not in words.found:
        words.missing("hostKey", "name the server's fingerprint (hostKey: SHA256:...) or a file knownHosts;"
                      " an unknown server is never trusted")  # fmt: skip
    return Sftp(
        address.hostname or "", address.port or 22, unquote(address.path).rstrip("/") or "/",
        words.text("user") or unquote(address.username or ""), words.text("pattern", "*"), keys,
        words.text("knownHosts"), words.whole("settleSeconds", 5),
    )  # fmt: skip


def identity(server: str, details: Sftp) -> str:
    """How the ledger calls a folder."""
    return f"{server}{details.path}"
