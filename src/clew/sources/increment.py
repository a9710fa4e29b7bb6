"""What an increment really brings: rows that came before are left out, and changed rows go into a file of their own.

A row that an earlier fetch brought exactly alike is known, so an overlap costs nothing; rows are counted, not merely
compared, so one that stands twice in the table stays twice. A row whose primary key was loaded before with other
content is a correction. A key whose row is still in quarantine, or was deleted, counts as new: there is nothing to
correct. A row that was released, or mended and taken back, counts as loaded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from clew.contracts.literal import quoted, text_literal


@dataclass(frozen=True)
class Earlier:
    """The file of an earlier increment. ``repeats``: rows of it may lie inside the new window."""

    batch: int
    path: Path
    repeats: bool


@dataclass(frozen=True)
class Split:
    """How many rows of an increment are new, changed, or known already."""

    new: int
    changed: int
    known: int


def split(
    connection: duckdb.DuckDBPyConnection, path: Path, changed: Path, keys: Sequence[str], earlier: Sequence[Earlier]
) -> Split:
    """Rewrite a fetched Parquet file to its new rows, and write the changed ones to ``changed`` when there are any.

    Rows keep their order. Without ``keys`` rows are compared in the columns that both sides have, so that a contract
    with a column more brings none twice. ``connection`` is the open warehouse, for what is in quarantine.
    """
    fetched = f"read_parquet({text_literal(str(path))}, file_row_number = true)"
    columns = _columns(connection, path)
    connection.execute("create or replace temp table fate (row bigint primary key, word varchar)")
    repeating = {one: _columns(connection, one.path) for one in earlier if one.repeats}
    if keys:  # a row that has a column more than before is a changed one
        repeating = {one: held for one, held in repeating.items() if set(held) == set(columns)}
    shared = [name for name in columns if all(name in held for held in repeating.values())]
    if repeating and shared:
        _mark_known(connection, fetched, shared, list(repeating))
    keyed = [one for one in earlier if set(keys) <= set(_columns(connection, one.path))]
    if keys and keyed:
        _mark_changed(connection, fetched, keys, keyed)
    counts = dict(connection.execute("select word, count(*) from fate group by word").fetchall())
    total = int(connection.execute(f"select count(*) from {fetched}").fetchall()[0][0])
    found = Split(total - sum(counts.values()), counts.get("changed", 0), counts.get("known", 0))
    if found.changed:
        _copy(connection, fetched, columns, "in (select row from fate where word = 'changed')", changed)
    if found.new and counts:
        kept = path.with_name(f"{path.name}.new.part")
        _copy(connection, fetched, columns, "not in (select row from fate)", kept)
        kept.replace(path)
    return found


def _mark_known(
    connection: duckdb.DuckDBPyConnection, fetched: str, columns: Sequence[str], earlier: Sequence[Earlier]
) -> None:
    """A row that was corrected since is not known: should it come again, the correction was taken back."""
    names = ", ".join(quoted(name) for name in columns)
    old = " union all by name ".join(
        f"""select {names} from read_parquet({text_literal(str(one.path))}, file_row_number = true)
        where file_row_number + 1 not in (select w.row from clew.withdrawn w
            join clew.delivery d on d.batch = w.by_batch and d.mode = 'correction' and d.superseded_by is null
            where w.batch = {one.batch:d})"""
        for one in earlier
    )
    alike = " and ".join(f"n.{quoted(name)} is not distinct from o.{quoted(name)}" for name in columns)
    connection.execute(f"""insert into fate select n.file_row_number, 'known' from (
            select *, row_number() over (partition by {names} order by file_row_number) as nth from {fetched}) n
        join (select {names}, count(*) as times from ({old}) group by all) o on {alike} and n.nth <= o.times""")


# Where each row set aside of a delivery stands now: let in or mended, perhaps set aside and mended again.
_PLACES = """
    with recursive place as (
        select row as origin, batch, row from clew.quarantine where batch = {batch}
        union select p.origin, x.by_batch, x.by_row from place p
        join clew.decided x on x.batch = p.batch and x.row = p.row and x.fate <> 'discarded'
        join clew.delivery d on d.batch = x.by_batch and d.status = 'loaded' and d.superseded_by is null),
    back as (select * from place where (batch, row) not in (select (batch, row) from clew.quarantine)),
    deleted as (select w.batch, w.row from clew.withdrawn w join clew.delivery d on d.batch = w.by_batch
        where d.mode = 'deletion' and d.status = 'loaded' and d.superseded_by is null)
"""


def _mark_changed(
    connection: duckdb.DuckDBPyConnection, fetched: str, keys: Sequence[str], earlier: Sequence[Earlier]
) -> None:
    names = ", ".join(quoted(name) for name in keys)
    loaded = " union all by name ".join(
        f"""select {names} from read_parquet({text_literal(str(one.path))}, file_row_number = true)
        where file_row_number + 1 not in ({_PLACES.format(batch=one.batch)}
            select origin from place where origin not in (
                select origin from back where (batch, row) not in (select (batch, row) from deleted))
            union all select row from deleted where batch = {one.batch:d})"""
        for one in earlier
    )
    connection.execute(f"""insert into fate select file_row_number, 'changed' from {fetched} n
        where file_row_number not in (select row from fate) and ({names}) in ({loaded})""")


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    found = connection.execute(f"describe select * from read_parquet({text_literal(str(path))})").fetchall()
    return [str(name) for name, *_ in found]


def _copy(
    connection: duckdb.DuckDBPyConnection, fetched: str, columns: Sequence[str], which: str, target: Path
) -> None:
    names = ", ".join(quoted(name) for name in columns)
    connection.execute(f"""copy (select {names} from {fetched} where file_row_number {which} order by file_row_number)
        to {text_literal(str(target))} (format parquet, compression zstd)""")
    with target.open("rb") as file:
        os.fsync(file.fileno())
