"""check --fix: the edits of problems that need nobody's judgement, made in the files' own text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import unified_diff
from pathlib import Path

from clew.problems import Edit, Problem
from clew.whole_file import write_whole
from clew.yaml_slips import edited


def mend(problems: Iterable[Problem]) -> dict[Path, str]:
    """Make every edit; each changed file with the text it had before.

    Layout and comments stay: only the words at fault are replaced. An edit whose old text no longer stands at its
    place is left out. A file is written whole or not at all.
    """
    wanted: dict[Path, set[Edit]] = defaultdict(set)
    for problem in problems:
        for edit in problem.edits:
            wanted[Path(edit.place.path).resolve()].add(edit)
    before: dict[Path, str] = {}
    for path, edits in sorted(wanted.items()):
        text = path.read_bytes().decode("utf-8")
        changed = edited(text, _apart(edits))
        if changed != text:
            before[path] = text
            write_whole(path, changed)
    return before


def difference(path: Path, before: str) -> str:
    """What changed in a file, as a unified diff."""
    here = Path.cwd()
    name = path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
    now = path.read_bytes().decode("utf-8")
    lines = unified_diff(before.splitlines(), now.splitlines(), f"a/{name}", f"b/{name}", n=1, lineterm="")
    return "\n".join(lines)


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Edits that do not touch one another: the first of those that do. The others come up again in the next check."""
    kept: list[Edit] = []
    for edit in sorted(edits):
        last = kept[-1] if kept else None
        free = last is None or last.place.line != edit.place.line
        if free or (last is not None and last.place.column + len(last.old) <= edit.place.column):
            kept.append(edit)
    return kept
