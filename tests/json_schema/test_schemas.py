"""The schemas take what Clew takes, refuse the keys it refuses, and are those that are published."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clew.json_schema.help import explained, groups
from clew.json_schema.names import Names, names_of
from clew.json_schema.write import FILES, schemas, write_schemas
from clew.problems import Problems
from clew.project import Project, read_project
from clew.rules.entitlements import parse_entitlement
from clew.rules.exclusions import parse_exclusion
from clew.rules.holidays import parse_notice
from clew.rules.model import Step
from clew.rules.parse import parse_rule, parse_step, parse_trials
from clew.rules.parse_laws import parse_law
from clew.rules.verbs.shape import shaped
from clew.settings import Settings
from clew.supervision.parse import parse_model
from clew.yaml_file import parse_yaml, read_yaml
from tests.content.mutation import written

ROOT = Path(__file__).parents[2]
SAMPLE = 8
"""Mappings looked at in each file: the same ones each time, spread over the files by a hash."""


def files() -> list[tuple[str, Path]]:
    """(schema, file) of every rule, model, test and law of this repository."""
    found = []
    for schema, patterns in FILES.items():
        for path in sorted(ROOT.glob(patterns[0])):
            if not any(path.match(pattern[1:]) for pattern in patterns[1:]):
                found.append((schema, path))
    return found


EVERY = [pytest.param(schema, path, id=path.relative_to(ROOT).as_posix()) for schema, path in files()]


@cache
def project() -> Project:
    return read_project(Settings(project=ROOT), Problems())


@cache
def validator(schema: str, *, general: bool = True) -> Draft202012Validator:
    made = schemas(Names() if general else names_of(project()))[schema]
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def values(value: Any) -> Any:
    """As an editor reads them: dates are text."""
    if isinstance(value, dict):
        return {key: values(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [values(entry) for entry in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def document(path: Path) -> Any:
    node = read_yaml(path, Problems())
    assert node is not None
    return node.plain()


def mappings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every mapping of a document."""
    if isinstance(value, dict):
        yield path
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from mappings(entry, (*path, key))


def refused(schema: str, path: Path, text: str) -> bool:
    """Whether the reader of a file finds its shape at fault."""
    problems = Problems()
    node = parse_yaml(text, path.name, problems)
    assert node is not None
    match schema:
        case "law.schema.json":
            parse_law(node, path.stem, problems)
        case "exclusion.schema.json":
            parse_exclusion(node, path.stem, problems)
        case "holidays.schema.json":
            parse_notice(node, path.stem, problems)
        case "entitlement.schema.json":
            parse_entitlement(node, path.stem, problems)
        case "rule.schema.json":
            whole = project().library.shared.written_out(node, problems)
            rule = parse_rule(whole, path.name, problems)
            for step in rule.steps if rule else ():
                look_at(step, problems)
        case "model.schema.json":
            parse_model(node, path.name, "", (), problems)
        case _:
            parse_trials(node, problems)
    return bool(problems.errors)


def look_at(step: Step, problems: Problems) -> None:
    """The shape of a step, and of the steps of its branches."""
    if shaped(step, problems) and step.verb == "union":
        branches = step.subject.get("branches")
        for _, steps in branches.items() if branches else ():
            for node in steps.entries():
                below = parse_step(node, problems)
                if below is not None:
                    look_at(below, problems)


def test_the_published_schemas_are_those_of_the_code(tmp_path: Path) -> None:
    """After a change: clew schema --general -o docs/schemas."""
    for path in write_schemas(Names(), tmp_path):
        assert path.read_bytes() == (ROOT / "docs" / "schemas" / path.name).read_bytes(), path.name


def test_every_help_text_is_shown_and_speaks_both_languages() -> None:
    said = json.dumps(schemas(Names()), ensure_ascii=False)
    for group, key in groups():
        text = explained({}, group, key)["markdownDescription"]
        assert json.dumps(text, ensure_ascii=False) in said, (group, key)
        zh, en = text.split("\n\n")
        assert re.search("[\u4e00-\u9fff]", zh) and re.search("[a-z]", en), (group, key)


@pytest.mark.parametrize(("schema", "path"), EVERY)
def test_what_ships_is_accepted(schema: str, path: Path) -> None:
    found = values(document(path))
    for general in (True, False):
        faults = [
            f"{error.json_path}: {error.message[:200]}"
            for error in validator(schema, general=general).iter_errors(found)
        ]
        assert faults == []


@pytest.mark.parametrize(("schema", "path"), EVERY)
def test_an_unknown_key_is_refused_where_the_reader_refuses_it(schema: str, path: Path) -> None:
    whole = document(path)
    ways = sorted(mappings(whole), key=lambda way: sha256(f"{path.name}{way}".encode()).hexdigest())
    for way in ways[:SAMPLE]:
        changed = copy.deepcopy(whole)
        owner = changed
        for step in way:
            owner = owner[step]
        owner["zz_unknown"] = {"a": {"b": 1}}
        text = written(_plain(changed))
        accepted = validator(schema).is_valid(values(changed))
        assert accepted is not refused(schema, path, text), way


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return float(value) if isinstance(value, Decimal) else value


def test_the_names_of_the_project_are_offered_with_their_titles() -> None:
    made = schemas(names_of(project()))
    rule = made["rule.schema.json"]
    dataset = rule["properties"]["datasets"]["additionalProperties"]
    assert set(dataset["enum"]) == set(project().catalogue.contracts)
    titles = dict(zip(dataset["enum"], dataset["markdownEnumDescriptions"], strict=True))
    assert all(contract.title_zh in titles[name] for name, contract in project().catalogue.contracts.items())
    offered = rule["$defs"]["expression"]["anyOf"][0]["enum"]
    contracts = project().catalogue.contracts
    assert offered == [f"{name}.{one}" for name, contract in sorted(contracts.items()) for one in contract.names]
    use = made["model.schema.json"]["properties"]["rules"]["items"]["properties"]["use"]
    assert set(use["enum"]) == set(project().library.rules)
    basis = rule["properties"]["legal_basis"]["items"]
    assert set(basis["properties"]["law"]["enum"]) == set(project().laws.laws)
    assert len(basis["allOf"]) == len(project().laws.laws)


def test_an_unknown_dataset_is_refused_and_an_alias_is_not() -> None:
    path = next(path for schema, path in files() if schema == "rule.schema.json")
    rule = values(document(path))
    alias = next(iter(rule["datasets"]))
    strict = validator("rule.schema.json", general=False)
    assert not strict.is_valid({**rule, "datasets": {**rule["datasets"], alias: "no_such_dataset"}})
    assert strict.is_valid({**rule, "steps": [{"from": "my_own"}, {"where": "my_own.amount >= 1"}]})
