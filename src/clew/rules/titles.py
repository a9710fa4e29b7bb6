"""Chinese titles for the columns a rule computes: sentences for people hold no bare names."""

from __future__ import annotations

from collections.abc import Iterable

from clew.problems import Problems, did_you_mean
from clew.rules.model import Rule, Step
from clew.rules.parse import parse_step
from clew.rules.verbs import VERBS
from clew.rules.verbs.union import BRANCH


def check_titles(rule: Rule, problems: Problems) -> None:
    """E201 for a title of something no step computes. Columns of datasets have their contract's titles."""
    computed = _computed(rule.steps)
    titles = rule.node.get("titles_zh")
    for name in rule.titles_zh:
        if name not in computed:
            problems.error(
                titles.key_place(name) if titles else rule.place,
                "E201",
                f"there is a title for '{name}', which no step computes",
                did_you_mean(name, computed),
            )


def _computed(steps: Iterable[Step]) -> set[str]:
    """The columns and branches that steps name."""
    found: set[str] = set()
    for step in steps:
        branches = step.subject.get("branches") if step.verb == "union" else None
        if step.verb in ("derive", "aggregate"):
            found |= {name for name, _ in step.subject.items()} - set(VERBS[step.verb].inner)
        elif step.verb in VERBS:
            found |= {*VERBS[step.verb].adds, *VERBS[step.verb].names(step)}
        if branches is not None:
            found.add(BRANCH)
            for name, entries in branches.items():
                inner = (parse_step(entry, Problems()) for entry in entries.entries())
                found |= {name, *_computed(one for one in inner if one is not None)}
    return found
