"""The batch as table files: CSV that Excel opens rightly, and Parquet with types."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from clew.delivery.contents import Contents

CLUES = pa.schema(
    [
        ("clue_id", pa.string()),
        ("model", pa.string()),
        ("model_title", pa.string()),
        ("subject_type", pa.string()),
        ("subject", pa.string()),
        ("subject_name", pa.string()),
        ("region", pa.string()),
        ("band", pa.string()),
        ("score", pa.int32()),
        ("amount", pa.decimal128(18, 2)),
        ("happened_on", pa.date32()),
        ("due_on", pa.date32()),
        ("limitation_ends_on", pa.date32()),
        ("alleged_zh", pa.string()),
        ("alleged_en", pa.string()),
        ("law", pa.string()),
        ("rules", pa.string()),
        ("shadow", pa.bool_()),
        ("fresh", pa.bool_()),
        ("state", pa.string()),
        ("also_held", pa.string()),
    ]
)
EVIDENCE = pa.schema(
    [
        ("clue_id", pa.string()),
        ("rule", pa.string()),
        ("dataset", pa.string()),
        ("dataset_title", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("sha256", pa.string()),
        ("received_on", pa.date32()),
        ("record", pa.string()),
    ]
)
NOTICES = pa.schema(
    [
        ("clue_id", pa.string()),
        ("model_title", pa.string()),
        ("subject", pa.string()),
        ("subject_name", pa.string()),
        ("sent_in", pa.string()),
        ("corrected_on", pa.date32()),
        ("dataset_title", pa.string()),
        ("rows", pa.string()),
        ("by_file", pa.string()),
        ("by_sender", pa.string()),
        ("by_letter", pa.string()),
        ("by_batch", pa.int32()),
        ("verdict", pa.string()),
        ("state", pa.string()),
    ]
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def clue_table(contents: Contents) -> pa.Table:
    """One row per clue, in the workbook's order."""
    rows = [
        {
            "clue_id": clue.clue_id,
            "model": clue.model,
            "model_title": clue.model_title,
            "subject_type": clue.subject_type,
            "subject": clue.subject,
            "subject_name": clue.subject_name,
            "region": clue.region,
            "band": clue.band,
            "score": clue.score,
            "amount": clue.amount,
            "happened_on": clue.happened_on,
            "due_on": clue.due_on,
            "limitation_ends_on": clue.limitation_ends_on,
            "alleged_zh": clue.alleged("zh"),
            "alleged_en": clue.alleged("en"),
            "law": clue.law,
            "rules": ", ".join(f"{signal.rule}@{signal.rule_version}" for signal in clue.signals),
            "shadow": clue.shadow,
            "fresh": clue.fresh,
            "state": clue.state,
            "also_held": clue.also_held,
        }
        for clue in contents.clues
    ]
    return pa.Table.from_pylist(rows, schema=CLUES)


def evidence_table(contents: Contents) -> pa.Table:
    """One row per source row; its values are JSON text by column title."""
    rows = [
        {
            "clue_id": row.clue_id,
            "rule": row.rule,
            "dataset": row.dataset,
            "dataset_title": row.dataset_title,
            "file": row.file,
            "row": row.row,
            "sha256": row.sha256,
            "received_on": row.received_on,
            "record": json.dumps(dict(row.values), ensure_ascii=False, default=str),
        }
        for row in contents.evidence
    ]
    return pa.Table.from_pylist(rows, schema=EVIDENCE)


def notice_table(contents: Contents) -> pa.Table:
    """One row per clue and delivery that corrected a source of it."""
    rows = [vars(notice) | {"sent_in": ", ".join(notice.sent_in)} for notice in contents.notices]
    return pa.Table.from_pylist(rows, schema=NOTICES)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write one file whose bytes depend on the rows alone."""
    pq.write_table(table, path, compression="zstd", store_schema=True)


def write_csv(table: pa.Table, path: Path) -> None:
    """Write UTF-8 with a byte-order mark; text that a spreadsheet would run as a formula gets a leading '."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        writer.writerow([safe_cell(value) for value in row])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))


def safe_cell(value: Any) -> Any:
    """Text that starts like a formula, made plain text; numbers and dates stay as they are."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
