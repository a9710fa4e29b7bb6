"""What is in quarantine, and what became of it: read from the warehouse, unmasked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from clew.ingest.land.mode import Mode
from clew.ingest.read.part_record import part_of

FATES = ("released", "resubmitted", "discarded")
_FATE = """
    left join (
        select x.batch, x.row, x.fate, x.by_batch from clew.decided x join clew.delivery b on b.batch = x.by_batch
        where b.status = 'loaded' and b.superseded_by is null) f on f.batch = q.batch and f.row = q.row
"""
"""A row's fate today: what a delivery still in force did with it; of a row still open it is NULL."""


@dataclass(frozen=True)
class HeldDelivery:
    """One delivery's rows set aside: how many there were, how many are still open, and what became of the others."""

    dataset: str
    batch: int
    file: str
    sender: str | None
    letter: str | None
    received_on: date
    rows_read: int
    set_aside: int
    open: int
    fates: Mapping[str, int]
    reasons: Mapping[str, int]
    superseded_by: int | None
    mode: Mode


@dataclass(frozen=True)
class HeldRow:
    """One row set aside. ``row`` counts as in the file; ``part`` is its sheet or archive member, and ``part_row``
    its number there. ``record`` holds the repaired text by column, ``original`` what was delivered where a repair
    changed it. ``fate`` is None while it is open."""

    dataset: str
    batch: int
    row: int
    part: str
    part_row: int
    reasons: tuple[str, ...]
    record: Mapping[str, str | None]
    original: Mapping[str, str]
    fate: str | None
    by_batch: int | None

    @property
    def delivered(self) -> Mapping[str, str | None]:
        """The values as the sender wrote them."""
        return {name: self.original.get(name, value) for name, value in self.record.items()}


def held_deliveries(con: duckdb.DuckDBPyConnection, dataset: str | None = None) -> list[HeldDelivery]:
    """Every loaded delivery of which rows were set aside, by dataset and batch; ``reasons`` counts the open rows."""
    rows = con.execute(
        f"""select d.dataset, d.batch, d.file, d.sender, d.letter, d.received_on, d.rows_read, count(*),
            count(*) filter (f.fate is null), d.superseded_by, coalesce(d.mode, 'append'),
            {", ".join(f"count(*) filter (f.fate = '{fate}')" for fate in FATES)}
        from clew.quarantine q join clew.delivery d on d.batch = q.batch {_FATE}
        where d.status = 'loaded' and (? is null or d.dataset = ?) group by all order by d.dataset, d.batch""",
        [dataset, dataset],
    ).fetchall()
    counts: dict[int, dict[str, int]] = {}
    for batch, reason, count in con.execute(
        f"""select batch, reason, count(*) from (
            select q.batch as batch, unnest(q.reasons) as reason from clew.quarantine q {_FATE} where f.fate is null)
        group by all order by batch, count(*) desc, reason"""
    ).fetchall():
        counts.setdefault(batch, {})[reason] = count
    return [
        HeldDelivery(
            dataset, batch, file, sender, letter, received_on, read, set_aside, left,
            dict(zip(FATES, fates, strict=True)), counts.get(batch, {}), superseded_by, Mode(mode),
        )
        for (
            dataset, batch, file, sender, letter, received_on, read, set_aside, left, superseded_by, mode, *fates
        ) in rows
    ]  # fmt: skip


def held_rows(
    con: duckdb.DuckDBPyConnection, batch: int, *, open_only: bool = True, limit: int | None = None
) -> list[HeldRow]:
    """The rows of one delivery, in the file's order."""
    rows = con.execute(
        f"""select q.dataset, q.batch, q.row, coalesce(q.part.name, ''), coalesce(q.part.row, q.row), q.reasons,
            q.record::varchar, q.original::varchar, f.fate, f.by_batch
        from (select a.*, {part_of("a.batch", "a.row")} as part from clew.quarantine a) q {_FATE}
        where q.batch = ? and (not ? or f.fate is null) order by q.row limit ?""",
        [batch, open_only, limit if limit is not None else 2**62],
    ).fetchall()
    return [
        HeldRow(dataset, number, row, part, part_row, tuple(reasons), _json(record), _json(original), fate, by)
        for dataset, number, row, part, part_row, reasons, record, original, fate, by in rows
    ]


def _json(text: str | None) -> dict[str, str]:
    found = json.loads(text) if text else None
    return dict(found) if found else {}
