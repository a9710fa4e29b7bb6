"""The allow-list of expressions: exactly which classes of node may stand in one, with which parts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from clew.rules import type_conditions, type_names, type_values
from clew.rules.typist import Build

_SIDES = frozenset({"this", "expression"})
NODES: Mapping[type[exp.Expr], tuple[Build, frozenset[str]]] = {
    exp.Column: (type_names.column, frozenset({"this", "table"})),
    exp.Literal: (type_names.literal, frozenset({"this", "is_string"})),
    exp.Boolean: (type_names.boolean, frozenset({"this"})),
    exp.Null: (type_names.null, frozenset()),
    exp.Paren: (type_names.paren, frozenset({"this"})),
    exp.And: (type_conditions.logic, _SIDES),
    exp.Or: (type_conditions.logic, _SIDES),
    exp.Not: (type_conditions.not_, frozenset({"this"})),
    exp.EQ: (type_conditions.comparison, _SIDES),
    exp.NEQ: (type_conditions.comparison, _SIDES),
    exp.LT: (type_conditions.comparison, _SIDES),
    exp.LTE: (type_conditions.comparison, _SIDES),
    exp.GT: (type_conditions.comparison, _SIDES),
    exp.GTE: (type_conditions.comparison, _SIDES),
    exp.Between: (type_conditions.between, frozenset({"this", "low", "high"})),
    exp.In: (type_conditions.in_, frozenset({"this", "expressions"})),
    exp.Is: (type_conditions.is_, _SIDES),
    exp.Add: (type_values.arithmetic, _SIDES),
    exp.Sub: (type_values.arithmetic, _SIDES),
    exp.Mul: (type_values.arithmetic, _SIDES),
    exp.Div: (type_values.arithmetic, _SIDES),
    exp.Neg: (type_values.negative, frozenset({"this"})),
    exp.Case: (type_values.case, frozenset({"this", "ifs", "default"})),
    exp.Anonymous: (type_values.function_call, frozenset({"this", "expressions"})),
}
"""Exactly these classes of node with nothing but these parts, and how each is typed."""
