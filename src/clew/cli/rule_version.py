"""Another version of a rule: the one that was locked, one from the project's git history, or one in a file."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from clew.checking.run import LOCK
from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.problems import ProblemError, Problems
from clew.project import Project
from clew.project_folders import RULES, SHARED
from clew.rules.lock import Locked, read_lock
from clew.rules.logic_hash import logic_hash
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.shared import read_shared

LOCKED = "lock"
"""What stands for the version whose logic is in the rule lock."""


def other_version(content: Project, rule: Rule, which: str) -> tuple[Rule, str]:
    """The rule as the lock, a file, or the git revision of that name holds it, and where that was found.

    It may have another id only in a file. Raises CommandError where there is no such version, ProblemError where what
    is there is no rule.
    """
    if which == LOCKED:
        return _locked(content, rule)
    path = Path(which)
    if not path.is_file():
        return _committed(content.settings.project, rule, which), which
    problems = Problems()
    found = read_rule(path, problems, which, shared=content.library.shared)
    problems.raise_errors()
    if found is None:
        raise CommandError(Exit.PROBLEMS, f"'{which}' holds no rule")
    return found, which


def _locked(content: Project, rule: Rule) -> tuple[Rule, str]:
    """The version whose logic has the locked hash: the file as it stands, or the last commit that has it."""
    project, problems = content.settings.project, Problems()
    entry = read_lock(project / LOCK, problems, LOCK).get(rule.id)
    problems.raise_errors()
    if entry is None:
        raise CommandError(
            Exit.USAGE, f"'{rule.id}' is not in the lock, so no version of it was accepted yet", "--with FILE|REVISION"
        )
    if _is(rule, entry):
        return rule, LOCKED
    for revision in _revisions(project, rule):
        try:
            found = _committed(project, rule, revision)
        except (CommandError, ProblemError):
            continue  # then there was no such file yet, or it was no rule
        if _is(found, entry):
            return found, f"{LOCKED}, {revision[:10]}"
    raise CommandError(
        Exit.USAGE,
        f"the lock holds version {entry.version} of '{rule.id}', and no commit has the logic of its hash",
        "name another version: --with FILE|REVISION",
    )


def _is(rule: Rule, entry: Locked) -> bool:
    return rule.version == entry.version and logic_hash(rule) == entry.logic_hash


def _committed(project: Path, rule: Rule, revision: str) -> Rule:
    """The rule at a revision, with the conditions that rules shared then."""
    file = _inside(project, rule)
    if revision.startswith("-"):
        raise CommandError(Exit.USAGE, f"'{revision}' is no revision")
    packed = _git(project, "archive", "--format=tar", f"{revision}:./{RULES}")
    with TemporaryDirectory() as folder:
        rules, problems = Path(folder), Problems()
        if packed:
            _unpack(packed, rules)
        path = rules / Path(file).relative_to(RULES)
        if not path.is_file():
            raise CommandError(
                Exit.USAGE,
                f"there is no file '{revision}', and git knows no '{file}' at a revision of that name",
                "name a file, or a revision: HEAD, HEAD~1, a branch, a tag",
            )
        shared = read_shared(rules, problems, f"{RULES}@{revision}")
        found = read_rule(path, problems, f"{rule.path}@{revision}", shared=shared)
    problems.raise_errors()
    if found is None:
        raise CommandError(Exit.PROBLEMS, f"'{revision}' holds no rule")
    return found


def _unpack(packed: bytes, folder: Path) -> None:
    """The files of an archive that git made; links, which may lead anywhere, are left out. The filter of ``extractall``
    would do this, but Debian 12's Python 3.11.2 does not have it."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def _revisions(project: Path, rule: Rule) -> list[str]:
    """The commits, newest first, that changed the rule's file or what rules share."""
    shared = (f"{RULES}/{folder}" for folder in SHARED)
    listed = _git(project, "log", "--format=%H", "--", _inside(project, rule), *shared)
    return (listed or b"").decode().split()


def _inside(project: Path, rule: Rule) -> str:
    return (project / rule.path).resolve().relative_to(project.resolve()).as_posix()


def _git(project: Path, *arguments: str) -> bytes | None:
    """What git says in the project folder; None where it fails. Raises CommandError where git is not installed."""
    git = shutil.which("git")
    if git is None:
        raise CommandError(Exit.USAGE, "git is not installed, so only files can be compared", "--with FILE")
    ended = subprocess.run([git, "-C", str(project), *arguments], capture_output=True, check=False)
    return None if ended.returncode else ended.stdout
