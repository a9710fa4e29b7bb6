"""Rules written from the documentation of data that others made, against the labels those others gave.

No rule reads a label. Beside each stands the simplest rule a person would try: as many subjects as the rule found,
those that come first by one number.
"""

from __future__ import annotations

import json
import runpy
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.truth.office import ROOT
from clew.night import receive, screen_all
from clew.problems import Problems
from clew.project import read_project
from clew.settings import Settings
from clew.warehouse import open_warehouse

Progress = Callable[[str], None]
Fired = dict[str, set[tuple[str, str]]]
"""Rule -> (subject, episode) of its clues; the episode is empty where a rule makes one clue for a subject."""


@dataclass(frozen=True)
class Measured:
    """One rule on outside data.

    ``right`` of its ``clues`` carry any label; ``found`` of the ``wanted`` carry the label the rule is for.
    ``share``: share of all subjects that carry any label; None where the subjects were not counted.
    ``simple`` names the simple rule; ``simple_right`` of its first ``clues`` subjects carry any label.
    """

    data: str
    rule: str
    clues: int
    right: int
    found: int
    wanted: int
    share: float | None = None
    simple: str = ""
    simple_right: int = 0


def outside(data: Path, progress: Progress) -> Iterator[Measured]:
    """Every example on the folders of ``data`` that are there; each folder that is not is said by ``progress``."""
    for folder, measure in (
        ("card-transactions", _cards),
        ("aml-fan-in", _transfers),
        ("health-claims", _claims),
        ("ocds-red-flags", _tenders),
    ):
        if not (data / folder).is_dir():
            progress(f"NOT MEASURED: {folder} is not in {data}")
            continue
        progress(folder)
        yield from measure(data / folder)


def _screened(example: str, source: Path, as_of: date) -> Fired:
    """The clues of an example project on prepared data."""
    with TemporaryDirectory(prefix="clew-truth-") as folder:
        project = Path(folder) / example
        shutil.copytree(ROOT / "examples" / example, project, ignore=shutil.ignore_patterns("var"))
        settings = Settings(project=project, state=Path(folder) / "var", lineage="")
        runpy.run_path(str(project / "prepare.py"))["prepare"](source, settings.drop_dir)
        problems = Problems()
        read = read_project(settings, problems)
        problems.raise_errors()
        receive(read, today=as_of)
        screen_all(read, as_of=as_of)
        with closing(open_warehouse(settings, read_only=True)) as connection:
            rows = connection.execute(
                "select distinct rule, subject, coalesce(episode, '') from clew.clue join clew.signal using (clue_id)"
            ).fetchall()
    fired: Fired = {}
    for rule, subject, episode in rows:
        fired.setdefault(rule, set()).add((subject, episode))
    return fired


def _cards(source: Path) -> Iterator[Measured]:
    fired = _screened("cards", source, date(2018, 6, 30))
    con = duckdb.connect()
    con.read_parquet(str(source / "transactions.parquet")).create("payment")
    population = _count(con, "select count(*) from payment")
    fraud = {str(row[0]): row[1] for row in con.execute(
        'select "TRANSACTION_ID", "TX_FRAUD_SCENARIO" from payment where "TX_FRAUD" = 1'
    ).fetchall()}  # fmt: skip
    highest = [str(row[0]) for row in con.execute(
        'select "TRANSACTION_ID" from payment order by "TX_AMOUNT" desc, 1'
    ).fetchall()]  # fmt: skip
    scenarios = {1: "card.large_amount", 2: "card.compromised_terminal", 3: "card.stolen_credentials"}
    for scenario, rule in scenarios.items():
        clues = {subject for subject, _ in fired.get(rule, set())}
        own = {transaction for transaction, kind in fraud.items() if kind == scenario}
        yield Measured(
            f"card payments, scenario {scenario}", rule, len(clues), len(clues & fraud.keys()), len(clues & own),
            len(own), len(fraud) / population, "highest amount", len(fraud.keys() & set(highest[: len(clues)])),
        )  # fmt: skip


def _transfers(source: Path) -> Iterator[Measured]:
    fired = _screened("transfers", source, date(2024, 6, 30))
    con = duckdb.connect()
    con.read_csv(str(source / "nodes.csv")).create("node")
    con.read_csv(str(source / "transactions.csv")).create("sent")
    population = _count(con, "select count(*) from node")
    labelled = {str(row[0]) for row in con.execute("select nodeid from node where isFraud = 1").fetchall()}
    for rule, column, other in (
        ("transfer.collecting_account", "targetNodeId", "sourceNodeId"),
        ("transfer.feeding_account", "sourceNodeId", "targetNodeId"),
    ):
        first = [str(row[0]) for row in con.execute(
            f"select {column} from sent group by 1 order by count(distinct {other}) desc, 1"
        ).fetchall()]  # fmt: skip
        clues = {subject for subject, _ in fired.get(rule, set())}
        yield Measured(
            "transfers, planted fan-in", rule, len(clues), len(clues & labelled), len(clues & labelled), len(labelled),
            len(labelled) / population, "most counterparties", len(labelled & set(first[: len(clues)])),
        )  # fmt: skip


_CARE = {
    "care.encounter_after_death": (
        "select e.PATIENT, [e.Id] from encounter e join patient p on p.Id = e.PATIENT"
        " where e.START::date > p.DEATHDATE + 1",
        "select count(*) from encounter",
    ),
    "care.claim_after_death": (
        "select c.PATIENTID, [c.Id] from claim c join patient p on p.Id = c.PATIENTID"
        " where c.SERVICEDATE::date > p.DEATHDATE + 1",
        "select count(*) from claim",
    ),
    "care.medication_after_death": (
        "select m.PATIENT, [m.CODE::varchar] from medication m join patient p on p.Id = m.PATIENT"
        " where m.START::date < p.DEATHDATE and (m.STOP is null or m.STOP::date > p.DEATHDATE + 1)",
        "select count(*) from medication",
    ),
    "care.overlapping_encounters": (
        "select a.PATIENT, [a.Id, b.Id] from encounter a join encounter b"
        " on a.PATIENT = b.PATIENT and a.Id < b.Id and a.START < b.STOP and b.START < a.STOP",
        "select count(*) from encounter",
    ),
}
"""By hand, on the files as they came: patient and the episodes that would name the wrong, and how many could be."""


def _claims(source: Path) -> Iterator[Measured]:
    fired = _screened("claims", source, date(2024, 6, 30))
    con = duckdb.connect()
    for table in ("patient", "encounter", "claim", "medication"):
        con.read_csv(str(source / f"{table}s.csv")).create(table)
    for rule, (wrong_sql, count_sql) in _CARE.items():
        clues = fired.get(rule, set())
        wrong = [
            {(str(subject), str(one)) for one in episodes} for subject, episodes in con.execute(wrong_sql).fetchall()
        ]
        found = sum(bool(names & clues) for names in wrong)
        right = len(clues & set().union(*wrong))
        share = len(wrong) / _count(con, count_sql)
        yield Measured("health claims", rule, len(clues), right, found, len(wrong), share)


_FLAGS = {
    "R003": {"OCID": "tender.short_submission_period"},
    "R018": {"OCID": "tender.single_bid"},
    "R025": {"Tenderer": "tender.excessive_unsuccessful"},
    "R028": {"OCID": "tender.identical_prices", "Tenderer": "tender.identical_price_tenderer"},
    "R036": {"OCID": "tender.lowest_bid_disqualified"},
}


def _tenders(source: Path) -> Iterator[Measured]:
    for indicator, rules in _FLAGS.items():
        fired = _screened("tenders", source / f"{indicator}.jsonl", date(2000, 12, 31))
        expected = json.loads((source / f"{indicator}.expected").read_text(encoding="utf-8"))
        for group, rule in rules.items():
            flagged = {subject for subject, flags in expected[group].items() if indicator in flags}
            clues = {subject for subject, _ in fired.get(rule, set())}
            right = len(clues & flagged)
            yield Measured(f"tenders, {indicator}", rule, len(clues), right, right, len(flagged))


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
