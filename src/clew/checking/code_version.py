"""What the answers of a check depend on besides the project: this program and what it is built on."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from pathlib import Path


@cache
def code_version() -> str:
    """SHA-256, in hex, of every file of this package, of the names and versions of what is installed beside it, and of
    the interpreter's version."""
    digest = sha256(sys.version.encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix not in (".pyc", "") and path.is_file():
            digest.update(f"\n{path.relative_to(package)}\n".encode())
            digest.update(path.read_bytes())
    installed = {path.name for folder in sys.path if folder for path in Path(folder).glob("*.dist-info")}
    digest.update("\n".join(sorted(installed)).encode())
    return digest.hexdigest()
