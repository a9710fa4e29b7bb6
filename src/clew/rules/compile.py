"""From a rule and the data contracts to a plan. Checking a rule is compiling it with the problems collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract
from clew.plan import Plan, Relation, Sentence, Strength, Type
from clew.problems import Problems, did_you_mean
from clew.quantities import Quantity
from clew.rules.clue import finish
from clew.rules.corroboration import check_corroborated
from clew.rules.draft import LAST, ROW_WISE, Draft
from clew.rules.frame import Frame
from clew.rules.model import Rule, Step
from clew.rules.settled import settled
from clew.rules.trees import both, call, named, not_null, select
from clew.rules.verbs import VERBS
from clew.rules.verbs.shape import shaped
from clew.rules.verbs.union import BRANCH
from clew.rules.wording import Wording, wording

_CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def compile_rule(
    rule: Rule,
    catalogue: Catalogue,
    problems: Problems,
    *,
    as_of: date,
    overrides: Mapping[str, Decimal] | None = None,
) -> Plan | None:
    """The plan of a rule on a date; None when something is wrong (noted: E1xx to E4xx).

    ``overrides`` are a model's ``with:`` values by parameter, inside the parameter's range (checked by the model).
    Compiled twice: the first pass learns which columns are read last where, the second carries only those.
    """
    known = _contracts(rule, catalogue, problems)
    first = _draft(rule, known, problems, as_of, overrides or {})
    if _checked(first, problems) is None:
        return None
    unforeseen = Problems()
    second = _draft(rule, known, unforeseen, as_of, overrides or {})
    second.used = first.last_reads()
    frame, facts = _walk_all(second)
    for one in unforeseen.errors:  # a column was let go too early: better no plan than one without a condition
        problems.error(one.place, one.code, one.message, one.help)
    return _plan(second, frame, facts) if frame is not None and not unforeseen.errors else None


def check_compiles(
    rule: Rule, catalogue: Catalogue, problems: Problems, *, as_of: date, overrides: Mapping[str, Decimal] | None = None
) -> Mapping[str, Type] | None:
    """The facts of a rule's clues by type; None, with the same problems noted, where :func:`compile_rule` gives none.

    The first pass finds all that is wrong: a check needs no second.
    """
    return _checked(_draft(rule, _contracts(rule, catalogue, problems), problems, as_of, overrides or {}), problems)


def _checked(draft: Draft, problems: Problems) -> Mapping[str, Type] | None:
    """Walk all steps with every problem noted; the facts, or None when something is wrong."""
    before, whole = len(problems.errors), len(draft.contracts) == len(draft.rule.datasets)
    frame, facts = _walk_all(draft)
    if frame is not None:
        check_corroborated(draft.rule.steps, problems)
    if frame is not None and not frame.unknown:  # a step with a fault may have been to ask for completeness
        draft.too_small.check(draft.rule, draft.asked_complete, problems)
    if frame is not None and len(problems.errors) == before and whole:
        _unused(draft, frame)  # what a faulty step would have read is not known
    return facts if frame is not None and len(problems.errors) == before and whole else None


def _contracts(rule: Rule, catalogue: Catalogue, problems: Problems) -> dict[str, Contract]:
    """Alias -> contract; E202 for a dataset without one. The faults of a broken contract are told in its own file."""
    found: dict[str, Contract] = {}
    for alias, dataset in rule.datasets.items():
        contract = catalogue.get(dataset.value)
        if contract is not None:
            found[alias] = contract
        elif dataset.value not in catalogue.broken:
            problems.error(
                dataset.place,
                "E202",
                f"there is no data contract for '{dataset}'",
                did_you_mean(dataset.value, catalogue.contracts),
            )
    return found


def _draft(
    rule: Rule, contracts: Mapping[str, Contract], problems: Problems, as_of: date, overrides: Mapping[str, Decimal]
) -> Draft:
    parameters = {name: _quantity(one.quantity, overrides.get(name)) for name, one in rule.parameters.items()}
    return Draft(
        rule=rule,
        contracts=contracts,
        parameters=parameters,
        as_of=as_of,
        problems=problems,
        worded=lambda: _wording(rule, contracts, parameters),
        walk=_walk,
    )


def _quantity(quantity: Quantity, override: Decimal | None) -> Quantity:
    if override is None:
        return quantity
    whole = override == override.to_integral_value() and isinstance(quantity.value, int)
    return replace(quantity, value=int(override) if whole else override)


def _wording(rule: Rule, contracts: Mapping[str, Contract], parameters: Mapping[str, Quantity]) -> Wording:
    datasets = _told_apart({alias: contract.title_zh or contract.dataset for alias, contract in contracts.items()})
    titles = {
        f"{alias}.{one.name}": f"{datasets[alias]}·{one.title_zh}" if one.title_zh else one.name
        for alias, contract in contracts.items()
        for one in contract.columns
    }
    codes = {
        f"{alias}.{one.name}": {code: word for word, code in reversed(list(one.values.items()))}
        for alias, contract in contracts.items()
        for one in contract.columns
        if one.values
    }
    codes[BRANCH] = dict(rule.titles_zh)
    return wording(rule, titles, datasets, parameters, codes)


def _told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """The title of each alias; aliases of one dataset are numbered, so that a sentence tells its two rows apart."""
    seen: Counter[str] = Counter()
    named = {}
    for alias, title in titles.items():
        seen[title] += 1
        several = list(titles.values()).count(title) > 1
        named[alias] = f"{title}{_CIRCLED[seen[title] - 1]}" if several and seen[title] <= len(_CIRCLED) else title
    return named


def _walk_all(draft: Draft) -> tuple[Frame | None, dict[str, Type]]:
    frame = _walk(draft, None, draft.rule.steps, "")
    if frame is None:
        return None, {}
    draft.position = LAST
    return frame, finish(draft, frame)


def _walk(draft: Draft, frame: Frame | None, steps: Sequence[Step], prefix: str) -> Frame | None:
    """Apply steps one after another. Steps inside a branch stand just before their union."""
    well_formed = [shaped(step, draft.problems) for step in steps]  # every step's faults at once
    outer = draft.position
    for index, step in enumerate(steps):
        if not well_formed[index]:
            return None  # the steps before it are told their faults all the same
        draft.position = outer - 1 + (index + 1) / len(steps) / 2 if prefix else index
        number = f"{prefix}s{index + 1}_{step.verb}"
        verb = VERBS[step.verb]
        draft.following = steps[index + 1] if index + 1 < len(steps) else None
        if frame is not None and verb.name not in ROW_WISE:
            frame = settled(draft, frame)
        if frame is not None and not (index == 0 and verb.name == "from"):
            frame = verb.apply(draft, frame, step, number)
        elif verb.begin is not None:
            frame = verb.begin(draft, step, number)
        else:
            draft.problems.error(
                step.place, "E110", f"the first step cannot be '{step.verb}'", "start with 'from: <dataset>'"
            )
            return None
        if frame is None:
            return None
        if not prefix:
            draft.stages.append(frame)
    if prefix:
        draft.position = outer
    return frame


def _unused(draft: Draft, frame: Frame) -> None:
    """E203 for a dataset, E205 for a parameter, that no step reads; E207, a warning, for a column that is computed and
    gone before anything reads it. What the last step still holds is a fact of the clue, which models may use."""
    rule = draft.rule
    for alias, dataset in rule.datasets.items():
        if alias not in draft.aliases_read:
            draft.problems.error(
                dataset.place,
                "E203",
                f"the dataset '{alias}' is declared and never used",
                "take it out, or use it in a step",
            )
    for name, place in draft.computed.items():
        if name not in draft.reads and name not in frame.columns:
            draft.problems.warn(
                place, "E207", f"the column '{name}' is computed and never used", "take it out, or use it in a step"
            )
    for name, parameter in rule.parameters.items():
        if name not in draft.parameters_read:
            draft.problems.error(
                parameter.place,
                "E205",
                f"the parameter '{name}' is declared and never used",
                f"take it out, or write ${name} in a step",
            )


def _plan(draft: Draft, frame: Frame, facts: Mapping[str, Type]) -> Plan:
    rule, population = draft.rule, _population(draft)
    return Plan(
        rule=rule.id,
        version=rule.version,
        as_of=draft.as_of,
        parameters={name: quantity.value for name, quantity in draft.parameters.items()},
        inputs=draft.inputs(),
        relations=tuple(draft.relations),
        steps=tuple(draft.steps),
        clue="clue",
        facts=dict(facts),
        evidence=tuple(frame.rows),
        population=population,
        rings=tuple(draft.rings),
        tallies=tuple(draft.tallies),
        strengths=tuple(
            Strength(band.strength, _said(draft, band.when.value) if band.when is not None else None)
            for band in rule.clue.strength
        ),
        subject=draft.quiet(rule.clue.subject, frame),
        episode=draft.quiet(rule.clue.episode, frame) if rule.clue.episode is not None else None,
    )


def _said(draft: Draft, text: str) -> Sentence:
    return Sentence(draft.wording.chinese(text), draft.wording.english(text))


def _population(draft: Draft) -> str | None:
    """The subjects the rule was put to: those of the earliest step that knows its subject."""
    for index, frame in enumerate(draft.stages):
        subject = draft.quiet(draft.rule.clue.subject, frame)
        if subject is not None:
            own, rows = draft.rule.clue.subject.value.strip(), frame
            grouped = draft.stages[index + 1] if index + 1 < len(draft.stages) else frame
            # The same subjects, each already once: a right-away aggregation by subject, a register by its key. All of
            # its groups: neither `having` nor the guard against rows counted twice decides whom the rule was put to.
            if grouped.key == (own,) and draft.rule.steps[index + 1].verb == "aggregate":
                every = f"s{index + 2}_aggregate"
                guarded = any(one.name == f"{every}.all" for one in draft.relations)
                rows = replace(grouped, relation=f"{every}.all" if guarded else every)
            somebody = both([not_null(subject), call("clew_filled", subject)])  # as for a clue
            query = select([named(subject, "subject")], rows.relation, somebody)
            if not draft.tells_rows(own, rows):
                query = query.distinct(copy=False)
            draft.relations.append(Relation("population", query, {"subject": Type.TEXT}))
            return "population"
    return None
