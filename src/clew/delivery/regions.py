"""Where a clue belongs: the division code that its source rows carry, though its rules need not have read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Contract


def read_regions(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], clue_ids: Sequence[str]
) -> Mapping[str, str]:
    """Clue -> the region of its first source row that has one, by rule, alias, delivery and row."""
    loaded = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'data'"
        ).fetchall()
    }
    found: dict[str, tuple[tuple[str, str, int, int], str]] = {}
    for dataset, contract in sorted(contracts.items()):
        if contract.region_column is None or dataset not in loaded:
            continue
        rows = connection.execute(
            f"select e.clue_id, e.rule, e.alias, e.batch, e.row, t.{quoted(contract.region_column)}"  # noqa: S608 - quoted
            f" from clew.evidence e join data.{quoted(dataset)} t on t._batch = e.batch and t._row = e.row"
            f" where e.dataset = ? and e.clue_id in (select unnest(cast(? as varchar[])))"
            f" and t.{quoted(contract.region_column)} is not null",
            [dataset, list(clue_ids)],
        ).fetchall()
        for clue_id, rule, alias, batch, row, region in rows:
            place = (rule, alias, batch, row)
            if clue_id not in found or place < found[clue_id][0]:
                found[clue_id] = (place, str(region))
    return {clue_id: region for clue_id, (_, region) in found.items()}
