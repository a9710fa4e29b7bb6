"""The health of each dataset on a day: how old its data are against what was agreed, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract
from clew.contracts.promises import promised
from clew.ingest.land.mode import WHOLE
from clew.ingest.observe.anomaly import Anomaly, read_anomalies


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
    and ``quarantined`` are of the deliveries of the last day of receipt, as are the ``unusual`` measures;
    ``kept_too_long`` are deliveries received longer ago than the contract's retention.
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
    kept_too_long: tuple[int, ...]

    @property
    def well(self) -> bool:
        """Neither stale nor unusual nor kept too long. A dataset that was never received is not well if freshness was
        agreed."""
        return self.state in (State.FRESH, State.OPEN) and not self.unusual and not self.kept_too_long


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
        _health(
            contract, ledger.get(dataset), tuple(unusual.get(dataset, ())), _kept_too_long(con, contract, as_of), as_of
        )
        for dataset, contract in sorted(catalogue.contracts.items())
        if dataset in wanted
    )


def _kept_too_long(con: duckdb.DuckDBPyConnection, contract: Contract, as_of: date) -> tuple[int, ...]:
    """Received files, refused ones too, that are at rest for longer than the contract lets them be kept."""
    if contract.retention is None or as_of.toordinal() <= contract.retention.days:
        return ()
    rows = con.execute(
        """select batch from clew.delivery where dataset = ? and status <> 'landed' and received_on < ?
            and mode is distinct from 'release' and mode is distinct from 'discard' order by batch""",
        [contract.dataset, as_of - timedelta(days=contract.retention.days)],
    ).fetchall()
    return tuple(batch for (batch,) in rows)


def _health(
    contract: Contract,
    found: tuple[int, date, date, int, int, list[int]] | None,
    unusual: tuple[Anomaly, ...],
    kept_too_long: tuple[int, ...],
    as_of: date,
) -> Health:
    freshness, frequency = (promised(contract.service_levels, level) for level in ("freshness", "frequency"))
    agreed, every = freshness.days if freshness else None, frequency.days if frequency else None
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
        quarantined, state, unusual, kept_too_long,
    )  # fmt: skip
