"""Reading ``models/<id>/``: every key known, every value of its kind, every fault with its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from clew.clues.lifecycle import DISPOSITIONS
from clew.clues.suppression import UNTIL_SOURCE_CHANGES
from clew.problems import Problems, did_you_mean
from clew.quantities import Quantity
from clew.rules.model import Text, Trial
from clew.rules.parse import parse_legal_basis, parse_trials
from clew.rules.shape import Entries, Is, Key, entries_of, of_kind, one_of
from clew.rules.translation import chinese_text, chinese_texts, english_texts
from clew.supervision.bounds import bounded, duration, whole
from clew.supervision.model import Amount, Limits, Model, Promotion, Status, Use
from clew.supervision.parse_scoring import parse_routes, parse_scoring
from clew.yaml_file import Node, read_yaml

LINES = ("criminal", "civil", "administrative", "public_interest", "minors", "execution", "petition")

MODEL = {
    "model": Key(Is.TEXT), "title": Key(Is.TEXT), "title_zh": Key(Is.TEXT), "status": Key(Is.TEXT),
    "owner": Key(Is.TEXT), "line": Key(Is.TEXT), "supervised_body": Key(Is.TEXT), "goal": Key(Is.TEXT),
    "goal_zh": Key(Is.TEXT, False), "legal_basis": Key(Is.LIST), "rules": Key(Is.LIST), "merge": Key(Is.TEXT),
    "amount": Key(Is.TEXT, False),
    "scoring": Key(Is.MAPPING), "routing": Key(Is.LIST), "suppress_after": Key(Is.MAPPING, False),
    "freshness": Key(Is.MAPPING, False), "limits": Key(Is.MAPPING, False), "promote_when": Key(Is.MAPPING, False),
    "handling": Key(Is.TEXTS, False), "handling_zh": Key(Is.TEXTS, False), "dispositions": Key(Is.TEXTS),
}  # fmt: skip
USE = {
    "use": Key(Is.TEXT), "points": Key(Is.NUMBER, False), "weight": Key(Is.NUMBER, False),
    "with": Key(Is.MAPPING, False),
}  # fmt: skip
LIMITS = {"clues_per_run": Key(Is.MAPPING)}
CLUES_PER_RUN = {"warn_above": Key(Is.WHOLE, False), "stop_above": Key(Is.WHOLE, False)}
PROMOTION = {"shadow_runs": Key(Is.WHOLE), "reviewed": Key(Is.WHOLE), "precision": Key(Is.MAPPING)}


def read_model(path: Path, problems: Problems, shown: str | None = None) -> Model | None:
    """Read ``model.yml`` and the ``tests.yml`` beside it; None when either has an error (noted)."""
    before = len(problems.errors)
    name = shown or str(path)
    node = read_yaml(path, problems, name)
    trials = _trials(path.parent / "tests.yml", str(Path(name).parent / "tests.yml"), problems)
    model = parse_model(node, name, sha256(path.read_bytes()).hexdigest(), trials, problems) if node else None
    if model is not None and model.id != path.parent.name:
        problems.error(
            model.id_place,
            "E108",
            f"the model is named '{model.id}', and its folder says '{path.parent.name}'",
            f"write 'model: {path.parent.name}', or rename the folder",
        )
    return None if len(problems.errors) > before else model


def parse_model(node: Node, path: str, hash: str, trials: tuple[Trial, ...], problems: Problems) -> Model | None:
    """Build a model from its YAML; None when it lacks a part. ``hash`` is the file's sha256."""
    top = entries_of(node, MODEL, "the model", problems)
    if not top.complete:
        return None
    scoring = parse_scoring(top["scoring"], problems)
    dispositions = _dispositions(top, problems)
    freshness = top.get("freshness")
    status, line = top["status"], top["line"]
    known = [
        one_of(status, tuple(Status), "the status", problems),
        one_of(line, LINES, "the line", problems),
        one_of(top["merge"], ("subject",), "what to merge by", problems),
    ]
    amount = top.get("amount")
    if amount is not None:
        known.append(one_of(amount, tuple(Amount), "the way to add up amounts", problems))
    uses = _uses(top["rules"], problems)
    terms = _suppress_after(top.get("suppress_after"), dispositions, problems)
    handling_zh = chinese_texts(top, "handling", problems)
    limits, promotion = _limits(top, problems), _promotion(top, problems)
    if scoring is None or not all(known):
        return None
    return Model(
        id=top.text("model"),
        id_place=top["model"].place,
        title=top.text("title"),
        title_zh=top.text("title_zh"),
        status=Status(status.text),
        owner=top.text("owner"),
        line=line.text,
        supervised_body=top.text("supervised_body"),
        goal=" ".join(top.text("goal").split()),
        goal_zh=chinese_text(top, "goal"),
        legal_basis=parse_legal_basis(top["legal_basis"], problems),
        uses=uses,
        amount=Amount(amount.text) if amount else Amount.LARGEST,
        scoring=scoring,
        routes=parse_routes(top["routing"], problems),
        suppress_after=terms,
        freshness=_freshness(freshness, problems),
        freshness_places=freshness.keys if freshness else {},
        limits=limits,
        promote_when=promotion,
        handling=english_texts(top, "handling"),
        handling_zh=handling_zh,
        dispositions=dispositions,
        trials=trials,
        sha256=hash,
        path=path,
        place=node.place,
        status_place=status.place,
        node=node,
    )


def _trials(path: Path, shown: str, problems: Problems) -> tuple[Trial, ...]:
    if not path.exists():
        return ()
    node = read_yaml(path, problems, shown)
    return parse_trials(node, problems) if node else ()


def _uses(node: Node, problems: Problems) -> tuple[Use, ...]:
    uses: list[Use] = []
    for entry in node.entries():
        use = entries_of(entry, USE, "a rule of the model", problems)
        if not use.complete:
            continue
        rule = Text.of(use["use"])
        if any(rule.value == other.rule.value for other in uses):
            problems.error(rule.place, "E002", f"the rule '{rule}' stands twice in this model", "keep one of them")
            continue
        given = use.get("with")
        uses.append(
            Use(
                rule,
                _number(use, "points"),
                _number(use, "weight"),
                _overrides(given, problems),
                given.keys if given else {},
                entry.place,
            )
        )
    if not node.entries():
        problems.error(node.place, "E102", "'rules' is an empty list", "a model needs at least one rule")
    return tuple(uses)


def _number(entries: Entries, key: str) -> Decimal | None:
    node = entries.get(key)
    return Decimal(node.text) if node else None


def _overrides(node: Node | None, problems: Problems) -> dict[str, Decimal]:
    found = {}
    for name, value in node.items() if node else ():
        if of_kind(value, Is.NUMBER):
            found[name] = Decimal(value.text)
        else:
            problems.error(
                value.place, "E103", f"the parameter '{name}' must be {Is.NUMBER.value}", "its unit stands in the rule"
            )
    return found


def _dispositions(top: Entries, problems: Problems) -> tuple[str, ...]:
    nodes = top["dispositions"].entries()
    if not nodes:
        problems.error(
            top["dispositions"].place,
            "E102",
            "'dispositions' is an empty list",
            f"choose among: {', '.join(DISPOSITIONS)}",
        )
    return tuple(node.text for node in nodes if one_of(node, DISPOSITIONS, "the disposition", problems))


def _suppress_after(
    node: Node | None, dispositions: tuple[str, ...], problems: Problems
) -> Mapping[str, Quantity | str]:
    terms: dict[str, Quantity | str] = {}
    for name, value in node.items() if node else ():
        if name not in dispositions and node is not None:
            problems.error(
                node.key_place(name),
                "E104",
                f"'{name}' is not among this model's dispositions",
                did_you_mean(name, dispositions),
            )
        elif value.is_scalar and value.text == UNTIL_SOURCE_CHANGES:
            terms[name] = UNTIL_SOURCE_CHANGES
        elif value.is_scalar:
            problems.error(
                value.place,
                "E103",
                f"'{value.text}' is no term of suppression",
                f"write '{UNTIL_SOURCE_CHANGES}' or {{value: 12, unit: month, rounding: down}}",
            )
        elif term := duration(value, f"the suppression after '{name}'", problems):
            terms[name] = term
    return terms


def _freshness(node: Node | None, problems: Problems) -> Mapping[str, Quantity]:
    read = {
        name: duration(value, f"the freshness of '{name}'", problems) for name, value in (node.items() if node else ())
    }
    return {name: quantity for name, quantity in read.items() if quantity is not None}


def _limits(top: Entries, problems: Problems) -> Limits:
    outer = top.get("limits")
    limits = entries_of(outer, LIMITS, "limits", problems) if outer else None
    inner = limits.get("clues_per_run") if limits else None
    run = entries_of(inner, CLUES_PER_RUN, "clues_per_run", problems) if inner else None
    if run is None:
        return Limits()
    warn, stop = whole(run, "warn_above", 10**9, problems), whole(run, "stop_above", 10**9, problems)
    if warn is not None and stop is not None and warn > stop:
        problems.error(
            run["warn_above"].place,
            "E107",
            f"'warn_above' {warn} is more than 'stop_above' {stop}",
            "the warning comes first",
        )
    return Limits(warn, stop)


def _promotion(top: Entries, problems: Problems) -> Promotion | None:
    node = top.get("promote_when")
    when = entries_of(node, PROMOTION, "promote_when", problems) if node else None
    if when is None or not when.complete:
        return None
    shares = {
        band: bounded(value, f"the precision of '{band}'", Decimal(0), Decimal(1), problems)
        for band, value in when["precision"].items()
    }
    for band in shares:
        bands = top["scoring"].get("bands")
        if bands is not None and band not in bands.keys:
            problems.error(
                when["precision"].key_place(band), "E104", f"there is no band '{band}'", did_you_mean(band, bands.keys)
            )
    return Promotion(
        whole(when, "shadow_runs", 10**6, problems) or 0,
        whole(when, "reviewed", 10**6, problems) or 0,
        {band: share for band, share in shares.items() if share is not None},
    )
