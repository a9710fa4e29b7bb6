"""Codes in messages to people need words: every value a message may show has its label (E404)."""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.catalogue import Catalogue
from clew.problems import Place, Problems, did_you_mean
from clew.rules.message import names
from clew.rules.model import Rule, Step
from clew.rules.verbs.not_followed_by import OUTCOMES
from clew.rules.verbs.union import BRANCH


def check_labels(rule: Rule, catalogue: Catalogue, problems: Problems) -> None:
    """E404 for a value without a label among those a message shows, and for a label of nothing that is shown."""
    values = _values(rule, catalogue)
    shown = {name for message in (rule.clue.message, rule.clue.message_zh) for name in names(message.value)}
    for column in sorted(shown & set(values)):
        missing = [value for value in values[column] if value not in rule.clue.labels.get(column, {})]
        if missing:
            problems.error(
                rule.clue.message.place,
                "E404",
                f"the message shows '{column}', and its value '{missing[0]}' has no label",
                f"add to the clue: labels: {{{column}: {{{missing[0]}: <Chinese word>}}}}",
            )
    said = shown | {item.show.value for item in rule.clue.evidence if item.show}
    for column, labels in rule.clue.labels.items():
        if column not in said:
            problems.error(
                _label_place(rule, column),
                "E404",
                f"there are labels for '{column}', which no message and no evidence shows",
                did_you_mean(column, said),
            )
        for value in labels:
            if column in values and value not in values[column]:
                problems.error(
                    rule.clue.place,
                    "E404",
                    f"'{value}' is not a value of '{column}'",
                    f"its values are: {', '.join(values[column])}",
                )


def _label_place(rule: Rule, column: str) -> Place:
    clue = rule.node.get("clue")
    labels = clue.get("labels") if clue else None
    return labels.key_place(column) if labels else rule.clue.place


def _values(rule: Rule, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Column -> the values it may have, where that is known."""
    found: dict[str, tuple[str, ...]] = {}
    for alias, dataset in rule.datasets.items():
        contract = catalogue.get(dataset.value)
        for column in contract.columns if contract else ():
            if column.enum:
                found[f"{alias}.{column.name}"] = column.enum
    for step in rule.steps:
        found |= _of_step(step)
    return found


def _of_step(step: Step) -> Mapping[str, tuple[str, ...]]:
    if step.verb == "not_followed_by":
        late = step.options.get("late")
        return {"outcome": OUTCOMES if late is not None and late.text == "keep" else OUTCOMES[:1]}
    if step.verb == "peer" and (method := step.subject.get("method")) is not None:
        return {"peer_method": tuple(dict.fromkeys((method.text, "percentile")))}
    if step.verb == "union" and (branches := step.subject.get("branches")) is not None:
        return {BRANCH: tuple(name for name, _ in branches.items())}
    return {}
