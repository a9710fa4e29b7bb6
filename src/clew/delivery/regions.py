"""Where a clue belongs: the division code that its source rows carry, though its rules need not have read it."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Contract

_DATASETS = """
select distinct e.dataset from clew.evidence e join clew.clue c using (clue_id)
where c.last_screening = ? and e.dataset in
    (select table_name from information_schema.tables where table_schema = 'data')
order by e.dataset
"""


def read_regions(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], screening_id: str
) -> Mapping[str, str]:
    """Clue -> the region of its first source row that has one, by rule, alias, delivery and row."""
    found: dict[str, tuple[tuple[str, str, int, int], str]] = {}
    for (dataset,) in connection.execute(_DATASETS, [screening_id]).fetchall():
        contract = contracts.get(dataset)
        if contract is None or contract.region_column is None:
            continue
        region = quoted(contract.region_column)
        rows = connection.execute(
            f"select e.clue_id, e.rule, e.alias, e.batch, e.row, t.{region}"  # noqa: S608 - quoted
            f" from clew.evidence e join clew.clue c using (clue_id)"
            f" join data.{quoted(dataset)} t on t._batch = e.batch and t._row = e.row"
            f" where e.dataset = ? and c.last_screening = ? and t.{region} is not null",
            [dataset, screening_id],
        ).fetchall()
        for clue_id, *place, code in rows:
            if clue_id not in found or tuple(place) < found[clue_id][0]:
                found[clue_id] = (tuple(place), str(code))
    return {clue_id: code for clue_id, (_, code) in found.items()}
