"""Recording a test from a clue: printed for its author, or written to the end of the rule's file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from clew.cli import console
from clew.cli.exits import Exit
from clew.cli.explanation import compiled
from clew.cli.failures import CommandError
from clew.cli.opening import find_settings, open_project, warehouse
from clew.engines.duckdb import for_trial, for_warehouse
from clew.problems import Problems, did_you_mean
from clew.project import Project
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.trial import run_trial
from clew.rules.trial_text import TrialText
from clew.screening.recorded import NotRecordableError, recorded
from clew.screening.variant import variant_of
from clew.warehouse import lock_down


def record(clue: str, wanted: str | None, project: Path | None, *, append: bool) -> None:
    """Make the test, and print or append it."""
    settings = find_settings(project)
    content = open_project(settings)
    with warehouse(settings) as connection, console.progress("recording"):
        found = _clue(connection, clue)
        rule = _rule(connection, content, clue, wanted)
        overrides = _overrides(content, found["model"], rule)
        plan = compiled(rule, content, found["last_as_of"], overrides)
        lock_down(connection)
        engine = for_warehouse(connection, found["last_as_of"])
        name = _name(rule, found["last_as_of"])
        try:
            trial = recorded(engine, content.catalogue, rule, plan, overrides, found["subject"], found["episode"], name)
        except NotRecordableError as error:
            raise CommandError(Exit.PROBLEMS, f"no test was recorded: {error}") from None
    text = "\n".join(trial.lines())
    if append:
        _append(content, rule, trial, text)
    else:
        console.say(text)


def _clue(connection: duckdb.DuckDBPyConnection, clue: str) -> dict[str, Any]:
    rows = connection.execute(
        "select model, subject, episode, last_as_of from clew.clue where clue_id = ?", [clue]
    ).fetchall()
    if not rows:
        raise CommandError(Exit.USAGE, f"there is no clue '{clue}'", "list them with: clew clues --gone")
    return dict(zip(("model", "subject", "episode", "last_as_of"), rows[0], strict=True))


def _rule(connection: duckdb.DuckDBPyConnection, content: Project, clue: str, wanted: str | None) -> Rule:
    """The rule of the clue to record: the one named, else the one that added most to its score."""
    spoke = [
        str(row[0])
        for row in connection.execute(
            "select rule from clew.signal where clue_id = ? order by result desc, position", [clue]
        ).fetchall()
    ]
    if wanted is not None and wanted not in spoke:
        raise CommandError(Exit.USAGE, f"'{wanted}' is no rule of this clue", did_you_mean(wanted, spoke))
    rule = content.library.get(wanted or spoke[0])
    if rule is None:
        raise CommandError(Exit.USAGE, f"the rule '{wanted or spoke[0]}' is no longer in this project")
    return rule


def _overrides(content: Project, model_id: str, rule: Rule) -> dict[str, Any]:
    model = content.models.get(model_id)
    use = next((one for one in model.uses if one.rule.value == rule.id), None) if model else None
    return dict(variant_of(use, rule).overrides) if use else {}


def _name(rule: Rule, as_of: date) -> str:
    """A name that no test of the rule has yet."""
    taken = {trial.name for trial in rule.trials}
    name, again = f"recorded from a clue, as of {as_of}", 1
    while name in taken:
        again += 1
        name = f"recorded from a clue, as of {as_of} ({again})"
    return name


def _append(content: Project, rule: Rule, trial: TrialText, text: str) -> None:
    """Write the test to the end of the file, if the tests are its last part; whole, or not at all."""
    path = content.settings.project / rule.path
    if list(dict(rule.node.items()))[-1] != "tests":
        raise CommandError(Exit.USAGE, f"'tests' is not the last part of {rule.path}", "paste the test there yourself")
    before = path.read_text(encoding="utf-8")
    part = path.with_suffix(".part")
    part.write_text(f"{before.rstrip()}\n{text}\n", encoding="utf-8", newline="\n")
    problems = Problems()
    written = read_rule(part, problems, rule.path, shared=content.library.shared)
    added = written.trials[-1] if written is not None else None
    if written is None or added is None or added.name != trial.name or not _passes(content, written):
        part.unlink()
        raise CommandError(
            Exit.PROBLEMS, f"the test does not fit {rule.path}; nothing was written", "paste it yourself"
        )
    part.replace(path)
    console.say(f"{rule.path}: the test '{trial.name}' was added; say in its name what it shows")


def _passes(content: Project, rule: Rule) -> bool:
    last = replace(rule, trials=rule.trials[-1:])
    return run_trial(last, last.trials[0], content.catalogue, for_trial).passed
