"""Checking a project's content as a whole, and choosing what to work on by id or by path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.problems import Problem, Problems, did_you_mean
from clew.project import Project
from clew.rules.check import check_rule
from clew.rules.lock import check_lock, read_lock
from clew.rules.lock import write_lock as write_lock_file
from clew.rules.model import Rule
from clew.settings import Settings
from clew.supervision.check import check_model
from clew.supervision.model import Model

LOCK = "rules/rules.lock.json"


def check_content(project: Project, problems: Problems, *, with_lock: bool = True) -> None:
    """Every check that needs more than one file: rules against contracts and laws, models against rules, the lock."""
    for _, rule in sorted(project.library.rules.items()):
        check_rule(rule, project.catalogue, project.laws, problems)
    for model in project.models:
        check_model(model, project.library, project.catalogue, project.laws, problems)
    if with_lock:
        locked = read_lock(project.settings.project / LOCK, problems, LOCK)
        check_lock(project.library.rules.values(), locked, problems)


def write_lock(project: Project) -> None:
    """Rewrite the rule lock from the rules as they stand."""
    write_lock_file(project.settings.project / LOCK, project.library.rules.values())


def reported(problems: Iterable[Problem], settings: Settings, paths: Sequence[Path]) -> list[Problem]:
    """The problems that lie in the given files or folders (all of them when none is given)."""
    if not paths:
        return list(problems)
    root = settings.project.resolve()
    wanted = [_inside(path, root) for path in paths]
    return [problem for problem in problems if any(_covers(path, problem.place.path) for path in wanted)]


def chosen(project: Project, names: Sequence[str]) -> tuple[list[Rule], list[Model]]:
    """The rules and models named by id, by file, or by folder (all of them when none is named)."""
    rules, models = project.library.rules, project.models.models
    if not names:
        return [rules[name] for name in sorted(rules)], list(project.models)
    found_rules: list[Rule] = []
    found_models: list[Model] = []
    for name in names:
        path = _relative(name, project.settings.project)
        some_rules = [rule for key, rule in sorted(rules.items()) if key == name or (path and _covers(path, rule.path))]
        some_models = [model for model in project.models if model.id == name or (path and _covers(path, model.path))]
        if not some_rules and not some_models:
            raise CommandError(Exit.USAGE, f"there is no rule or model '{name}'", did_you_mean(name, [*rules, *models]))
        found_rules += some_rules
        found_models += some_models
    return list(dict.fromkeys(found_rules)), list(dict.fromkeys(found_models))


def one_rule(project: Project, name: str) -> Rule:
    """One rule by id or file."""
    rules, _ = chosen(project, [name])
    if len(rules) != 1:
        raise CommandError(
            Exit.USAGE, f"'{name}' names {len(rules)} rules; name one", ", ".join(rule.id for rule in rules)
        )
    return rules[0]


def _relative(name: str, root: Path) -> str:
    path = Path(name)
    if path.exists() or (root / name).exists():
        return _inside(path if path.exists() else root / name, root.resolve())
    return ""


def _inside(path: Path, root: Path) -> str:
    """A path as the project's problems name it: from the project folder, with slashes."""
    full = path.resolve() if path.exists() else (root / path).resolve()
    if not full.exists():
        raise CommandError(Exit.USAGE, f"there is no file or folder '{path}'")
    if not full.is_relative_to(root):
        raise CommandError(Exit.USAGE, f"'{path}' is not in the project {root}")
    return full.relative_to(root).as_posix()


def _covers(path: str, place: str) -> bool:
    return path == "." or place == path or place.startswith(f"{path}/")
