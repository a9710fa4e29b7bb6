"""The shape of a step, by its verb's table: options known, needed ones there, values of the right kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clew.problems import Edit, Problems, certainly_meant, did_you_mean
from clew.rules.model import Step
from clew.rules.verbs import VERBS
from clew.rules.verbs.verb import Shape, Verb
from clew.yaml_file import Node

LISTS = ("by", "order_by", "prefer", "group", "block")


def shaped(step: Step, problems: Problems) -> bool:
    """Whether a step can be compiled (E111 unknown option, E102 missing, E103 wrong kind,
    E112 an exclusion without its reason)."""
    verb = VERBS[step.verb]
    before = len(problems)
    _subject(step, verb, problems)
    for name, node in step.options.items():
        if name not in verb.options:
            place = step.option_places.get(name, step.place)
            meant = certainly_meant(name, set(verb.options) - set(step.options))
            problems.error(
                place,
                "E111",
                f"'{step.verb}' has no option '{name}'",
                did_you_mean(name, verb.options),
                [Edit(place, name, meant)] if meant else (),
            )
        elif name in verb.mapped:
            _mapped(node, name, verb.mapped[name], problems)
        elif name in verb.each:
            _each(node, name, verb.each[name], problems)
        elif name in verb.conditions:
            _conditions(node, name, problems)
        elif name in LISTS and node.is_list:
            _list(node, name, problems)
        else:
            _scalar(node, name, problems)
    for name, needed in verb.options.items():
        if needed and name not in step.options:
            exclusion = (step.verb, name) == ("exclude", "reason")
            problems.error(
                step.place,
                "E112" if exclusion else "E102",
                f"'{step.verb}' has no '{name}'",
                "say why these rows are dropped: it is kept in the exclusion ledger"
                if exclusion
                else f"add '{name}:' to this step",
            )
    well_formed = len(problems) == before
    _choices([("", step.subject), *step.options.items()], verb, problems)
    return well_formed  # a word outside its list hides nothing else


def _choices(entries: Iterable[tuple[str, Node]], verb: Verb, problems: Problems) -> None:
    """E104 for a word outside its list, however deep it stands in a step; words of the author's own are no choices."""
    for name, value in entries:
        words = verb.choices.get(name)
        if words is not None and value.is_scalar and value.text not in words:
            problems.error(
                value.place,
                "E104",
                f"'{value.text}' is not a value of '{name}'",
                did_you_mean(value.text, words),
                value.respelt(certainly_meant(value.text, words)),
            )
        elif name not in verb.words:
            _choices(value.items(), verb, problems)
            _choices((("", entry) for entry in value.entries()), verb, problems)


def _subject(step: Step, verb: Verb, problems: Problems) -> None:
    node = step.subject
    if verb.shape is not Shape.MAPPING:
        wanted = "the name of a dataset" if verb.shape is Shape.ALIAS else "a condition"
        if not node.is_scalar or not node.text.strip():
            problems.error(node.place, "E103", f"'{step.verb}' must be followed by {wanted}")
        return
    if not node.is_mapping:
        problems.error(node.place, "E103", f"'{step.verb}' must have its entries indented below it")
        return
    for name, value in node.items():
        if name in verb.inner:
            _inner(value, name, verb, problems)
        elif verb.free:
            _scalar(value, name, problems)
        else:
            problems.error(
                node.key_place(name),
                "E111",
                f"'{step.verb}' has no option '{name}'",
                did_you_mean(name, verb.inner),
                node.renamed(name, certainly_meant(name, verb.inner)),
            )
    for name, needed in verb.inner.items():
        if needed and node.get(name) is None:
            problems.error(node.place, "E102", f"'{step.verb}' has no '{name}'", f"add '{name}:' below it")
    if verb.free and not any(name not in verb.inner for name, _ in node.items()) and not verb.inner:
        problems.error(node.place, "E103", f"'{step.verb}' computes nothing", "write: name: expression")


def _mapped(node: Node, option: str, keys: Mapping[str, bool], problems: Problems) -> None:
    if not node.is_mapping:
        problems.error(node.place, "E103", f"'{option}' must hold {', '.join(keys)}", f"write {option}: {{...}}")
        return
    for name, value in node.items():
        if name not in keys:
            problems.error(
                node.key_place(name),
                "E111",
                f"'{option}' has no key '{name}'",
                did_you_mean(name, keys),
                node.renamed(name, certainly_meant(name, keys)),
            )
        else:
            _scalar(value, name, problems)
    for name, needed in keys.items():
        if needed and node.get(name) is None:
            problems.error(node.place, "E102", f"'{option}' has no '{name}'", f"add '{name}:' to it")


def _each(node: Node, option: str, keys: Mapping[str, bool], problems: Problems) -> None:
    if not node.is_mapping or not list(node.items()):
        problems.error(
            node.place, "E103", f"'{option}' must hold a name for each kind", f"write {option}: {{name: {{...}}}}"
        )
    for name, entry in node.items():
        _mapped(entry, name, keys, problems)


def _list(node: Node, name: str, problems: Problems) -> None:
    if not node.entries():
        problems.error(node.place, "E103", f"'{name}' is an empty list")
    for entry in node.entries():
        _scalar(entry, name, problems)


def _conditions(node: Node, option: str, problems: Problems) -> None:
    if not node.is_mapping or not list(node.items()):
        problems.error(node.place, "E103", f"'{option}' must hold names, each with a condition")
    for name, condition in node.items():
        _scalar(condition, name, problems)


def _words(node: Node, option: str, problems: Problems) -> None:
    if not node.is_mapping or not list(node.items()):
        problems.error(node.place, "E103", f"'{option}' must hold a name with its words")
    for name, entry in node.items():
        if not entry.is_mapping or not list(entry.items()):
            problems.error(entry.place, "E103", f"'{name}' must hold words, each with what it means")
        for word, meant in entry.items():
            _scalar(meant, word, problems)


def _inner(node: Node, name: str, verb: Verb, problems: Problems) -> None:
    if name in verb.listed:
        if not node.is_list or not node.entries():
            problems.error(node.place, "E103", f"'{name}' must be a list, each entry after '- '")
        for entry in node.entries():
            _mapped(entry, name, verb.listed[name], problems)
    elif name in verb.each:
        _each(node, name, verb.each[name], problems)
    elif name in verb.words:
        _words(node, name, problems)
    elif name == "branches":
        if not node.is_mapping or not list(node.items()):
            problems.error(node.place, "E103", "'branches' must hold a name and a list of steps for each branch")
        for branch, steps in node.items():
            if not steps.is_list:
                problems.error(steps.place, "E103", f"the branch '{branch}' must be a list of steps")
    elif name in LISTS and node.is_list:
        _list(node, name, problems)
    else:
        _scalar(node, name, problems)


def _scalar(node: Node, name: str, problems: Problems) -> None:
    if not node.is_scalar or not node.text.strip():
        problems.error(node.place, "E103", f"'{name}' must be one value")
