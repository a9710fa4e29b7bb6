"""Which rows of visible deliveries are not seen on a date, because a correction or deletion took their place.

A row goes when a correction or deletion in force names its key. A correction's own row goes with the delivery whose
row it stands for: the next whole list replaces both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from clew.contracts.literal import text_literal

_IN_FORCE = """
    select dataset, batch from clew.delivery where status = 'loaded' and received_on <= $as_of
        and (superseded_on is null or superseded_on > $as_of)
        and dataset in (select dataset from clew.withdrawn union select dataset from clew.correction)
    order by all
"""


def still_seen(
    connection: duckdb.DuckDBPyConnection, as_of: date, batch: str = "_batch", row: str = "_row"
) -> Mapping[str, str]:
    """Dataset -> the SQL condition under which a row of its visible deliveries is seen on ``as_of``.

    A dataset that nothing was ever corrected in is left out: its rows cost nothing. ``batch`` and ``row`` are SQL of
    the row's delivery and number.
    """
    in_force: dict[str, list[int]] = {}
    for dataset, number in connection.execute(_IN_FORCE, {"as_of": as_of}).fetchall():
        in_force.setdefault(dataset, []).append(number)
    return {dataset: _condition(dataset, batches, batch, row) for dataset, batches in in_force.items()}


def _condition(dataset: str, batches: list[int], batch: str, row: str) -> str:
    name, numbers = text_literal(dataset), ", ".join(str(int(number)) for number in batches)
    same = f"w.batch = {batch} and w.row = {row}"
    # Both lists hold only changed rows: small hash tables beside one pass over the dataset.
    gone = f"select batch, row from clew.withdrawn where dataset = {name} and by_batch in ({numbers})"  # noqa: S608 - literals
    left = (
        f"select batch, row from clew.correction where dataset = {name} "  # noqa: S608 - a literal and numbers, as above
        f"group by batch, row having bool_and(base_batch not in ({numbers}))"
    )
    return f"not exists (select 1 from ({gone} union all {left}) w where {same})"  # noqa: S608 - as above
