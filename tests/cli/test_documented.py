"""docs/commands.md says what the command line does: a command, option or exit code it leaves out fails here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from clew.cli.exits import MEANINGS
from clew.cli.main import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## clew ([a-z-]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # the app is a group


def parameters(name: str) -> list[Any]:
    """Those of a command, and of the commands below it."""
    below = getattr(COMMANDS[name], "commands", {}).values()
    return [*COMMANDS[name].params, *(parameter for command in below for parameter in command.params)]


def test_the_page_has_a_section_for_each_command_and_no_other() -> None:
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_named_in_its_section(name: str) -> None:
    options = [option for parameter in parameters(name) for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if option != "--help" and f"{option}" not in SECTIONS[name]] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_that_is_named_exists(name: str) -> None:
    known = {option for parameter in parameters(name) for option in parameter.opts} | {"--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", SECTIONS[name])) - known == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_has_an_example_and_the_page_has_one(name: str) -> None:
    command = COMMANDS[name]
    assert ("Example" in command.help and f"clew {name}" in command.help) or name == "init"
    assert f"    clew {name}" in SECTIONS[name]
    assert all(parameter.help for parameter in parameters(name))
    for below, one in getattr(command, "commands", {}).items():
        assert f"clew {name} {below}" in one.help and f"    clew {name} {below}" in SECTIONS[name]


def test_every_exit_code_is_documented_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", PAGE, re.MULTILINE))
    assert rows == {str(int(code)): meaning for code, meaning in MEANINGS.items()}


def test_the_help_of_clew_lists_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    from clew.cli.main import run

    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(meaning in shown for meaning in MEANINGS.values())


def test_the_version_is_said_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    from clew.cli.main import run

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"clew {version('clew')}\n"
