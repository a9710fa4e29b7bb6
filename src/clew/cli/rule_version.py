"""Another version of a rule: from a file, or from the project's git history."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.problems import Problems
from clew.project import Project
from clew.rules.model import Rule
from clew.rules.parse import read_rule


def other_version(content: Project, rule: Rule, which: str) -> Rule:
    """The rule as a file, or the git revision of that name, holds it; it may have another id only in a file.

    Raises CommandError where there is no such file or revision, ProblemError where what is there is no rule.
    """
    path, problems = Path(which), Problems()
    if path.is_file():
        found = read_rule(path, problems, which, shared=content.library.shared)
    else:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "rule.yml"
            copy.write_bytes(_committed(content.settings.project, rule, which))
            found = read_rule(copy, problems, f"{rule.path}@{which}", shared=content.library.shared)
    problems.raise_errors()
    if found is None:
        raise CommandError(Exit.PROBLEMS, f"'{which}' holds no rule")
    return found


def _committed(project: Path, rule: Rule, revision: str) -> bytes:
    """The bytes of the rule's file at a revision."""
    git = shutil.which("git")
    if git is None:
        raise CommandError(Exit.USAGE, f"there is no file '{revision}', and git is not installed")
    if revision.startswith("-"):
        raise CommandError(Exit.USAGE, f"'{revision}' is no revision")
    file = (project / rule.path).resolve().relative_to(project.resolve()).as_posix()
    shown = subprocess.run([git, "-C", str(project), "show", f"{revision}:./{file}"], capture_output=True, check=False)
    if shown.returncode:
        raise CommandError(
            Exit.USAGE,
            f"there is no file '{revision}', and git knows no '{file}' at a revision of that name",
            "name a file, or a revision: HEAD, HEAD~1, a branch, a tag",
        )
    return shown.stdout
