"""Reads what the catalogue tells from the project and the warehouse, in a few statements for all datasets together."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from clew.catalogue_site.facts import Dataset, Delivery, Facts, Judged, Point, Use
from clew.contracts.catalogue import Catalogue
from clew.contracts.check import CheckMeasure
from clew.contracts.checks import every_check
from clew.contracts.model import Contract
from clew.engines.sources import warehouse_sources
from clew.ingest.coverage.certificate import Certificate, certificates
from clew.ingest.land.mode import Mode
from clew.ingest.observe.anomaly import Anomaly, read_anomalies
from clew.ingest.observe.health import read_health
from clew.project import Project

_CODE = re.compile(r"^\S.*?:\d+:\d+: ([A-Z]\d{3}) ", re.MULTILINE)


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
