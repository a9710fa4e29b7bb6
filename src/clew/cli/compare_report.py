"""What changes between two versions of a rule, as a person or a program reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from clew.cli import console
from clew.cli.explanation import compiled
from clew.cli.hits import hit
from clew.cli.opening import find_settings, open_rule, warehouse
from clew.cli.rule_version import other_version
from clew.cli.sample_rows import shown_rows
from clew.engines.duckdb import for_warehouse
from clew.project import Project
from clew.rules.logic_hash import logic_hash
from clew.screening.compare import Changed, Comparison, OneSided, Version, compare, total
from clew.warehouse import lock_down


def show_comparison(
    name: str,
    which: str,
    project: Path | None,
    as_of: date,
    sample: int,
    language: str | None,
    purpose: str | None,
    *,
    as_json: bool,
) -> None:
    """Run the rule as it stands and as ``which`` holds it over the warehouse as it stood on ``as_of``."""
    settings = find_settings(project, language=language, purpose=purpose)
    content, rule = open_rule(settings, name)
    other, found_at = other_version(content, rule, which)
    plans = [(version, compiled(version, content, as_of, {})) for version in (other, rule)]
    with warehouse(settings) as connection, console.progress(f"running {rule.id} twice"):
        lock_down(connection)
        engine = for_warehouse(connection, as_of, plans=[plan for _, plan in plans])
        found = compare(engine, plans[0], plans[1])
    report = _Report(content, found, found_at)
    if as_json:
        console.print_json(report.document())
    else:
        report.print(sample)


@dataclass(frozen=True)
class _Report:
    content: Project
    found: Comparison
    which: str

    @property
    def kinds(self) -> Mapping[str, tuple[Sequence[OneSided], Version, Version]]:
        """What is told of clues of one version alone: they, the version that gives them, and the one that does not."""
        found = self.found
        return {"gone": (found.gone, found.before, found.after), "added": (found.added, found.after, found.before)}

    def print(self, sample: int) -> None:
        """Counts and amounts, then some clues of each kind."""
        before, after = self.found.before.rule, self.found.after.rule
        console.say(
            f"{after.id}, as of {self.found.after.plan.as_of}: v{before.version} ({self.which}) -> v{after.version}"
        )
        if logic_hash(before) == logic_hash(after):
            console.say("Both versions decide the same: their logic has the same hash.")
        console.print_table(("", "clues", "CNY"), self._sums(), right=(1, 2))
        for word, (clues, gives, other) in self.kinds.items():
            if clues:
                steps = Counter(self._step(one) for one in clues)
                reasons = ", ".join(f"{number} at {step}" for step, number in steps.most_common())
                console.say(f"\n{word}: {reasons}")
            for one in clues[:sample]:
                for line in hit(self.content, gives.rule, one.row).lines():
                    console.say(f"  {line}")
                console.say(f"     {self._why(one, other)}")
        if self.found.changed:
            console.say("\nchanged:")
        for pair in self.found.changed[:sample]:
            console.say(f"  {hit(self.content, after, pair.after).lines()[0]}")
            console.say(f"     {'; '.join(f'{name} {was} -> {now}' for name, was, now in self._differences(pair))}")

    def document(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "rule": self.found.after.rule.id,
            "as_of": self.found.after.plan.as_of,
            "before": {"version": self.found.before.rule.version, "from": self.which},
            "after": {"version": self.found.after.rule.version},
            "clues": {word: {"clues": clues, "amount": amount} for word, clues, amount in self._sums()},
            **{
                word: [
                    hit(self.content, gives.rule, one.row).as_dict()
                    | {"step": self._step(one), "why": self._why(one, other)}
                    for one in clues
                ]
                for word, (clues, gives, other) in self.kinds.items()
            },
            "changed": [
                hit(self.content, self.found.after.rule, pair.after).as_dict()
                | {"differences": [list(one) for one in self._differences(pair)]}
                for pair in self.found.changed
            ],
        }

    def _sums(self) -> list[tuple[str, int, Any]]:
        found = self.found
        groups: dict[str, Iterable[Mapping[str, Any]]] = {
            "before": found.before.answers.clues.to_pylist(),
            "after": found.after.answers.clues.to_pylist(),
            "gone": [one.row for one in found.gone],
            "added": [one.row for one in found.added],
            "changed": [pair.after for pair in found.changed],
        }
        rows = {word: list(some) for word, some in groups.items()}
        return [(word, len(some), total(some)) for word, some in rows.items()]

    def _step(self, one: OneSided) -> str:
        if one.undecided:
            return one.undecided.partition(":")[0]
        return one.loss.step.number if one.loss and one.loss.step else "the start"

    def _why(self, one: OneSided, other: Version) -> str:
        """The step of the other version that lost the clue, in its own words, with the values that decided."""
        when = "now" if other is self.found.after else "before"
        if one.undecided:
            return f"{when} left open at {one.undecided}"
        if one.loss is None or one.loss.step is None:
            return f"{when} never read"
        step = one.loss.step
        sentence = step.sentence.zh if self.content.settings.language == "zh" else step.sentence.en
        values = self._values(one.loss.row, other) if one.loss.row is not None else {}
        here = f" [{', '.join(f'{name} = {value}' for name, value in values.items())}]" if values else ""
        return f"{when} lost at {step.number}: {sentence}{here}"

    def _values(self, row: pa.Table, version: Version) -> dict[str, Any]:
        mask = self.content.settings.purpose != "case"
        shown = shown_rows(row, version.plan, self.content.catalogue, mask=mask).as_dicts()
        return shown[0] if shown else {}

    def _differences(self, pair: Changed) -> list[tuple[str, Any, Any]]:
        """The values that differ, as may be shown."""
        table = pa.Table.from_pylist([{name: row[name] for name in pair.names} for row in (pair.before, pair.after)])
        mask = self.content.settings.purpose != "case"
        shown = shown_rows(table, self.found.after.plan, self.content.catalogue, mask=mask).as_dicts()
        return [(name, shown[0][name], shown[1][name]) for name in pair.names]
