"""Command lines in the documentation: the command exists, takes these options and arguments, and has its help."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from clew.cli.main import app, run
from tests.docs.pages import DOCS, PAGES, ROOT, blocks

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # the app is a group
_LINE = re.compile(r"^(?:[A-Z_]+=\S+ )*(?:\S*/)?clew (.*)$")


def lines() -> Iterator[tuple[str, str]]:
    """(page, what follows the word clew) of every command line in a fenced or indented block."""
    for path in PAGES:
        text = [line for block in blocks(path) if block.language in ("", "sh") for line in block.text.splitlines()]
        text += [line[4:] for line in path.read_text("utf-8").splitlines() if re.match(r" {4}\S", line)]
        for line in text:
            for part in line.removeprefix("$ ").split(" && "):
                found = _LINE.match(re.sub(r"^.*?(?=\S*clew (?:run|ingest)\b.*>>)", "", part).strip())
                if found:
                    yield path.name, found[1].split("#")[0].split(">")[0].strip()


LINES = sorted(set(lines()))


def test_there_are_command_lines() -> None:
    assert len(LINES) > 25


@pytest.mark.parametrize(("page", "line"), LINES, ids=[f"{page}: {line}" for page, line in LINES])
def test_a_command_line_is_one_that_clew_takes(page: str, line: str) -> None:
    name, *arguments = shlex.split(line)
    if name.startswith("-"):
        assert run([name]) == 0
        return
    assert name in COMMANDS, f"{page}: there is no command '{name}'"
    command = COMMANDS[name]
    below = getattr(command, "commands", {})
    if arguments and arguments[0] in below:
        name, command = f"{name} {arguments[0]}", below[arguments.pop(0)]
    command.make_context(name, arguments)  # parses and checks; runs nothing


@pytest.mark.parametrize("name", sorted({line.split()[0] for _, line in LINES if not line.startswith("-")}))
def test_every_command_named_has_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert f"clew {name}" in capsys.readouterr().out


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for path in PAGES:
        named = set(re.findall(r"`make (\w+)`|^(?:\$ )?make (\w+)", path.read_text("utf-8"), re.MULTILINE))
        assert {one or other for one, other in named} <= targets, path.name


def test_every_link_leads_somewhere() -> None:
    for path in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
            if target.startswith(("http://", "https://")):
                continue
            file, _, anchor = target.partition("#")
            found = (path.parent / file).resolve() if file else path
            assert found.exists(), f"{path.name}: {target}"
            if anchor and found.suffix == ".md":
                headings = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
                anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
                assert anchor in anchors, f"{path.name}: {target}"


def test_every_page_is_reached_from_the_readme() -> None:
    """From the README or CONTRIBUTING, in as many clicks as it takes."""
    seen, ahead = set[Path](), [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    while ahead:
        path = ahead.pop()
        seen.add(path)
        links = re.findall(r"\]\(([^)\s#:]+\.md)", path.read_text("utf-8"))
        ahead += {(path.parent / link).resolve() for link in links} - seen
    assert [path.name for path in DOCS.rglob("*.md") if path not in seen] == []
