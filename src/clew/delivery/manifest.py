"""The manifest of a batch: what was handed over, from what, by which rules, and the hash of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "manifest.json"
FORMAT = "clew-batch/1"


@dataclass(frozen=True)
class Damage:
    """One difference between a sealed folder and its manifest."""

    path: Path
    problem: str


def build(
    batch_id: str,
    unit: str,
    purpose: str,
    screening: Mapping[str, Any],
    counts: Mapping[str, int],
    files: Mapping[str, Path],
) -> bytes:
    """The manifest's bytes. ``screening`` is the screening's own manifest, taken over whole."""
    document = {
        "format": FORMAT,
        "batch_id": batch_id,
        "unit": unit,
        "purpose": purpose,
        "counts": dict(counts),
        "screening": screening,
        "files": {name: {"sha256": sha256(path), "bytes": path.stat().st_size} for name, path in files.items()},
    }
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def sha256(path: Path) -> str:
    """The file's hash, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damage(folder: Path, expected_sha256: str | None = None) -> list[Damage]:
    """What differs between a sealed folder and its manifest (and the manifest from its recorded hash)."""
    manifest = folder / NAME
    if not manifest.is_file():
        return [Damage(manifest, "is missing")]
    if expected_sha256 and sha256(manifest) != expected_sha256:
        return [Damage(manifest, "is not the manifest that was sealed")]
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        recorded = {str(name): str(entry["sha256"]) for name, entry in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return [Damage(manifest, "cannot be read")]
    found = [
        Damage(folder / name, "is missing" if not (folder / name).is_file() else "differs from what was sealed")
        for name, digest in sorted(recorded.items())
        if not (folder / name).is_file() or sha256(folder / name) != digest
    ]
    strangers = {path.name for path in folder.iterdir()} - set(recorded) - {NAME}
    return found + [Damage(folder / name, "was added after sealing") for name in sorted(strangers)]
