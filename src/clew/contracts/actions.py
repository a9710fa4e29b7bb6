"""What a failed check does: from the ODCS ``severity`` of a rule, or from its own ``action``."""

from __future__ import annotations

from clew.contracts.model import Action
from clew.contracts.vocabulary import CHECK_WORDS, chosen, custom_words
from clew.problems import Problems
from clew.yaml_file import Node

_SEVERITIES = {"info": Action.WARN, "warning": Action.WARN, "error": None, "critical": Action.STOP}


def rule_action(rule: Node, default: Action, possible: tuple[Action, ...], problems: Problems) -> Action:
    """``severity`` decides (info, warning: warn; error: the check's own action; critical: stop), ``action`` wins."""
    severity = rule.get("severity")
    word = chosen(severity, list(_SEVERITIES), "severity", problems)
    action = (_SEVERITIES.get(word) if word else None) or default
    return own_action(rule, action, possible, problems)


def own_action(owner: Node, default: Action, possible: tuple[Action, ...], problems: Problems) -> Action:
    """The action a part's own custom property names, or the default; it must be a ``possible`` one."""
    own = custom_words(owner, CHECK_WORDS, problems).get("action")
    word = chosen(own, [item.value for item in Action], "action", problems)
    if own is None or word is None:
        return default
    if Action(word) not in possible:
        problems.error(
            own.place,
            "C007",
            f"'{word}' does not fit: the check is of the whole delivery, not of a row",
            f"use one of: {', '.join(possible)}",
        )
        return default
    return Action(word)
