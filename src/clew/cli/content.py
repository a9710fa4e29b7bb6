"""Problems as seen from here, and choosing what to work on by id or by path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.problems import Problem, did_you_mean
from clew.project_folders import RULES

if TYPE_CHECKING:
    from clew.project import Project
    from clew.rules.model import Rule
    from clew.settings import Settings
    from clew.supervision.model import Model


def reported(problems: Iterable[Problem], settings: Settings, paths: Sequence[Path]) -> list[Problem]:
    """The problems in the given files or folders (all when none is given), with paths as seen from here."""
    root = settings.project.resolve()
    wanted = [_inside(path, root) for path in paths]
    found = []
    for problem in problems:
        path = _full(problem.place.path, root)
        if not wanted or any(path.is_relative_to(one) for one in wanted):
            here = _from_here(path)
            edits = tuple(replace(edit, place=replace(edit.place, path=here)) for edit in problem.edits)
            found.append(replace(problem, place=replace(problem.place, path=here), edits=edits))
    return found


def chosen(project: Project, names: Sequence[str]) -> tuple[list[Rule], list[Model]]:
    """The rules and models named by id, by file, or by folder (all of them when none is named); of a project read on
    demand, no others are read where each name is a rule's."""
    rules, models = project.library.rules, project.models.models
    if not names:
        return [rules[name] for name in sorted(rules)], list(project.models)
    root = project.settings.project.resolve()
    found_rules: dict[str, Rule] = {}
    found_models: dict[str, Model] = {}
    for name in names:
        rule = project.library.get(_id_of(name, root))
        if rule is not None:
            found_rules[rule.id] = rule
            continue
        path = _named(name, root)
        some_rules = {key: rule for key, rule in sorted(rules.items()) if key == name or _covers(path, rule.path, root)}
        some_models = {one.id: one for one in project.models if one.id == name or _covers(path, one.path, root)}
        if not some_rules and not some_models:
            raise CommandError(Exit.USAGE, f"there is no rule or model '{name}'", did_you_mean(name, [*rules, *models]))
        found_rules |= some_rules
        found_models |= some_models
    return list(found_rules.values()), list(found_models.values())


def one_rule(project: Project, name: str) -> Rule:
    """One rule by id or file."""
    rules, models = chosen(project, [name])
    if len(rules) != 1:
        named = ", ".join([*(rule.id for rule in rules), *(model.id for model in models)])
        raise CommandError(Exit.USAGE, f"'{name}' names {len(rules)} rules; name one", named)
    return rules[0]


def _id_of(name: str, root: Path) -> str:
    """The id of the rule that a file's place gives it; the name itself where it is no such file."""
    path = _named(name, root)
    parts = path.relative_to(root).parts if path is not None and path.is_relative_to(root) else ()
    return f"{parts[1]}.{Path(parts[2]).stem}" if len(parts) == 3 and parts[0] == RULES else name


def _named(name: str, root: Path) -> Path | None:
    """The file or folder of that name, seen from here or from the project; one inside the project wins."""
    found = [path.resolve() for path in (Path(name), root / name) if path.exists()]
    return next((path for path in found if path.is_relative_to(root)), found[0] if found else None)


def _inside(path: Path, root: Path) -> Path:
    """A path argument, which must lie in the project."""
    full = _named(str(path), root)
    if full is None:
        raise CommandError(Exit.USAGE, f"there is no file or folder '{path}'")
    if not full.is_relative_to(root):
        raise CommandError(Exit.USAGE, f"'{path}' is not in the project {root}")
    return full


def _covers(path: Path | None, place: str, root: Path) -> bool:
    return path is not None and _full(place, root).is_relative_to(path)


def _full(place: str, root: Path) -> Path:
    """A problem's path in full; most are written from the project folder."""
    path = Path(place)
    if path.is_absolute():
        return path
    inside = root / path
    return inside if inside.exists() else path.resolve()


def _from_here(path: Path) -> str:
    """A path a person can click on: relative to the current folder when it lies in it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
