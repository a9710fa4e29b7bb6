"""One comparison: data made from ``hash(range)``, a rule, and the SQL an expert would write for the same clues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Column, Contract, FileFormat, Kind
from clew.plan import Plan, Type
from clew.problems import Place, Problems
from clew.rules.compile import compile_rule
from clew.rules.parse import parse_rule
from clew.yaml_file import parse_yaml

DAY = date(2026, 6, 30)

_HEAD = """
rule: bench.{name}
title: t
title_zh: 测
status: test
owner: o
created: 2026-01-01
modified: 2026-01-01
tags: [pattern.bench]
description: d
legal_basis: [{{law: a, article: "1"}}]
false_positives: [none]
"""
_TAIL = """
  strength: [{{otherwise: 0.5}}]
  message: m
  message_zh: 文
  evidence: [{{rows: {alias}, title_zh: 明细}}]
tests:
  - {{name: t, as_of: 2026-06-30, given: {{}}, expect: none}}
"""


@dataclass(frozen=True)
class Table:
    """One dataset: its columns, and the SQL of its rows over ``i``, from 0; ``{n}`` is the case's number of rows.

    ``key``: its primary key. ``share``: how many rows it has for one of the case's.
    """

    columns: Mapping[str, Type]
    rows: str
    event: str | None = None
    key: tuple[str, ...] = ()
    share: Decimal = Decimal(1)

    def contract(self, dataset: str) -> Contract:
        """A contract with nothing but types."""
        place = Place(dataset)
        made = tuple(Column(name, kind, name, name, "", place) for name, kind in self.columns.items())
        kind = Kind.EVENT if self.event else Kind.REGISTER
        return Contract(
            dataset, dataset, dataset, "1", "", "", made, self.key, (), kind, self.event, None, None, Decimal(0),
            FileFormat(), "", dataset, place,
        )  # fmt: skip


@dataclass(frozen=True)
class Case:
    """``rows`` is the published size (supervision-models, 4.3). ``steps`` starts at ``datasets:`` and ends inside
    ``clue:``. ``by_hand`` reads tables under the datasets' names, with the row identity as ``row``."""

    name: str
    rows: int
    tables: Mapping[str, Table]
    steps: str
    by_hand: str

    @property
    def catalogue(self) -> Catalogue:
        """The contracts of the tables."""
        return Catalogue({name: table.contract(name) for name, table in self.tables.items()})

    def plan(self) -> Plan:
        """The compiled rule. Raises SystemExit with its problems: a case is checked by being run."""
        problems = Problems()
        alias = self.steps.split("datasets: {", 1)[1].split(":", 1)[0]
        text = (
            _HEAD.format(name=self.name.replace(", ", "_").replace(" ", "_"))
            + self.steps.strip("\n")
            + _TAIL.format(alias=alias)
        )
        node = parse_yaml(text, f"{self.name}.yml", problems)
        rule = parse_rule(node, f"{self.name}.yml", problems) if node is not None else None
        plan = compile_rule(rule, self.catalogue, problems, as_of=DAY) if rule is not None else None
        if plan is None:
            raise SystemExit("\n".join(map(str, problems)))
        return plan
