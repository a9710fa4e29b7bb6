"""``type: custom`` quality rules of the engine greatExpectations -> Checks.

An expectation with a meaning in one pass over the rows becomes a check of ours, which measures exactly what Great
Expectations does; the few others of :data:`BY_GX` are run by Great Expectations itself on the columns they need.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from clew.contracts.actions import rule_action
from clew.contracts.expectation_meanings import TRANSLATIONS
from clew.contracts.expectation_term import Term, Untranslatable
from clew.contracts.limits import NO_LIMIT
from clew.contracts.model import Action, Check, Column
from clew.contracts.reading import Reading
from clew.contracts.vocabulary import text_of
from clew.problems import Place, Problems, did_you_mean
from clew.yaml_file import Node, parse_yaml

ENGINES = ("greatexpectations", "gx")
"""How rules call the engine, letters only."""

BY_GX: dict[str, tuple[str, ...]] = {
    "expect_column_distinct_values_to_be_in_set": ("column",),
    "expect_column_distinct_values_to_contain_set": ("column",),
    "expect_column_distinct_values_to_equal_set": ("column",),
    "expect_column_kl_divergence_to_be_less_than": ("column",),
    "expect_column_most_common_value_to_be_in_set": ("column",),
    "expect_column_pair_values_to_be_in_set": ("column_A", "column_B"),
    "expect_column_quantile_values_to_be_between": ("column",),
    "expect_column_value_z_scores_to_be_less_than": ("column",),
    "expect_column_values_to_be_dateutil_parseable": ("column",),
    "expect_column_values_to_be_decreasing": ("column",),
    "expect_column_values_to_be_increasing": ("column",),
    "expect_column_values_to_be_json_parseable": ("column",),
    "expect_column_values_to_match_json_schema": ("column",),
    "expect_column_values_to_match_regex_list": ("column",),
    "expect_column_values_to_match_strftime_format": ("column",),
    "expect_column_values_to_not_match_regex_list": ("column",),
    "expect_compound_columns_to_be_unique": ("column_list",),
    "expect_multicolumn_sum_to_equal": ("column_list",),
    "expect_select_column_values_to_be_unique_within_record": ("column_list",),
}
"""Expectations that Great Expectations runs itself, and the arguments that name their columns."""
MOST_COLUMNS = 4
_BY_CONTRACT = {
    "expect_column_to_exist": "list the column under properties",
    "expect_column_values_to_be_of_type": "write logicalType",
    "expect_column_values_to_be_in_type_list": "write logicalType",
    "expect_table_columns_to_match_ordered_list": "list the columns under properties",
    "expect_table_columns_to_match_set": "list the columns under properties",
    "expect_table_column_count_to_equal": "list the columns under properties",
    "expect_table_column_count_to_be_between": "list the columns under properties",
}
"""What a contract says by itself: a file without a column is refused, a value of another type set aside."""
_IGNORED = ("result_format", "catch_exceptions", "include_config", "meta", "description", "severity")
_KEYS = ("type", "expectation_type", "kwargs", "meta", "id", "notes", "severity", "description")
_CODE = "C015"
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def read_expectation(rule: Node, columns: Sequence[Column], column: Column | None, problems: Reading) -> list[Check]:
    """The check of one rule (none, and C015, when it cannot be run)."""
    node = _implementation(rule, problems)
    if node is None:
        return []
    word = node.get("type") or node.get("expectation_type")
    kind = _snake(text_of(word))
    if kind in _BY_CONTRACT:
        problems.convention(node.place, _CODE, f"{kind} is what a contract says by itself", _BY_CONTRACT[kind])
        return []
    if kind not in TRANSLATIONS and kind not in BY_GX:
        known = sorted({*TRANSLATIONS, *BY_GX})
        place = word.place if word is not None else node.place
        problems.convention(
            place, _CODE, f"'{kind}' is not an expectation Clew runs", did_you_mean(kind, known) or ", ".join(known)
        )
        return []
    arguments = _arguments(node, kind, column)
    reads = _columns_read(kind, arguments, columns, node, problems)
    if reads is None:
        return []
    term = Term(kind, arguments, {item.name: item for item in columns}, reads)
    name = text_of(rule.get("name")) or f"{'_'.join(reads) or 'table'}.{kind.removeprefix('expect_')}"
    try:
        return [_check(name, rule, term, problems)]
    except Untranslatable as reason:
        if kind in BY_GX or reason.runs:
            return [_by_gx(name, rule, term, problems)]
        problems.convention(node.place, _CODE, f"{kind}: {reason}", "correct its kwargs")
        return []


def _check(name: str, rule: Node, term: Term, problems: Reading) -> Check:
    translate = TRANSLATIONS.get(term.kind)
    if translate is None:
        raise Untranslatable("only Great Expectations knows it")
    meaning = translate(term)
    of_rows = meaning.kind in ("not_null", "expected") or meaning.kind == "duplicate_rows"
    exact = of_rows and meaning.limit in (None, NO_LIMIT)
    action = rule_action(
        rule,
        Action.QUARANTINE if exact else Action.STOP,
        tuple(Action) if exact else (Action.STOP, Action.WARN),
        problems,
    )
    arguments = dict(meaning.arguments) | {"expectation": term.kind, "kwargs": term.plain()}
    if meaning.limit is not None and not exact:
        arguments["limit"] = meaning.limit
    return Check(name, meaning.kind, term.reads, arguments, action, text_of(rule.get("description")), rule.place)


def _by_gx(name: str, rule: Node, term: Term, problems: Reading) -> Check:
    action = rule_action(rule, Action.STOP, (Action.STOP, Action.WARN), problems)
    arguments: dict[str, Any] = {"expectation": term.kind, "kwargs": term.plain()}
    return Check(name, "expectation", term.reads, arguments, action, text_of(rule.get("description")), rule.place)


def _implementation(rule: Node, problems: Reading) -> Node | None:
    """The expectation as a mapping; one written as text is YAML or JSON inside it."""
    given = rule.get("implementation")
    if given is None:
        return None
    node: Node | None = given
    if not given.is_mapping:
        inner = Problems()
        node = parse_yaml(given.text, given.place.path, inner)
        if node is None or not node.is_mapping or inner.errors:
            said = f": {inner.errors[0].message}" if inner.errors else ""
            problems.convention(given.place, _CODE, f"the implementation is not an expectation{said}", _FORM)
            return None
        node = _placed(node, given.place)
    assert node is not None  # noqa: S101 - given is a mapping or was parsed into one
    wrong = [key for key, _ in node.items() if key not in _KEYS]
    if wrong:
        problems.convention(
            node.key_place(wrong[0]), _CODE, f"'{wrong[0]}' is not a key of an expectation",
            did_you_mean(wrong[0], _KEYS[:3]),
        )  # fmt: skip
        return None
    return node


_FORM = "write {type: expect_column_values_to_be_between, kwargs: {min_value: 1, max_value: 9}}"


def _placed(node: Node, place: Place) -> Node:
    """A tree read from a text inside the file: every part of it stands where the text does."""
    value: Any = node.value
    if node.is_mapping:
        value = {key: _placed(child, place) for key, child in node.items()}
    elif node.is_list:
        value = [_placed(child, place) for child in node.entries()]
    return Node(value, place, dict.fromkeys(node.keys, place), node.text, None)


def _arguments(node: Node, kind: str, column: Column | None) -> dict[str, Node]:
    """The kwargs in Python's spelling; a rule under a property is about that property unless it says otherwise."""
    given = node.get("kwargs")
    found = {
        name: value
        for key, value in (given.items() if given else ())
        if (name := key if key in ("column_A", "column_B") else _snake(key)) not in _IGNORED
    }
    if "row_condition" not in found:
        found.pop("condition_parser", None)
    if column is not None and kind.startswith("expect_column_") and "pair" not in kind:
        found.setdefault("column", Node(column.name, node.place, text=column.name))
    return found


def _columns_read(
    kind: str, arguments: dict[str, Node], columns: Sequence[Column], node: Node, problems: Reading
) -> tuple[str, ...] | None:
    known = [item.name for item in columns]
    named = [arguments[key] for key in ("column", "column_A", "column_B") if key in arguments]
    listed = arguments.get("column_list")
    named += listed.entries() if listed is not None else []
    if not named and "table" not in kind:
        problems.convention(node.place, _CODE, f"{kind} names no column", "add kwargs: {column: ...}")
        return None
    for entry in named:
        if entry.text not in known:
            problems.error(
                entry.place, _CODE, f"'{entry.text}' is not a column of this dataset", did_you_mean(entry.text, known)
            )
            return None
    reads = tuple(dict.fromkeys(entry.text for entry in named))
    if kind in BY_GX and kind not in TRANSLATIONS and len(reads) > MOST_COLUMNS:
        problems.convention(
            node.place, _CODE, f"{kind} needs {len(reads)} columns in memory", f"name at most {MOST_COLUMNS}"
        )
        return None
    return reads


def _snake(text: str) -> str:
    return _CAMEL.sub(r"_\1", text.strip()).lower()
