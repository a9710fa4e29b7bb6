"""No verb, option, function, setting, key or word that the code takes is left out of the reference."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import fields

import pytest

from clew.clues.lifecycle import DISPOSITIONS, MOVES, TITLES_ZH, State
from clew.contracts import vocabulary
from clew.contracts.checks import row_checks, table_checks
from clew.contracts.identity import IDENTITIES
from clew.contracts.model import Action, Classification, Kind
from clew.engine import Outcome
from clew.ingest.land.sidecar import KEYS as SIDECAR_KEYS
from clew.ingest.read import READERS
from clew.plan import Type
from clew.quantities import UNITS
from clew.rules import limitation, parse, parse_clue, parse_laws, parse_parameters, parse_trials, shape
from clew.rules.functions import FUNCTIONS
from clew.rules.verbs import VERBS
from clew.scoring.method import Method
from clew.settings import Settings
from clew.supervision import bounds, parse_scoring
from clew.supervision import parse as model_parse
from clew.supervision.model import Amount, Status
from tests.docs.pages import ROOT, page, quoted, rows, section

KEYS = {
    ("rules.md", "The rule file"): (parse.RULE, parse.LEGAL_BASIS),
    ("rules.md", "Parameters"): (parse_parameters.PARAMETER,),
    ("rules.md", "The clue"): (parse_clue.CLUE, parse_clue.SUBJECT, parse_clue.BAND, parse_clue.LAST_BAND,
                               parse_clue.SHOW, parse_clue.ROWS, parse_clue.LABEL),
    ("trials.md", "Tests of rules and models"): (parse_trials.TRIAL, parse_trials.PERIOD),
    ("laws.md", "Laws"): (parse_laws.LAW, parse_laws.PERIOD, limitation.LIMITATION),
    ("models.md", "The model file"): (model_parse.MODEL, model_parse.USE, model_parse.LIMITS,
                                      model_parse.CLUES_PER_RUN, model_parse.PROMOTION, bounds.DURATION,
                                      parse_scoring.SCORING, parse_scoring.FACTOR, parse_scoring.ROUTE,
                                      parse_scoring.OTHERWISE),
}  # fmt: skip
TABLES = [(file, heading, name) for (file, heading), tables in KEYS.items() for table in tables for name in table]


def without_fences(text: str) -> str:
    """A text without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def words_in(text: str) -> set[str]:
    """Every word inside backticks, however many stand in one pair; examples in fences do not count."""
    return {word for span in quoted(without_fences(text)) for word in re.findall(r"\w+(?::\w+)?", span)}


def left_out(wanted: Iterable[str], text: str) -> list[str]:
    """What a text does not name in backticks."""
    return sorted(set(wanted) - quoted(without_fences(text)) - words_in(text))


@pytest.mark.parametrize(("file", "heading", "key"), TABLES, ids=[f"{heading}: {key}" for _, heading, key in TABLES])
def test_every_key_of_a_file_is_documented(file: str, heading: str, key: str) -> None:
    assert left_out([key], section(file, heading)) == []


def test_words_of_rules_and_models_are_documented() -> None:
    text = "".join(page(name) for name in ("rules.md", "models.md"))
    words: list[str] = [
        *parse.STATUSES,
        *Status,
        *UNITS,
        *parse_parameters.SOURCES,
        *model_parse.LINES,
        *Method,
        *Amount,
        *Outcome,
        *State,
        *DISPOSITIONS,
    ]
    assert left_out(words, text) == []


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_has_its_page_with_its_options_and_an_example(name: str) -> None:
    verb, text = VERBS[name], page(f"verbs/{name}.md")
    listed = [cell for row in rows(text) for cell in quoted(row[0])]
    assert sorted(set(listed) - {"option"}) == sorted([*verb.options, *verb.inner])
    assert "```yaml verb" in text


def test_verbs_that_are_known_words_alone_are_said() -> None:
    text = section("design.md", "Where this differs from the first design")
    assert left_out(set(shape.VERBS) - set(VERBS), text) == []


def test_the_table_of_functions_is_the_functions() -> None:
    """Rewritten from the code when it differs: each row is signature, result, English, Chinese."""
    expected = []
    for function in FUNCTIONS.values():
        gives = function.gives.value if isinstance(function.gives, Type) else "the type of its arguments"
        sign = f"`{function.signature}`{' Σ' if function.aggregate else ''}"
        expected.append([sign, gives, function.en, function.zh])
    assert rows(page("functions.md").partition("## ")[0])[1:] == expected


def test_the_table_of_states_is_the_moves() -> None:
    expected = [[f"`{state}`", TITLES_ZH[state], ", ".join(f"`{to}`" for to in State if to in MOVES[state])]
                for state in State]  # fmt: skip
    assert rows(section("models.md", "The life of a clue"))[1:] == expected


def test_words_of_contracts_are_documented() -> None:
    words: list[str] = [
        *vocabulary.CONTRACT_WORDS, *vocabulary.FILE_WORDS, *vocabulary.COLUMN_WORDS, *vocabulary.CHECK_WORDS,
        *vocabulary.REPAIRS, *vocabulary.FORMATS, *vocabulary.DESCRIPTION_KEYS, *IDENTITIES, *Action, *Classification,
        *Kind, *READERS,
    ]  # fmt: skip
    assert left_out(words, page("contracts.md")) == []


def test_repairs_stand_in_the_order_they_run() -> None:
    from clew.ingest.repair.repairs import ORDER

    assert [row[0].strip("`") for row in rows(section("contracts.md", "Repairs"))[1:]] == list(ORDER)


def test_every_kind_of_check_is_documented() -> None:
    from clew.contracts.catalogue import read_catalogue
    from clew.problems import Problems

    problems = Problems()
    contracts = read_catalogue(ROOT / "data_contracts", problems).contracts.values()
    kinds = {check.kind for one in contracts for check in row_checks(one)}
    kinds |= {check.kind for one in contracts for check in table_checks(one)}
    listed = {row[0].strip("`") for row in rows(section("contracts.md", "Checks"))}
    assert len(kinds) > 6
    assert kinds <= listed


def test_keys_of_the_sidecar_are_documented() -> None:
    listed = [cell for row in rows(section("contracts.md", "The sidecar"))[1:] for cell in quoted(row[0])]
    assert sorted(listed) == sorted(SIDECAR_KEYS)


def test_a_new_project_names_every_setting_with_its_default() -> None:
    starter = (ROOT / "src/clew/cli/starter/clew.toml").read_text("utf-8")
    said = tomllib.loads("\n".join(line.removeprefix("# ") for line in starter.splitlines()[1:]))
    settings = {field.name: field for field in fields(Settings)}
    assert ["project", *said] == list(settings)
    for name in said.keys() - {"threads"}:
        assert str(said[name]) == str(settings[name].default)


def test_settings_are_documented_with_their_names_and_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CLEW_")]:
        monkeypatch.delenv(name)
    found = {row[0].strip("`"): row for row in rows(page("settings.md"))[1:]}
    settings = {field.name: field for field in fields(Settings)}
    assert list(found) == list(settings)
    for name, field in settings.items():
        assert found[name][1] == f"`CLEW_{name.upper()}`"
        if name not in ("project", "threads"):
            assert found[name][2] == f"`{field.default}`"


def test_the_environment_is_documented() -> None:
    read = {
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"CLEW_[A-Z_]*[A-Z]", path.read_text("utf-8"))
    }
    assert left_out(read, page("settings.md")) == []


def test_the_layers_are_those_that_are_checked() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        layers = tomllib.load(file)["tool"]["importlinter"]["contracts"][0]["layers"]
    assert "\n".join(layers) in section("design.md", "Imports point down")


def test_every_promise_names_tests_that_exist_or_says_there_is_none() -> None:
    promises = rows(section("design.md", "Promises"))[1:]
    assert len(promises) > 15
    for promise, kept in promises:
        named = quoted(kept)
        assert named or kept == "no test of its own yet", promise
        assert [name for name in named if not (ROOT / name).is_file()] == [], promise


def test_tables_of_the_warehouse_are_named() -> None:
    from clew.ledgers import SCHEMA

    tables = set(re.findall(r"create table if not exists clew\.(\w+)", SCHEMA))
    assert left_out(tables, section("operations.md", "Where everything lies")) == []
