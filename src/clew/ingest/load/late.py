"""Late corrections reach the clues that relied on the old row, at once.

A delivery that replaces, corrects or deletes rows is held against the evidence of the clues: a row that says the same
in the new delivery alarms nobody. What changed or is gone becomes an event of the clue, in the transaction that made
the delivery count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from clew.clues.event import Event, Kind, numbered
from clew.clues.rows import write
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Contract
from clew.ingest.land.delivery import Delivery
from clew.ingest.load.correction import seen_now
from clew.ingest.validate.table_checks import VISIBLE
from clew.problems import Problems

ACTOR = "ingest"
SHOWN = 5
CHANGED, VANISHED, SET_ASIDE = "changed", "vanished", "set_aside"
_WORDS = {CHANGED: "now says otherwise", VANISHED: "is no longer there", SET_ASIDE: "was sent again and set aside"}

_STALE = """
    create or replace temp table relied as
    select distinct e.clue_id, e.batch, e.row, list_sort(json_keys(e.record)) as columns
    from clew.evidence e join clew.clue c using (clue_id) join clew.delivery d on d.batch = e.batch
    where e.dataset = $dataset and (not c.gone or c.clue_id in (select clue_id from clew.dispatched))
        and (d.superseded_by is not null or not ({seen}))
"""


@dataclass(frozen=True)
class Corrected:
    """One row of evidence that no longer stands as it was; ``by_row`` is its new row, None where there is none."""

    clue_id: str
    batch: int
    row: int
    fate: str
    by_row: int | None
    columns: tuple[str, ...]


def tell_clues(con: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, problems: Problems) -> int:
    """Write down which clues relied on rows that a delivery changed or took away (I079); how many clues.

    ``contract`` is the dataset's whole contract. Call it in the transaction that made the delivery ``loaded``.
    Columns that the clue's rule did not read do not count.
    """
    seen = seen_now(con, contract.dataset, "e.batch", "e.row") or "true"
    con.execute(_STALE.format(seen=seen), {"dataset": contract.dataset})
    sets = con.execute("select distinct columns from relied order by columns").fetchall()
    found = [one for (columns,) in sets for one in _corrected(con, contract, delivery.batch, columns)]
    fresh = _not_said_before(con, contract.dataset, found)
    if not fresh:
        return 0
    on = delivery.incoming.sidecar.received_on
    received = dict(
        con.execute(
            "select clue_id, list_sort(list(distinct unit)) from clew.dispatched join clew.clue_batch using (batch_id)"
            " group by clue_id"
        ).fetchall()
    )
    write(con, "source_correction", [
        vars(one) | {"dataset": contract.dataset, "by_batch": delivery.batch, "corrected_on": on,
                     "columns": list(one.columns), "units": received.get(one.clue_id, [])}
        for one in fresh
    ])  # fmt: skip
    by_clue: dict[str, list[Corrected]] = {}
    for one in fresh:
        by_clue.setdefault(one.clue_id, []).append(one)
    files = dict(con.execute("select batch, file from clew.delivery where dataset = ?", [contract.dataset]).fetchall())
    events = [
        Event(clue, on, Kind.SOURCE_CORRECTED, None, _worst(rows), ACTOR, _note(contract, delivery, rows, files))
        for clue, rows in sorted(by_clue.items())
    ]
    write(con, "event", numbered(con, events))
    problems.warn(
        delivery.place,
        "I079",
        f"{len(by_clue)} clues rest on rows that this delivery changes or no longer holds",
        "list them with: clew clues --corrected; the next screening judges them again",
    )
    return len(by_clue)


def _corrected(
    con: duckdb.DuckDBPyConnection, contract: Contract, batch: int, columns: Sequence[str]
) -> Iterable[Corrected]:
    """The evidence rows (of clues that read ``columns``) that have no equal among the rows seen now."""
    known = [name for name in columns if name in contract.names]
    table = f"data.{quoted(contract.dataset)}"
    old = f"""select r.clue_id, r.batch, r.row, o.* from relied r
        join {table} o on o._batch = r.batch and o._row = r.row where r.columns = $columns::varchar[]"""
    seen = seen_now(con, contract.dataset)
    now = f"select b.* from {table} b where b._batch in ({VISIBLE.replace('?', '$dataset')}){seen and f' and {seen}'}"
    keys = contract.primary_key or tuple(known)
    same = " and ".join(f"o.{quoted(name)} is not distinct from n.{quoted(name)}" for name in keys)
    differ = ", ".join(
        f"case when o.{quoted(name)} is distinct from n.{quoted(name)} then {text_literal(name)} end" for name in known
    )
    aside = _set_aside_again(contract) if contract.primary_key else "false"
    rows = con.execute(
        f"""select o.clue_id, o.batch, o.row, n._row, list_filter([{differ}], lambda x: x is not null), {aside}
        from ({old}) o left join ({now}) n on {same}
        where n._row is null or len(list_filter([{differ}], lambda x: x is not null)) > 0
        qualify row_number() over (partition by o.clue_id, o.batch, o.row order by n._batch desc, n._row) = 1
        order by 1, 2, 3""",
        {"columns": list(columns), "dataset": contract.dataset, **({"batch": batch} if aside != "false" else {})},
    ).fetchall()
    for clue, of_batch, row, by_row, changed, again in rows:
        fate = CHANGED if by_row is not None else SET_ASIDE if again else VANISHED
        yield Corrected(clue, of_batch, row, fate, by_row, tuple(changed) if by_row is not None else ())


def _set_aside_again(contract: Contract) -> str:
    """SQL: the new delivery holds the key, in a row that was set aside."""
    same = " and ".join(
        f"json_extract_string(q.record, {text_literal(_path(name))}) = o.{quoted(name)}::varchar"
        for name in contract.primary_key
    )
    return f"exists (select 1 from clew.quarantine q where q.batch = $batch and {same})"


def _path(name: str) -> str:
    return f'$."{name}"'


def _not_said_before(con: duckdb.DuckDBPyConnection, dataset: str, found: Iterable[Corrected]) -> list[Corrected]:
    """Without what the clue's last event about the row already says."""
    said = {
        (clue, batch, row): (fate, tuple(columns))
        for clue, batch, row, fate, columns in con.execute(
            "select clue_id, batch, row, fate, columns from clew.source_correction where dataset = ? order by by_batch",
            [dataset],
        ).fetchall()
    }
    return [one for one in found if said.get((one.clue_id, one.batch, one.row)) != (one.fate, one.columns)]


def _worst(rows: Sequence[Corrected]) -> str:
    return next(fate for fate in (VANISHED, SET_ASIDE, CHANGED) if any(one.fate == fate for one in rows))


def _note(contract: Contract, delivery: Delivery, rows: Sequence[Corrected], files: Mapping[int, str]) -> str:
    """Which rows of which files, and which columns; never a value."""
    told = []
    for one in rows[:SHOWN]:
        columns = f" ({', '.join(one.columns)})" if one.columns else ""
        told.append(f"row {one.row} of '{files[one.batch]}' {_WORDS[one.fate]}{columns}")
    more = f"; and {len(rows) - SHOWN} more rows" if len(rows) > SHOWN else ""
    by = f"delivery {delivery.batch} '{delivery.incoming.path.name}'"
    return f"{contract.dataset}, by {by}: {'; '.join(told)}{more}"
