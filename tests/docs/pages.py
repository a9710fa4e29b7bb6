"""The pages, their fenced blocks and their sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")))


@dataclass(frozen=True)
class Block:
    """A fenced block: ``language`` and ``kind`` are the words after the fence; ``line`` counts from 1."""

    page: str
    line: int
    language: str
    kind: str
    text: str

    @property
    def place(self) -> str:
        """For messages and test ids."""
        return f"{self.page}:{self.line}"


def blocks(path: Path) -> Iterator[Block]:
    """Every fenced block of a page."""
    name = path.relative_to(DOCS if path.is_relative_to(DOCS) else ROOT).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines, start=1):
        if not line.startswith("```"):
            continue
        if opened is None:
            opened = (number, line[3:].strip())
            continue
        language, _, kind = opened[1].partition(" ")
        yield Block(name, opened[0], language, kind.strip(), "\n".join(lines[opened[0] : number - 1]) + "\n")
        opened = None
    assert opened is None, f"{name}:{opened[0]}: this block is never closed"


ALL_BLOCKS = [block for path in PAGES for block in blocks(path)]


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """What stands under a heading of a page, its sub-headings included; under its title, the whole page."""
    text = page(name)
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert found is not None, f"{name} has no heading '{heading}'"
    after = text[found.end() :]
    return re.split(rf"^#{{1,{len(found[1])}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The body rows of every table in a text, cells without their blanks."""
    found = []
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|:\- ]+", line):
            found.append([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def quoted(text: str) -> set[str]:
    """Every word that stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))
