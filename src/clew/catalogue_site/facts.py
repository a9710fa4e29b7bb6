"""What the catalogue tells, read from the project and the warehouse in a few statements for all datasets together.

Counts, shares, dates, names of files and offices, and what contracts and rules say: never a value from a row.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.check import CheckMeasure, RowCheck, TableCheck
from clew.contracts.checks import every_check
from clew.contracts.model import Contract
from clew.engines.sources import warehouse_sources
from clew.ingest.coverage.certificate import Certificate, certificates
from clew.ingest.land.mode import Mode
from clew.ingest.observe.anomaly import Anomaly, read_anomalies
from clew.ingest.observe.health import Health, read_health
from clew.project import Project

_CODE = re.compile(r"^\S.*?:\d+:\d+: ([A-Z]\d{3}) ", re.MULTILINE)


@dataclass(frozen=True)
class Delivery:
    """One received file. ``codes``: why it was refused; the sentences may quote what stood in the file.

    ``whole``: a file of its own, and no handful of rows that corrects, deletes or mends what another brought.
    """

    batch: int
    file: str
    sha256: str
    received_on: date
    sender: str
    letter: str
    received_by: str
    region: str
    period: tuple[date, date] | None
    status: str
    codes: tuple[str, ...]
    read: int
    loaded: int
    quarantined: int
    superseded_by: int | None
    complete: bool
    whole: bool

    @property
    def in_force(self) -> bool:
        """Whether its rows count."""
        return self.status == "loaded" and self.superseded_by is None

    @property
    def days(self) -> int:
        """Days of its period, 0 without one."""
        return (self.period[1] - self.period[0]).days if self.period else 0

    def like(self, other: Delivery) -> bool:
        """Whether both can be compared: one region, periods about as long."""
        longer, shorter = max(self.days, other.days), min(self.days, other.days)
        return self.region == other.region and bool(longer) == bool(shorter) and longer <= 2 * shorter

    @property
    def share(self) -> float:
        """Share of its rows that were set aside."""
        return self.quarantined / self.read if self.read else 0.0


@dataclass(frozen=True)
class Point:
    """A column in one delivery: shares of rows without a value, and how many values differ."""

    batch: int
    nulls: float
    distinct: int
    shape: Mapping[str, int]


@dataclass(frozen=True)
class Judged:
    """A check of the contract with its measure in the newest delivery; None when there is none of this contract."""

    check: RowCheck | TableCheck
    measure: CheckMeasure | None

    @property
    def holds(self) -> bool | None:
        """Whether it passed."""
        return None if self.measure is None else self.check.holds(self.measure)


@dataclass(frozen=True)
class Use:
    """A rule that reads the dataset, and the models that weigh the rule; titles are (Chinese, English)."""

    rule: str
    title: tuple[str, str]
    models: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """Everything a page says. ``rows``: those that count on that day."""

    contract: Contract
    rows: int
    health: Health
    deliveries: tuple[Delivery, ...]
    points: Mapping[str, tuple[Point, ...]]
    checks: tuple[Judged, ...]
    anomalies: tuple[Anomaly, ...]
    certificates: tuple[Certificate, ...]
    uses: tuple[Use, ...]
    refers_to: tuple[str, ...]
    referred_by: tuple[str, ...]

    @property
    def loaded(self) -> tuple[Delivery, ...]:
        """Deliveries that were loaded, by number."""
        return tuple(one for one in self.deliveries if one.status == "loaded")

    @property
    def whole(self) -> tuple[Delivery, ...]:
        """Those of them that are files of their own: what says how large deliveries are, and how good."""
        return tuple(one for one in self.loaded if one.whole)


@dataclass(frozen=True)
class Facts:
    """The whole catalogue as of a day. ``models``: id -> (Chinese title, English title, status)."""

    as_of: date
    datasets: tuple[Dataset, ...]
    models: Mapping[str, tuple[str, str, str]]


def read_facts(con: duckdb.DuckDBPyConnection, project: Project, as_of: date) -> Facts:
    """Gather the catalogue from what was received up to ``as_of``."""
    catalogue = project.catalogue
    deliveries, points = _deliveries(con, as_of), _points(con, as_of)
    measures = _measures(con, as_of)
    anomalies: dict[str, list[Anomaly]] = defaultdict(list)
    for anomaly in read_anomalies(con, as_of):
        anomalies[anomaly.dataset].append(anomaly)
    months: dict[str, list[Certificate]] = defaultdict(list)
    for certificate in certificates(con, catalogue, as_of):
        months[certificate.dataset].append(certificate)
    uses, refers, rows = _uses(project), _references(catalogue), _rows(con, as_of)
    health = {one.dataset: one for one in read_health(con, catalogue, as_of)}
    return Facts(
        as_of,
        tuple(
            Dataset(
                contract,
                rows.get(name, 0),
                health[name],
                tuple(deliveries[name]),
                {column: tuple(listed) for column, listed in points[name].items()},
                tuple(_judged(contract, measures.get(name))),
                tuple(anomalies[name]),
                tuple(months[name]),
                tuple(uses[name]),
                tuple(sorted(refers[name])),
                tuple(sorted(other for other, targets in refers.items() if name in targets)),
            )
            for name, contract in sorted(catalogue.contracts.items())
        ),
        {model.id: (model.title_zh, model.title, model.status.value) for model in project.models},
    )


def _rows(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, int]:
    """Dataset -> rows that a rule may see on that day: of deliveries in force, as corrections and deletions leave them.

    Rows are counted one by one only where something was corrected; elsewhere the ledger knows.
    """
    found = dict(
        con.execute(
            "select dataset, sum(rows_loaded)::bigint from clew.delivery where status = 'loaded'"
            " and received_on <= $as_of and (superseded_on is null or superseded_on > $as_of) group by all",
            {"as_of": as_of},
        ).fetchall()
    )
    for name, source in warehouse_sources(con, as_of, ()).datasets.items():
        if source.condition:
            visible = "true" if source.batches is None else f"_batch in ({', '.join(map(str, source.batches)) or '-1'})"
            query = f"select count(*) from {source.table} where {visible} and {source.condition}"  # noqa: S608 - Clew's own
            found[name] = con.execute(query).fetchall()[0][0]
    return found


def _deliveries(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = defaultdict(list)
    rows = con.execute(
        """select dataset, batch, file, sha256, received_on, sender, letter, received_by, region, period_from,
            period_to, status, problem, rows_read, rows_loaded, rows_quarantined,
            case when superseded_on <= $as_of then superseded_by end, complete, coalesce(mode, 'append')
        from clew.delivery where received_on <= $as_of and status <> 'landed' order by dataset, batch""",
        {"as_of": as_of},
    ).fetchall()
    for dataset, batch, file, sha256, on, sender, letter, by, region, start, end, status, problem, *rest in rows:
        read, loaded, quarantined, superseded_by, complete, mode = rest
        found[dataset].append(
            Delivery(
                batch, file, sha256, on, sender or "", letter or "", by or "", region, (start, end) if start else None,
                status, tuple(sorted(set(_CODE.findall(problem or "")))), read or 0, loaded or 0, quarantined or 0,
                superseded_by, complete, Mode(mode).whole,
            )
        )  # fmt: skip
    return found


def _points(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, Mapping[str, list[Point]]]:
    found: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    rows = con.execute(
        """select p.dataset, column_name, batch, sampled, nulls, distinct_values, shape::varchar
        from clew.profile p join clew.delivery d using (batch)
        where d.received_on <= ? and d.status = 'loaded' order by p.dataset, column_name, batch""",
        [as_of],
    ).fetchall()
    for dataset, column, batch, sampled, nulls, distinct, shape in rows:
        found[dataset][column].append(Point(batch, nulls / sampled if sampled else 0.0, distinct, json.loads(shape)))
    return found


def _measures(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Contract hash and measures of the newest loaded delivery of each dataset."""
    rows = con.execute(
        """select v.dataset, d.contract_hash, v.result::varchar
        from clew.validation v join clew.delivery d using (batch)
        where d.received_on <= ? and d.status = 'loaded'
        qualify row_number() over (partition by v.dataset order by d.received_on desc, batch desc) = 1""",
        [as_of],
    ).fetchall()
    return {dataset: (digest, json.loads(result)["checks"]) for dataset, digest, result in rows}


def _judged(contract: Contract, newest: tuple[str, Mapping[str, Any]] | None) -> list[Judged]:
    measured = newest[1] if newest is not None and newest[0] == contract.sha256 else {}
    return [
        Judged(
            check,
            CheckMeasure(found["evaluated"], found["nulls"], found["unexpected"])
            if (found := measured.get(check.name)) is not None
            else None,
        )
        for check in every_check(contract)
    ]


def _uses(project: Project) -> Mapping[str, list[Use]]:
    weighed: dict[str, list[str]] = defaultdict(list)
    for model in project.models:
        for use in model.uses:
            weighed[use.rule.value].append(model.id)
    found: dict[str, list[Use]] = defaultdict(list)
    for name, rule in sorted(project.library.rules.items()):
        for dataset in sorted({text.value for text in rule.datasets.values()}):
            found[dataset].append(Use(name, (rule.title_zh, rule.title), tuple(sorted(set(weighed[name])))))
    return found


def _references(catalogue: Catalogue) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, contract in catalogue.contracts.items():
        for check in contract.checks:
            if check.kind == "relationship" and check.arguments["dataset"] in catalogue.contracts:
                found[name].add(str(check.arguments["dataset"]))
    return found
