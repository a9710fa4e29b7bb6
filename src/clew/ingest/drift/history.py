"""Drift over time, as it was kept delivery by delivery."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb


@dataclass(frozen=True)
class Drifted:
    """One kept difference, the delivery it came with, and what became of that delivery."""

    dataset: str
    batch: int
    file: str
    received_on: date
    status: str
    kind: str
    column: str | None
    heading: str | None
    breaking: bool
    says_zh: str
    says_en: str
    change: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self)


def read_drift(con: duckdb.DuckDBPyConnection, dataset: str | None = None, limit: int = 200) -> list[Drifted]:
    """The newest differences, of all datasets or one, the newest delivery first."""
    rows = con.execute(
        """select f.dataset, f.batch, d.file, d.received_on, d.status, f.kind, f.column_name, f.heading, f.breaking,
            f.says_zh, f.says_en, f.change
        from clew.drift f join clew.delivery d using (batch)
        where $dataset is null or f.dataset = $dataset order by f.batch desc, f.position limit $limit""",
        {"dataset": dataset, "limit": limit},
    ).fetchall()
    return [Drifted(*row) for row in rows]
