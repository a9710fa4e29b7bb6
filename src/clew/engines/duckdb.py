"""DuckDB executes a plan: rows stream through, stand in tables where they are read again; one pass per count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from clew.contracts.catalogue import Catalogue
from clew.contracts.literal import quoted
from clew.engine import Answers, PlanError, TrialData
from clew.engines.answers import answers_of
from clew.engines.below import Draw, just_below
from clew.engines.faults import sentence
from clew.engines.in_memory import database_in_memory
from clew.engines.inputs import coverage_query, held_query, input_query, rings_query
from clew.engines.macros import Macros
from clew.engines.nearness import distance
from clew.engines.relations import Relations
from clew.engines.sources import Source, Sources, warehouse_sources
from clew.engines.time_limit import LONGEST, time_limit
from clew.engines.trace import Key, Loss, losses
from clew.plan import EARLIER_RINGS, Fork, Input, Plan, Relation, Role, Step

NEAR = "?near"
"""First column of near-misses, by which they are in order: the row's distance (:mod:`clew.engines.nearness`)."""


@dataclass(frozen=True)
class Preview:
    """What a plan gave, and by step number some of the rows that the step lost."""

    answers: Answers
    near_misses: Mapping[str, pa.Table]


class DuckDBEngine:
    """Executes plans on one connection, over the data as it stood on a date. Nothing is written to the database.

    A plan that runs longer than ``seconds`` is stopped (PlanError).
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        sources: Sources,
        seconds: float = LONGEST,
        macros: Macros | None = None,
    ) -> None:
        self.connection = connection
        self.sources = sources
        self.seconds = seconds
        self._macros = macros or Macros(connection)

    def run(self, plan: Plan, lot: Draw | None = None) -> Answers:
        """Execute a plan; raises :class:`PlanError` for a broken ``expect`` or an engine limit.

        With a ``lot``, subjects just below the plan's thresholds are drawn too.
        """
        with self._made(plan) as relations:
            try:
                answers = answers_of(relations, plan)
                return replace(answers, below=just_below(relations, plan, lot)) if lot and lot.size else answers
            except duckdb.Error as error:
                raise PlanError(plan.rule, "clue", sentence(error, self.seconds)) from error

    def sample(self, plan: Plan, step: str, n: int = 10) -> pa.Table:
        """Up to ``n`` rows that remain after a step (its number in the funnel), in a stable order."""
        relation = next((one.relation for one in plan.steps if one.number == step), None)
        if relation is None:
            raise KeyError(step)
        with self._made(plan) as relations:
            return _first_rows(relations, relation, n)

    def preview(self, plan: Plan, n: int = 10) -> Preview:
        """Execute a plan as :meth:`run` does, and take up to ``n`` near-misses of each step that lost rows.

        A near-miss passed every step before and failed this one; where a condition decides, the nearest come first.
        """
        with self._made(plan) as relations:
            try:
                answers = answers_of(relations, plan)
                lost = {
                    step.number: _near_misses(relations, before.relation, step, n)
                    for before, step in pairwise(plan.steps)
                    if n and step.verb != "clue"
                }
            except duckdb.Error as error:
                raise PlanError(plan.rule, "clue", sentence(error, self.seconds)) from error
        return Preview(answers, {number: rows for number, rows in lost.items() if rows.num_rows})

    def losses(self, plan: Plan, keys: Iterable[Key]) -> Mapping[Key, Loss]:
        """Where a plan lost each of these subjects and episodes, none of which it gave a clue."""
        wanted = sorted(set(keys))
        if not wanted:
            return {}
        with self._made(plan) as relations:
            return losses(relations, plan, wanted)

    def lost_at(self, plan: Plan, keys: Iterable[Key]) -> Mapping[Key, str]:
        """The number of the step that lost each of these subjects and episodes, '' for one that was never read."""
        return {key: loss.step.number if loss.step else "" for key, loss in self.losses(plan, keys).items()}

    def rows(self, source: Input, ids: Sequence[int]) -> pa.Table:
        """The columns a plan reads of an input (``alias.column`` and ``alias#``) for the given row identities."""
        found = self.sources.datasets.get(source.dataset)
        wanted = "select unnest(cast($ids as bigint[])) as id"
        query = (
            f"select i.* from ({input_query(source, found, None)}) i join ({wanted}) w "  # noqa: S608 - quoted
            f"on i.{quoted(source.alias + '#')} = w.id order by w.id"
        )
        return self.connection.sql(query, params={"ids": sorted(set(ids))}).to_arrow_table()

    # --- the relations of a plan -------------------------------------------------------------------------------

    @contextmanager
    def _made(self, plan: Plan) -> Iterator[Relations]:
        """The plan's relations, gone afterwards."""
        relations = Relations(self.connection)
        guards = {
            side.relation: (step.number, side.reason)
            for step in plan.steps
            for side in step.sides
            if side.role is Role.GUARD
        }
        try:
            with time_limit(self.connection, self.seconds):
                self._macros.define(one.text("duckdb") for one in (*plan.relations, *plan.tallies))
                self._add_inputs(plan, relations)
                taken: dict[int, bool] = {}
                for relation in plan.relations:
                    if relation.when is not None:
                        fork, way = relation.when
                        if id(fork) not in taken:
                            taken[id(fork)] = _first_way(relations, fork)
                        if taken[id(fork)] is not way:
                            continue
                    self._add(relation, relations, plan)
                    if relation.name in guards:
                        _check(plan, relations, relation.name, *guards[relation.name])
                yield relations
        except duckdb.InterruptException as error:
            raise PlanError(plan.rule, "clue", sentence(error, self.seconds)) from error
        finally:
            relations.drop()

    def _add_inputs(self, plan: Plan, relations: Relations) -> None:
        """Rows of each input; what is set aside of it, and its coverage, where a relation reads them."""
        queries = "".join(one.text("duckdb") for one in plan.relations)
        for source in plan.inputs:
            found = self.sources.datasets.get(source.dataset)
            relations.stream(source.relation, input_query(source, found, plan.as_of))
            if quoted(source.held) in queries:
                relations.stream(source.held, held_query(source, self.sources))
            if quoted(source.covered) in queries:
                relations.stream(source.covered, coverage_query(source, self.sources, plan.as_of))
        if plan.rings:
            relations.stream(EARLIER_RINGS, rings_query(plan, self.sources))

    def _add(self, relation: Relation, relations: Relations, plan: Plan) -> None:
        query = relation.text("duckdb")
        if not relation.materialise:
            relations.stream(relation.name, query)
            return
        try:
            relations.keep(relation.name, query)
        except duckdb.Error as error:
            raise PlanError(plan.rule, relation.name, sentence(error, self.seconds)) from error


def _first_way(relations: Relations, fork: Fork) -> bool:
    return _expected(relations, fork.pairs) <= fork.times * _expected(relations, fork.rows)


def _expected(relations: Relations, query: exp.Query) -> int:
    """How many rows the planner expects."""
    return sum(map(_estimate, json.loads(relations.explain(query.sql(dialect="duckdb")))))


def _check(plan: Plan, relations: Relations, relation: str, step: str, reason: str) -> None:
    """A guard must be empty. Its key may be somebody's number, and is not told."""
    broken = relations.execute(f"select n from {quoted(relation)}").fetchall()  # noqa: S608 - quoted
    if broken:
        raise PlanError(plan.rule, step, f"{reason} ({broken[0][0]} pairs of one key)")


def _near_misses(relations: Relations, before: str, step: Step, n: int) -> pa.Table:
    """Rows of ``before`` that are not there after a step; the order is the same on every run."""
    if step.condition is not None:
        keeps = f"coalesce(({step.condition.sql(dialect='duckdb')}), false)"
        gone = keeps if step.drops else f"not {keeps}"
        near = distance(step.condition, wanted=not step.drops).sql(dialect="duckdb")
        ranked = f"select {near} as {quoted(NEAR)}, * from {quoted(before)} where {gone}"  # noqa: S608 - quoted
        return relations.table(f"{ranked} order by all limit {int(n)}")
    shared = set(relations.columns(before)) & set(relations.columns(step.relation))
    kept = {name for name in shared if name.endswith("#")} or shared
    if not kept:
        return _first_rows(relations, before, 0)
    same = " and ".join(f"a.{quoted(name)} is not distinct from b.{quoted(name)}" for name in sorted(kept))
    gone = f"not exists (select 1 from {quoted(step.relation)} a where {same})"  # noqa: S608 - quoted
    query = f"select b.* from {quoted(before)} b where {gone} order by all limit {int(n)}"  # noqa: S608 - quoted
    return relations.table(query)


def _first_rows(relations: Relations, relation: str, n: int) -> pa.Table:
    query = f"select * from {quoted(relation)} order by all limit {int(n)}"  # noqa: S608 - quoted
    return relations.table(query)


def _estimate(operator: Mapping[str, Any]) -> int:
    """The rows expected of an operator of a query plan; of one that says nothing, those of what it reads."""
    told = operator["extra_info"].get("Estimated Cardinality")
    return int(told) if told is not None else sum(map(_estimate, operator["children"]))


def for_warehouse(
    connection: duckdb.DuckDBPyConnection, as_of: date, seconds: float = LONGEST, *, plans: Sequence[Plan] | None = None
) -> DuckDBEngine:
    """An engine over the warehouse as it stood on ``as_of``; with ``plans``, for these alone.

    Lock the connection down first where only rules run.
    """
    datasets = None if plans is None else {one.dataset for plan in plans for one in plan.inputs}
    return DuckDBEngine(connection, warehouse_sources(connection, as_of, datasets), seconds)


def for_trial(data: TrialData, catalogue: Catalogue) -> DuckDBEngine:
    """An engine in memory over the given tables, locked down: no file, no network, no change of options."""
    connection, macros = database_in_memory()
    connection.execute("create schema data")
    datasets = {
        name: _given(connection, name, data.tables[name], batch)
        for batch, name in enumerate(sorted(data.tables), start=1)
        if name in catalogue.contracts
    }
    return DuckDBEngine(connection, Sources(datasets, data.coverage), macros=macros)


def _given(connection: duckdb.DuckDBPyConnection, dataset: str, table: pa.Table, batch: int) -> Source:
    """A given table, as if it had been one delivery."""
    connection.register("given", table)
    name = f"data.{quoted(dataset)}"
    connection.execute(
        f"create table {name} as select *, {batch} as _batch, 'given' as _file, "  # noqa: S608 - quoted
        "row_number() over () as _row from given"
    )
    connection.unregister("given")
    return Source(name, frozenset(table.column_names))
