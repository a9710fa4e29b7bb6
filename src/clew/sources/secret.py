"""Secrets of servers: from the environment or from whoever calls, in memory only, and out of every message."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from clew.settings import SECRET_PREFIX

NAMES = ("USER", "PASSWORD", "TOKEN", "KEY", "KEY_FILE", "KEY_PASSPHRASE")
"""What a server may ask for, as the last part of the variable's name."""


def variable(server: str, name: str) -> str:
    """The environment variable of a server's secret: the prefix, the server in capital letters, the secret."""
    return f"{SECRET_PREFIX}{re.sub(r'[^A-Z0-9]', '_', server.upper())}_{name}"


@dataclass(frozen=True)
class Secrets:
    """The secrets of one server. ``given`` (by name) win over the environment."""

    server: str
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        """A secret, or an empty text."""
        return self.given.get(name) or os.environ.get(variable(self.server, name), "")

    def scrub(self, text: str) -> str:
        """A message of a library without any secret, in whichever spelling it may have been passed on."""
        user, word = self.get("USER"), self.get("PASSWORD")
        whole = [base64.b64encode(f"{user}:{word}".encode()).decode()] if user and word else []
        for name in NAMES:
            secret = self.get(name)
            if not secret or name in ("USER", "KEY_FILE"):
                continue  # a name or a path is no secret, and cutting it out would hide what to mend
            encoded = base64.b64encode(secret.encode()).decode()
            whole += [secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1], encoded]
        for spelling in sorted(set(whole), key=len, reverse=True):
            text = text.replace(spelling, "***")
        return " ".join(text.split())
