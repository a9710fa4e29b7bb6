"""The health of each dataset on a day: how old its data are against what was agreed, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract
from clew.ingest.land.mode import WHOLE
from clew.ingest.observe.anomaly import Anomaly, read_anomalies

_DAYS = {"h": 1, "hour": 1, "d": 1, "day": 1, "w": 7, "week": 7, "m": 31, "month": 31, "q": 92, "quarter": 92,
         "y": 366, "year": 366, "yr": 366}  # fmt: skip


class State(StrEnum):
    """``stale``: older than agreed, or the next delivery is overdue. ``open``: nothing was agreed."""

    FRESH = "fresh"
    STALE = "stale"
    NEVER = "never"
    OPEN = "open"


@dataclass(frozen=True)
class Health:
    """One dataset as of a day. ``newest`` is the last day its data speak of, ``received`` of its last delivery.

    ``agreed`` is the contract's freshness and ``every`` its frequency in days, None where it promises none. ``rows``
    and ``quarantined`` are of the deliveries of the last day of receipt, as are the ``unusual`` measures.
    """

    dataset: str
    title: str
    title_zh: str
    deliveries: int
    received: date | None
    newest: date | None
    age: int | None
    agreed: int | None
    every: int | None
    rows: int
    quarantined: int
    state: State
    unusual: tuple[Anomaly, ...]

    @property
    def well(self) -> bool:
        """Neither stale nor unusual. A dataset that was never received is not well if freshness was agreed."""
        return self.state in (State.FRESH, State.OPEN) and not self.unusual


def read_health(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, as_of: date, only: Iterable[str] = ()
) -> tuple[Health, ...]:
    """The health of every dataset under contract (or ``only`` some), by name, from what was received by ``as_of``."""
    wanted = set(only) or set(catalogue.contracts)
    rows = con.execute(
        f"""
        select dataset, count(*), max(received_on), max(least(coalesce(period_to - 1, received_on), received_on)),
            sum(rows_read) filter (received_on = last), sum(rows_quarantined) filter (received_on = last),
            list(batch) filter (received_on = last)
        from (select *, max(received_on) over (partition by dataset) as last from clew.delivery
            where status = 'loaded' and mode in ({WHOLE}) and received_on <= ?) group by dataset
        """,
        [as_of],
    ).fetchall()
    ledger = {row[0]: row[1:] for row in rows}
    unusual: dict[str, list[Anomaly]] = {}
    for one in read_anomalies(con, as_of):
        if one.dataset in ledger and one.batch in ledger[one.dataset][5]:
            unusual.setdefault(one.dataset, []).append(one)
    return tuple(
        _health(contract, ledger.get(dataset), tuple(unusual.get(dataset, ())), as_of)
        for dataset, contract in sorted(catalogue.contracts.items())
        if dataset in wanted
    )


def promised_days(contract: Contract, level: str) -> int | None:
    """Days of a service level of the contract (``freshness`` or ``frequency``); None when it promises none.

    Months count their longest: nobody is called late for the length of a month.
    """
    for entry in contract.document.get("slaProperties") or ():
        if entry.get("property") == level and isinstance(entry.get("value"), int):
            unit = _DAYS.get(str(entry.get("unit") or "d").lower()) or _DAYS.get(str(entry["unit"]).lower().rstrip("s"))
            if unit is not None:
                hours = str(entry.get("unit") or "d").lower().startswith("h")
                return -(-int(entry["value"]) // 24) if hours else int(entry["value"]) * unit
    return None


def _health(
    contract: Contract, found: tuple[int, date, date, int, int, list[int]] | None, unusual: tuple[Anomaly, ...],
    as_of: date,
) -> Health:  # fmt: skip
    agreed, every = promised_days(contract, "freshness"), promised_days(contract, "frequency")
    count, received, newest, rows, quarantined, _ = found or (0, None, None, 0, 0, [])
    newest = min(newest, as_of) if newest else None
    age = (as_of - newest).days if newest else None
    if agreed is None and every is None:
        state = State.OPEN if count else State.NEVER
    elif received is None or age is None:
        state = State.NEVER
    else:
        old = agreed is not None and age > agreed
        overdue = every is not None and received + timedelta(days=every) < as_of
        state = State.STALE if old or overdue else State.FRESH
    return Health(
        contract.dataset, contract.title, contract.title_zh, count, received, newest, age, agreed, every, rows,
        quarantined, state, unusual,
    )  # fmt: skip
