"""From ``rules/<domain>/<question>.yml`` to a :class:`Rule`: shape only (E1xx). Names and types are checked later."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from clew.problems import Edit, Problems, certainly_meant, did_you_mean
from clew.rules.holidays import counted_by
from clew.rules.limitation import parse_limitation
from clew.rules.mirror import thresholds
from clew.rules.model import LegalBasis, Rule, Step, Text
from clew.rules.parse_clue import parse_clue
from clew.rules.parse_parameters import parse_parameters
from clew.rules.parse_trials import parse_trials
from clew.rules.shape import VERBS, Entries, Is, Key, entries_of, of_kind, one_of
from clew.rules.shared import Shared
from clew.rules.translation import chinese_texts, english_texts
from clew.rules.verb_words import VERB_WORDS
from clew.yaml_file import Node, read_yaml

__all__ = ["parse_legal_basis", "parse_rule", "parse_trials", "read_rule"]

STATUSES = ("draft", "test", "shadow", "stable", "deprecated")

RULE = {
    "rule": Key(Is.TEXT),
    "version": Key(Is.WHOLE, False),
    "title": Key(Is.TEXT),
    "title_zh": Key(Is.TEXT),
    "status": Key(Is.TEXT),
    "owner": Key(Is.TEXT),
    "created": Key(Is.DATE),
    "modified": Key(Is.DATE),
    "tags": Key(Is.TEXTS),
    "description": Key(Is.TEXT),
    "description_zh": Key(Is.TEXT, False),
    "legal_basis": Key(Is.LIST),
    "limitation": Key(Is.LIST, False),
    "false_positives": Key(Is.TEXTS),
    "false_positives_zh": Key(Is.TEXTS, False),
    "titles_zh": Key(Is.MAPPING, False),
    "parameters": Key(Is.MAPPING, False),
    "datasets": Key(Is.MAPPING),
    "steps": Key(Is.LIST),
    "clue": Key(Is.MAPPING),
    "tests": Key(Is.LIST),
    "related": Key(Is.MAPPING, False),
    "meta": Key(Is.MAPPING, False),
}
LEGAL_BASIS = {
    "law": Key(Is.TEXT),
    "article": Key(Is.SCALAR),
    "effective_from": Key(Is.DATE, False),
    "effective_to": Key(Is.DATE, False),
}
_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WIDE_COLON = re.compile(r"(?P<verb>[a-z_]+)(?P<colon>：\s*)(?=\S)")
_TAG = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


def read_rule(
    path: Path,
    problems: Problems,
    shown: str | None = None,
    folder: Path | None = None,
    shared: Shared | None = None,
) -> Rule | None:
    """Read one rule file. ``shown`` is the path in messages; with ``folder`` (the ``rules/`` folder) the id must
    equal the path (E108); ``shared`` is what it may call. None when too little is there to build a rule; a rule
    may come back beside problems.
    """
    node = read_yaml(path, problems, shown)
    if node is None:
        return None
    shared = shared or Shared()
    rule = parse_rule(shared.written_out(node, problems), shown or str(path), problems)
    if rule is not None:
        parameters = counted_by(rule.parameters, shared.holidays)
        rule = replace(rule, parameters=parameters, thresholds=thresholds(node, shared.entitlements))
    if rule is not None and folder is not None:
        wanted = ".".join(path.relative_to(folder).with_suffix("").parts)
        if rule.id != wanted:
            id_node = node.get("rule")
            problems.error(
                id_node.place if id_node else node.place,
                "E108",
                f"the rule is named '{rule.id}', and its file says '{wanted}'",
                f"write 'rule: {wanted}', or move the file",
            )
    return rule


def parse_rule(node: Node, path: str, problems: Problems) -> Rule | None:
    """Build a rule from its YAML."""
    top = entries_of(node, RULE, "the rule", problems)
    _check_words(top, problems)
    parameters = parse_parameters(top.get("parameters"), problems)
    datasets = _datasets(top.get("datasets"), problems)
    steps = _steps(top.get("steps"), problems)
    legal_basis = parse_legal_basis(top.get("legal_basis"), problems)
    limitation = parse_limitation(top.get("limitation"), problems)
    doubts_zh = chinese_texts(top, "false_positives", problems)
    titles = _titles(top.get("titles_zh"), problems)
    clue_node, tests = top.get("clue"), top.get("tests")
    clue = parse_clue(clue_node, problems) if clue_node else None
    trials = parse_trials(tests, problems) if tests else ()
    # A rule without one of its working parts would only give problems that follow from this one; a missing title or
    # date hides nothing of what else is wrong.
    if clue is None or any(top.get(key) is None for key in ("rule", "datasets", "steps")):
        return None
    if (
        len(parameters) < _size(top.get("parameters"))
        or len(datasets) < _size(top["datasets"])
        or len(steps) < len(top["steps"].entries())
    ):
        return None
    version = top.get("version")
    return Rule(
        id=top.text("rule"),
        version=_whole(version, 1),
        title=top.text("title"),
        title_zh=top.text("title_zh"),
        status=top.text("status"),
        owner=top.text("owner"),
        created=_day(top.get("created")),
        modified=_day(top.get("modified")),
        tags=top.texts("tags"),
        description=" ".join(top.text("description").split()),
        description_zh=" ".join(top.text("description_zh").split()),
        legal_basis=legal_basis,
        limitation=limitation,
        false_positives=english_texts(top, "false_positives"),
        false_positives_zh=doubts_zh,
        titles_zh=titles,
        parameters=parameters,
        datasets=datasets,
        steps=steps,
        clue=clue,
        trials=trials,
        path=path,
        place=node.place,
        node=node,
    )


def parse_legal_basis(node: Node | None, problems: Problems) -> tuple[LegalBasis, ...]:
    """The articles a rule or a model relies on."""
    found = []
    for entry in node.entries() if node else ():
        basis = entries_of(entry, LEGAL_BASIS, "a legal basis", problems)
        if not basis.complete:
            continue
        start, end = basis.get("effective_from"), basis.get("effective_to")
        if start and end and _day(end) <= _day(start):
            problems.error(
                end.place,
                "E107",
                "'effective_to' is not after 'effective_from'",
                "it is the first day the article no longer applies",
            )
        found.append(
            LegalBasis(
                basis.text("law"),
                basis.text("article"),
                _day(start) if start else None,
                _day(end) if end else None,
                entry.place,
            )
        )
    return tuple(found)


def _check_words(top: Entries, problems: Problems) -> None:
    identity, status, version = top.get("rule"), top.get("status"), top.get("version")
    if identity and not _ID.fullmatch(identity.text):
        problems.error(
            identity.place,
            "E103",
            f"'{identity.text}' is no rule id",
            "write domain.question in small letters, like benefit.paid_after_death",
        )
    if status:
        one_of(status, STATUSES, "the status", problems)
    if version and _whole(version, 1) < 1:
        problems.error(version.place, "E107", "'version' starts at 1")
    if (modified := top.get("modified")) and date.min < _day(modified) < _day(top.get("created")):
        problems.error(modified.place, "E107", "'modified' is before 'created'", "correct the one that is wrong")
    for tag in top["tags"].entries() if top.get("tags") else ():
        if not _TAG.fullmatch(tag.text):
            problems.error(
                tag.place,
                "E104",
                f"the tag '{tag.text}' does not say what kind it is",
                "write kind.word, like domain.social_insurance",
            )
    for key in ("steps", "tests", "legal_basis"):
        node = top.get(key)
        if node and not node.entries():
            problems.error(node.place, "E102", f"'{key}' is an empty list", "a rule needs at least one")


def _datasets(node: Node | None, problems: Problems) -> dict[str, Text]:
    found = {}
    for alias, value in node.items() if node else ():
        if not _NAME.fullmatch(alias) or alias in ("as_of", "clue"):
            place = node.key_place(alias) if node else value.place
            problems.error(place, "E103", f"'{alias}' is no name for a dataset", "use small letters, digits and _")
        elif not of_kind(value, Is.TEXT):
            problems.error(
                value.place, "E103", f"'{alias}' must name one data contract", "write: death: death_register"
            )
        else:
            found[alias] = Text.of(value)
    return found


def _titles(node: Node | None, problems: Problems) -> dict[str, str]:
    found = {}
    for name, title in node.items() if node else ():
        if of_kind(title, Is.TEXT):
            found[name] = title.text
        else:
            problems.error(title.place, "E103", f"the title of '{name}' must be text", "write: payments: 发放笔数")
    return found


def _steps(node: Node | None, problems: Problems) -> tuple[Step, ...]:
    found = [parse_step(entry, problems) for entry in (node.entries() if node else ())]
    return tuple(step for step in found if step is not None)


def parse_step(node: Node, problems: Problems) -> Step | None:
    """One step: its first key is the verb (E110 when it is none). Also for the branches of a union."""
    keys = [key for key, _ in node.items()]
    if not keys:
        _no_step(node, problems)
        return None
    verb = keys[0]
    subject = node.get(verb)
    if verb not in VERBS or subject is None:
        later = next((key for key in keys[1:] if key in VERBS and key not in ("from", "where")), None)
        called = VERB_WORDS.get(verb.lower())
        help = f"did you mean '{called}'?" if called else did_you_mean(verb, VERBS)
        help = f"put '{later}' first: a step starts with its verb" if later else help
        meant = None if later else certainly_meant(verb, VERBS)
        problems.error(node.key_place(verb), "E110", f"unknown step '{verb}'", help, node.renamed(verb, meant))
        return None
    options = {key: value for key, value in node.items() if key != verb}
    return Step(verb, subject, options, node.key_place(verb), {key: node.key_place(key) for key in options})


def _no_step(node: Node, problems: Problems) -> None:
    wide = _WIDE_COLON.match(node.text)
    place = node.at(wide.start("colon")) if wide is not None and wide["verb"] in VERBS else None
    if wide is None or place is None:
        problems.error(node.place, "E103", "a step must be a verb with its value", "write: - where: overpaid > 0")
        return
    edits = [Edit(place, wide["colon"], ": ")] if node.lead == 0 else []
    problems.error(place, "E103", f"the colon after '{wide['verb']}' is a full-width '：'", "write ': '", edits)


def _size(node: Node | None) -> int:
    return len(list(node.items())) if node else 0


def _day(node: Node | None) -> date:
    """A date whose kind was checked by table; the first of all days where it is missing, which is noted."""
    return node.value if node and isinstance(node.value, date) else date.min


def _whole(node: Node | None, default: int) -> int:
    return node.value if node and isinstance(node.value, int) else default
