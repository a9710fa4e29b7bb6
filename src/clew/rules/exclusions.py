"""The false-positive library: conditions many rules exclude by, each written once under ``rules/exclusions/``.

A rule calls one by its name, ``exclude: returned(payment.returned_on)``. The call is written out before anything else
reads the rule, so that check, plan, lock and explanation see the condition itself, and its reason comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clew.problems import Place, Problems, did_you_mean
from clew.rules.functions import FUNCTIONS
from clew.rules.shape import Is, Key, entries_of
from clew.rules.shared_condition import check_name, check_takes, filled, read_folder, values_of
from clew.yaml_file import Node

EXCLUSION = {
    "exclusion": Key(Is.TEXT),
    "cause": Key(Is.TEXT),
    "title": Key(Is.TEXT),
    "title_zh": Key(Is.TEXT),
    "takes": Key(Is.TEXTS),
    "when": Key(Is.TEXT),
    "reason": Key(Is.TEXT),
    "reason_zh": Key(Is.TEXT),
    "basis": Key(Is.TEXT),
}
CAUSES = tuple(f"FP{number:02d}" for number in range(1, 13))
"""The twelve causes of false positives, as docs/false-positives.md names them."""

_CALL = re.compile(r"\s*([a-z][a-z0-9_]*)\s*\(([^()']*)\)\s*")


@dataclass(frozen=True)
class Exclusion:
    """One shared condition. ``takes`` are the words of ``when`` that a call puts its values for, in their order."""

    name: str
    cause: str
    title: str
    title_zh: str
    takes: tuple[str, ...]
    when: str
    reason: str
    reason_zh: str
    basis: str
    place: Place


Exclusions = Mapping[str, Exclusion]


def read_exclusions(folder: Path, problems: Problems, shown: str) -> dict[str, Exclusion]:
    """Every ``<name>.yml`` of the folder; none where there is no folder.

    E101 to E104 for its keys, E108 where the name is not the file's, E208 for a name that is a function's or a word
    taken and never used.
    """
    return read_folder(folder, shown, parse_exclusion, problems)


def with_exclusions(rule: Node, exclusions: Exclusions, problems: Problems) -> Node:
    """The rule with every ``exclude: name(values)`` replaced by the condition and its reason.

    A step's own ``reason``, ``reason_zh`` and ``basis`` win over the library's. E208 for an unknown name, E209 for
    values that are too many, too few, or no columns and parameters.
    """
    steps = rule.get("steps")
    if steps is None or not isinstance(rule.value, dict):
        return rule
    return rule.with_value({**rule.value, "steps": _walked(steps, exclusions, problems)})


def parse_exclusion(node: Node, stem: str, problems: Problems) -> Exclusion | None:
    """Build one from its YAML; ``stem`` is the file's name. None where a needed key is missing."""
    top = entries_of(node, EXCLUSION, "the exclusion", problems)
    if not top.complete:
        return None
    check_name(top["exclusion"], stem, "exclusion", problems)
    if top.text("cause") not in CAUSES:
        help = f"write one of {CAUSES[0]} to {CAUSES[-1]}"
        problems.error(top["cause"].place, "E104", f"the cause '{top.text('cause')}' is not known", help)
    check_takes(top["takes"], top.text("when"), problems)
    return Exclusion(
        top.text("exclusion"), top.text("cause"), top.text("title"), top.text("title_zh"), top.texts("takes"),
        " ".join(top.text("when").split()), top.text("reason"), top.text("reason_zh"), top.text("basis"), node.place,
    )  # fmt: skip


def _walked(node: Node, exclusions: Exclusions, problems: Problems) -> Node:
    if isinstance(node.value, list):
        return node.with_value([_walked(entry, exclusions, problems) for entry in node.value])
    if not isinstance(node.value, dict) or not node.value:
        return node
    if next(iter(node.value)) == "exclude":
        return _called(node, node.value, exclusions, problems)
    return node.with_value({key: _walked(value, exclusions, problems) for key, value in node.value.items()})


def _called(step: Node, entries: dict[str, Node], exclusions: Exclusions, problems: Problems) -> Node:
    subject = entries["exclude"]
    call = _CALL.fullmatch(subject.text) if subject.is_scalar else None
    if call is None or call[1] in FUNCTIONS:
        return step
    shared = exclusions.get(call[1])
    if shared is None:
        known = {**exclusions, **FUNCTIONS}
        problems.error(
            subject.place, "E208", f"there is no shared exclusion '{call[1]}'", did_you_mean(call[1], known)
        )  # fmt: skip
        return _with(step, entries, "false", Exclusion(call[1], "", "", "", (), "", "-", "-", "-", step.place))
    values = values_of(call[2], shared.takes)
    if values is None:
        problems.error(
            subject.place,
            "E209",
            f"'{shared.name}' takes {len(shared.takes)} columns or parameters, and '{subject.text}' does not give them",
            f"write: {shared.name}({', '.join(shared.takes)})",
        )
        return _with(step, entries, "false", shared)
    return _with(step, entries, filled(shared.when, shared.takes, values), shared)


def _with(step: Node, entries: dict[str, Node], condition: str, shared: Exclusion) -> Node:
    """The step with the condition in place of the call, and what the author did not say filled in."""
    place = entries["exclude"].place
    basis = f"{shared.cause} {shared.basis}"
    said = {"reason": shared.reason, "reason_zh": shared.reason_zh, "basis": basis}
    if "reason" in entries and "reason_zh" not in entries:
        del said["reason_zh"]
    filled = {key: Node(text, place, text=text) for key, text in said.items() if key not in entries}
    return step.with_value({**entries, "exclude": Node(condition, place, text=condition), **filled})
