"""The answers of the last check, kept in one file of the state folder: ``checked.json``.

A file that is damaged, of another version of the program, or out of reach counts as none: then everything is checked.
It holds names, places, messages and hashes of what an office wrote; no data.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from clew.checking.answer import Answer

FILE = "checked.json"


def read_answers(folder: Path, version: str) -> dict[str, Answer]:
    """The answers by part; none unless the file is whole and was written by the same ``version`` of the program."""
    try:
        checksum, _, content = (folder / FILE).read_bytes().partition(b"\n")
        if checksum != _checksum(content):
            return {}
        kept = json.loads(content)
        return {part: Answer.of_plain(one) for part, one in kept["parts"].items()} if kept["version"] == version else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def write_answers(folder: Path, version: str, answers: Mapping[str, Answer]) -> None:
    """Keep the answers, whole or not at all; nothing happens where the folder cannot be written to."""
    parts = {part: answer.as_plain() for part, answer in sorted(answers.items())}
    content = json.dumps({"version": version, "parts": parts}, ensure_ascii=False).encode()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(_checksum(content) + b"\n" + content)
            Path(name).replace(folder / FILE)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _checksum(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()
