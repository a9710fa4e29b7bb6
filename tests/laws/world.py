"""The world of a rule: all copies of its trials in one engine, their rows shuffled and dealt out to deliveries."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import duckdb

from clew.contracts.model import Contract
from clew.engine import Coverage
from clew.engines.duckdb import DuckDBEngine
from clew.engines.sources import Source, Sources
from clew.problems import Problems
from clew.rules.given import trial_data
from clew.rules.given_table import given_table
from clew.rules.model import Rule, Trial
from tests.content.project import catalogue
from tests.laws.copies import HOME, Copy, Doubts, Kind, Row, copies
from tests.laws.renaming import Apart, complement, is_number

DELIVERIES = 3
WORDS = frozenset(
    {"address", "court", "defendant_agent", "facility", "industry", "place", "plaintiff_agent", "shop_class"}
)
"""Columns of words by which rules compare subjects with each other or join them: as good as numbers."""
_WITNESS = re.compile(r"(?<=证人：)[^，。、；]{2,3}")


@dataclass(frozen=True)
class Placed:
    """A row of the world: of which copy it is, where the trial has it, and its values there."""

    copy: int
    place: int
    row: Row


@dataclass(frozen=True)
class World:
    """``rows`` by dataset in the order of delivery; ``held`` those set aside."""

    trials: Sequence[Trial]
    copies: Sequence[Copy]
    rows: Mapping[str, Sequence[Placed]]
    held: Mapping[str, Sequence[Row]]
    coverage: tuple[Coverage, ...]
    doubts: Doubts
    apart: Apart

    def engine(self) -> DuckDBEngine:
        connection = duckdb.connect(":memory:", config={"threads": 1})
        connection.execute("create schema data; create schema clew")
        connection.execute("create table clew.quarantine (dataset varchar, batch integer, row integer, record json)")
        connection.execute("create table clew.decided (batch integer, row integer, by_batch integer)")
        sources = {}
        for name, rows in self.rows.items():
            contract = catalogue().contracts[name]
            connection.register("given", given_table([one.row for one in rows], contract))
            batch = f"(1 + _row % {DELIVERIES})::integer as _batch, 'given' as _file"
            numbered = "select *, row_number() over () as _row from given"
            connection.execute(f'create table data."{name}" as select *, {batch} from ({numbered})')
            sources[name] = Source(f'data."{name}"', frozenset(contract.names))
        for name, records in self.held.items():
            told = [json.dumps({one: str(value) for one, value in row.items() if value is not None}) for row in records]
            numbered = "select ?, 1, row_number() over (), record from (select unnest(?) as record)"
            connection.execute(f"insert into clew.quarantine {numbered}", [name, told])
        batches = dict.fromkeys(self.rows, (1,))
        doubts = tuple(self.doubts.doubted())
        return DuckDBEngine(connection, Sources(sources, self.coverage, "clew.quarantine", batches, doubts))


def world_of(rule: Rule, random: Random, among: str = "") -> World:
    """The trials that share a day, parameters and coverage with the one named ``among``, or the most that do."""
    alike: dict[str, list[Trial]] = defaultdict(list)
    for trial in rule.trials:
        alike[repr((trial.as_of, trial.parameters, trial.watermark, trial.coverage))].append(trial)
    trials = max(alike.values(), key=lambda some: (among in [trial.name for trial in some], len(some)))
    names = {alias: name.value for alias, name in rule.datasets.items()}
    doubts = Doubts.of(sorted(set(names.values())), trials[0].as_of)
    every: list[Copy] = []
    rows: dict[str, list[Placed]] = {name: [] for name in doubts.provinces["90"]}
    held: dict[str, list[Row]] = defaultdict(list)
    apart = Apart()
    coverage: tuple[Coverage, ...] = ()
    for index, trial in enumerate(trials):
        data = trial_data(trial, names, catalogue(), Problems())
        coverage = data.coverage
        tables = {name: table.to_pylist() for name, table in data.tables.items()}
        for copy in copies(index, tables, doubts):
            for name, given in tables.items():
                for place, row in enumerate(given):
                    other = _other(row, catalogue().contracts[name], len(every), copy, apart)
                    if copy.aside == (name, place):
                        held[name].append(other)
                    else:
                        rows[name].append(Placed(len(every), place, other))
            every.append(copy)
    for one in rows.values():
        random.shuffle(one)
    return World(trials, every, rows, held, coverage, doubts, apart)


def _other(row: Row, contract: Contract, copy: int, of: Copy, apart: Apart) -> Row:
    """A row of a trial in a copy: numbers and words of its own, in its province."""
    found = dict(row)
    for column in contract.columns:
        value = found[column.name]
        if column.name == contract.region_column:
            found[column.name] = of.province + str(value or f"{HOME}0100").removeprefix(HOME)
        elif value is None or value == "":
            continue
        elif is_number(column):
            found[column.name] = apart.number(copy, complement(value) if of.kind is Kind.RENAMED else value, value)
        elif column.name in WORDS:
            found[column.name] = apart.word(copy, value)
        elif column.name == "body":
            found[column.name] = _WITNESS.sub(lambda found: apart.word(copy, found[0]), value)
    return found
