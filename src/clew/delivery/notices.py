"""Notices: what a unit must be told of clues it was sent, because their sources were corrected since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from clew.contracts.model import Contract
from clew.delivery import masking, words
from clew.delivery.cells import shown_subject
from clew.delivery.clue_rows import Names
from clew.delivery.contents import NoticeRow

SHOWN = 20
_DUE = """
    with due as (
        select * from (select *, unnest(units) as unit from clew.source_correction) s
        where corrected_on <= $as_of and not exists (
            select 1 from clew.notice n join clew.clue_batch b using (batch_id)
            where n.clue_id = s.clue_id and n.by_batch = s.by_batch and b.unit = s.unit
                and b.screening_id <> $screening))
"""
"""Corrections, once for each unit that had the clue and was not told by the batch of another screening."""
_CLUES = f"""
{_DUE}
select due.clue_id, due.by_batch, due.corrected_on, due.dataset, d.file, d.sender, d.letter,
    c.model, c.subject_type, c.subject, c.subject_name, c.state, c.gone, c.last_screening,
    (select arg_max(e.kind, e.position) from clew.event e
        where e.clue_id = due.clue_id and e.kind in ('gone', 'undecided')),
    (select list(p.batch_id order by p.batch_id) from clew.dispatched p join clew.clue_batch b using (batch_id)
        where p.clue_id = due.clue_id and b.unit = $unit and b.screening_id <> $screening)
from due join clew.clue c using (clue_id) join clew.delivery d on d.batch = due.by_batch
where due.unit = $unit group by all order by due.clue_id, due.by_batch
"""  # noqa: S608 - fixed text
_ROWS = f"""
{_DUE}
select due.clue_id, due.by_batch, d.file, due.row, due.fate, due.columns
from due join clew.delivery d on d.batch = due.batch
where due.unit = $unit order by due.clue_id, due.by_batch, due.batch, due.row
"""  # noqa: S608 - fixed text


def notified_units(connection: duckdb.DuckDBPyConnection, screening_id: str, as_of: date) -> set[str]:
    """The units that a batch of this screening must tell something."""
    bound = {"as_of": as_of, "screening": screening_id}
    return {row[0] for row in connection.execute(f"{_DUE} select distinct unit from due", bound).fetchall()}  # noqa: S608 - fixed


def read_notices(
    connection: duckdb.DuckDBPyConnection, names: Names, screening_id: str, as_of: date, unit: str, *, mask: bool
) -> tuple[NoticeRow, ...]:
    """What the unit's batch of this screening says of corrected sources; each correction is said in one batch."""
    bound = {"as_of": as_of, "screening": screening_id, "unit": unit}
    told: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for clue, by_batch, *row in connection.execute(_ROWS, bound).fetchall():
        told.setdefault((clue, by_batch), []).append(tuple(row))
    return tuple(
        _notice(row, told[row[0], row[1]], names, screening_id, mask=mask)
        for row in connection.execute(_CLUES, bound).fetchall()
    )


def remember_sent(connection: duckdb.DuckDBPyConnection, batch_id: str, folder: Path) -> None:
    """Write down which clues a sealed folder lists and what it told; inside the transaction of its ledger row.

    Read from the folder itself: a delivery that was killed after sealing takes the folder as it is.
    """
    clues = pq.read_table(folder / "clues.parquet", columns=["clue_id"]).column(0).to_pylist()
    connection.execute(
        "insert into clew.dispatched select ?, clue from (select unnest(?::varchar[]) as clue) order by clue",
        [batch_id, clues],
    )
    notices = folder / "notices.parquet"
    if notices.is_file():
        table = pq.read_table(notices, columns=["clue_id", "by_batch", "corrected_on"]).to_pydict()
        connection.execute(
            "insert into clew.notice select $batch, unnest($clue_id::varchar[]), unnest($by_batch::integer[]),"
            " unnest($corrected_on::date[])",
            {"batch": batch_id, **table},
        )


def _notice(
    row: tuple[Any, ...], told: Sequence[tuple[Any, ...]], names: Names, screening_id: str, *, mask: bool
) -> NoticeRow:
    clue, by_batch, on, dataset, file, sender, letter, model, kind, subject, name, state, gone, last, event, sent = row
    contract = names.contracts.get(dataset)
    private = mask and kind == "person"
    judged = "stands" if last == screening_id else "not_judged"
    return NoticeRow(
        clue_id=clue,
        model_title=names.models.get(model, model),
        subject=shown_subject(kind, subject, {}) if mask else subject,
        subject_name=(masking.masked_personal(name) if private else name) if name else "",
        sent_in=tuple(sent or ()),
        corrected_on=on,
        dataset_title=contract.title_zh or dataset if contract else dataset,
        rows=_rows(told, contract),
        by_file=file,
        by_sender=sender or "",
        by_letter=letter or "",
        by_batch=by_batch,
        verdict={"gone": "withdrawn", "undecided": "undecided"}.get(event, "withdrawn") if gone else judged,
        state=state,
    )


def _rows(told: Sequence[tuple[Any, ...]], contract: Contract | None) -> str:
    """Which rows, and which of their columns: never a value."""
    titles: Mapping[str, str] = (
        {column.name: column.title_zh or column.name for column in contract.columns} if contract else {}
    )
    lines = []
    for file, row, fate, columns in told[:SHOWN]:
        named = f"（{'、'.join(titles.get(column, column) for column in columns)}）" if columns else ""
        lines.append(f"{file} 第 {row} 行：{words.FATES[fate]}{named}")
    if len(told) > SHOWN:
        lines.append(f"等共 {len(told)} 行")
    return "\n".join(lines)
