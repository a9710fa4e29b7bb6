"""``extract`` of the oracle: what an author's pattern or words find in a text, letter by letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tests.oracle.ledger import Ledger, Row


@dataclass(frozen=True)
class Fact:
    """``pattern`` captures the value, a number where ``unit`` says of what; of a dictionary ``words`` are what is
    looked for, and what each means."""

    pattern: str = ""
    unit: str = ""
    words: Mapping[str, str] | None = None
    take: str = "one"

    @property
    def kind(self) -> str:
        return "money" if self.unit else "word"

    @property
    def written(self) -> dict[str, Any]:
        if self.words is not None:
            return dict(self.words)
        return {"pattern": self.pattern, "take": self.take} | ({"unit": self.unit} if self.unit else {})

    def found(self, text: str) -> list[tuple[Any, int, int]]:
        """Each passage: the value, its first and its last letter, counted from 1."""
        if self.words is None:
            passages = [(one[1], one.span(1)) for one in re.finditer(self.pattern, text)]
            return [(Decimal(value) if self.unit else value, at + 1, end) for value, (at, end) in passages]
        found, at = [], 0
        while at < len(text):
            word = max((one for one in self.words if text.startswith(one, at)), key=len, default="")
            if word:
                found.append((self.words[word], at + 1, at + len(word)))
            at += len(word) or 1
        return found


@dataclass(frozen=True)
class Extract:
    """``facts`` of the text ``of`` (a column of a dataset) by their names."""

    of: str
    facts: Mapping[str, Fact]
    verb = "extract"

    @property
    def written(self) -> dict[str, Any]:
        patterns = {name: one.written for name, one in self.facts.items() if one.words is None}
        words = {name: one.written for name, one in self.facts.items() if one.words is not None}
        found: dict[str, Any] = {"of": self.of} | ({"patterns": patterns} if patterns else {})
        return {"extract": found | ({"dictionary": words} if words else {})}

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.of})

    @property
    def columns(self) -> dict[str, str]:
        """What it adds, by name: the kind."""
        spans = {f"{name}_{end}": "int" for name in self.facts for end in ("start", "end")}
        hashed = {f"{self.of.split('.')[1]}_hash": "word"}
        return {name: one.kind for name, one in self.facts.items()} | spans | hashed

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        for row in rows:
            text = row.values[self.of]
            passages = {name: fact.found(text or "") for name, fact in self.facts.items()}
            values: dict[str, Any] = {
                f"{self.of.split('.')[1]}_hash": None if text is None else sha256(text.encode()).hexdigest()
            }
            certain = True
            for name, fact in self.facts.items():
                one = passages[name][-1 if fact.take == "last" else 0] if passages[name] else (None, None, None)
                values |= dict(zip((name, f"{name}_start", f"{name}_end"), one, strict=True))
                if fact.take == "one" and len({value for value, _, _ in passages[name]}) > 1:
                    run.open(row, step, run.datasets[self.of.split(".")[0]], None, None, None)
                    certain = False
            kept += [row.also(**values)] if certain else []
        return run.keep(step, kept)
