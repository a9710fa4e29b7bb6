"""Rows that an earlier fetch brought already, exactly alike: taken out again, so that an overlap costs nothing.

A row that stands twice in the table and once in an earlier file stays once: rows are counted, not merely compared.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.settings import Settings
from clew.warehouse import engine_config


def without_known(settings: Settings, path: Path, earlier: Sequence[Path]) -> int:
    """Rewrite a fetched Parquet file without the rows that earlier files hold; returns how many rows stay.

    The rows that stay keep their order. Runs within the memory and disk limits of the settings.
    """
    with closing(duckdb.connect(config=engine_config(settings))) as connection:
        connection.execute("set enable_progress_bar = false")
        fetched = f"read_parquet({text_literal(str(path))}, file_row_number = true)"
        names = [name for name, *_ in connection.execute(f"describe select * from {fetched}").fetchall()]
        names.remove("file_row_number")
        files = [file for file in earlier if _same_columns(connection, file, names)]
        total = int(connection.execute(f"select count(*) from {fetched}").fetchall()[0][0])
        if not files:
            return total
        columns = ", ".join(quoted(name) for name in names)
        old = " union all by name ".join(
            f"select {columns} from read_parquet({text_literal(str(file))})" for file in files
        )
        alike = " and ".join(f"n.{quoted(name)} is not distinct from o.{quoted(name)}" for name in names)
        connection.execute(f"""create temp table known as
            select n.file_row_number as row from (
                select *, row_number() over (partition by {columns} order by file_row_number) as nth from {fetched}) n
            join (select {columns}, count(*) as times from ({old}) group by all) o on {alike} and n.nth <= o.times""")
        known = int(connection.execute("select count(*) from known").fetchall()[0][0])
        if known:
            kept = path.with_name(f"{path.name}.kept.part")
            connection.execute(f"""copy (select {columns} from {fetched}
                where file_row_number not in (select row from known) order by file_row_number)
                to {text_literal(str(kept))} (format parquet, compression zstd)""")
            with kept.open("rb") as file:
                os.fsync(file.fileno())
            kept.replace(path)
    return total - known


def _same_columns(connection: duckdb.DuckDBPyConnection, file: Path, names: Sequence[str]) -> bool:
    """Whether an earlier file has these columns: one fetched under an older contract has another row altogether."""
    found = connection.execute(f"describe select * from read_parquet({text_literal(str(file))})").fetchall()
    return {name for name, *_ in found} == set(names)
