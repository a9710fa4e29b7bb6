"""Verifying: every landed source file and every sealed batch still is what it was, by its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from clew.delivery import manifest
from clew.delivery.batch import sealed_batches
from clew.ingest.land.landed import landed_path
from clew.problems import Place, Problems
from clew.settings import Settings


@dataclass(frozen=True)
class Verified:
    """How many source files and batches were hashed again."""

    sources: int
    batches: int


def verify(connection: duckdb.DuckDBPyConnection, settings: Settings, problems: Problems) -> Verified:
    """Hash everything again. V001: a source file differs or is missing; V002: so does a sealed batch's."""
    sources = connection.execute("select batch, dataset, file, sha256 from clew.delivery order by batch").fetchall()
    for batch, dataset, file, digest in sources:
        path = landed_path(settings.landing_dir, digest, file)
        where = f"delivery {batch} of {dataset}, received as '{file}'"
        if not path.is_file():
            problems.error(
                Place(str(path)), "V001", f"this source file is missing ({where})", "restore it from a backup"
            )
        elif manifest.sha256(path) != digest:
            problems.error(
                Place(str(path)),
                "V001",
                f"this source file is not the one received ({where})",
                "restore it from a backup; clues that rest on it cannot be proved until then",
            )
    batches = sealed_batches(connection, settings)
    for sealed in batches:
        for item in manifest.damage(sealed.path, sealed.manifest_sha256):
            problems.error(
                Place(str(item.path)),
                "V002",
                f"this file of the sealed batch {sealed.batch_id} {item.problem}",
                "restore the folder from a backup",
            )
    return Verified(len(sources), len(batches))
