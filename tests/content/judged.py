"""Mutated copies of the shipped files, read and checked as the originals are."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from clew.contracts.read import read_document
from clew.engines.duckdb import for_trial
from clew.problems import Problem, Problems
from clew.rules.check import check_rule
from clew.rules.entitlements import read_entitlements
from clew.rules.exclusions import read_exclusions
from clew.rules.parse import read_rule
from clew.rules.parse_laws import read_laws
from clew.rules.trial import TrialResult, run_trial
from clew.supervision.check import check_model
from clew.supervision.parse import read_model
from clew.supervision.trial import run_trial as run_model_trial
from tests.content.mutation import Mutation, document_of, mutations, written
from tests.content.project import (
    CONTRACTS,
    DAY,
    ENTITLEMENTS,
    EXCLUSIONS,
    LAWS,
    MODELS,
    ROOT,
    RULE_FILES,
    catalogue,
    laws,
    library,
    models,
)

SAMPLE = 1
"""How many keys of one shape are mutated in each way: the first in an arbitrary, fixed order over all files."""

Judge = Callable[[Path, Mutation], tuple[list[Problem], bool]]
"""Reads and checks a mutated copy: its problems, and whether a trial told of the change."""

CHOSEN = re.compile(
    r"datasets|parameters|titles_zh|steps\[\]\.(derive|aggregate|same|union\.branches)|steps\[\]\.union\.branches\.\*\[\]\.derive"
    r"|steps\[\]\.extract\.(patterns|dictionary(\.\*)?)|clue\.labels(\.\*)?|tests\[\]\.(given|watermark|coverage|with|expect\[\])|\[\]\.(given|watermark|expect\[\])"
    r"|articles|articles\.\*\[\]\.limitation|schema\[\]\.properties\[\]\.customProperties\[\]\.value|freshness|scoring\.bands"
    r"|promote_when\.precision|suppress_after"
)

OPTIONAL: dict[str, frozenset[str]] = {
    "contract": frozenset(
        {
            # Words for people.
            "description dropped",
            "description.limitations dropped",
            "description.purpose dropped",
            "description.usage dropped",
            "domain dropped",
            "name dropped",
            "status dropped",
            "team dropped",
            "team.description dropped",
            "team.name dropped",
            "schema[].businessName dropped",
            "schema[].physicalName dropped",
            "schema[].physicalType dropped",
            "schema[].logicalType dropped",
            "schema[].properties[].businessName dropped",
            "schema[].properties[].description dropped",
            "schema[].properties[].tags dropped",
            "schema[].properties[].enum[].label dropped",
            # A contract may ask for less: no check, no limit, no repair, a wider audience only by the default.
            "servers dropped",
            "servers[].encoding dropped",
            "slaProperties dropped",
            "schema[].quality dropped",
            "schema[].quality[].description dropped",
            "schema[].quality[].dimension dropped",
            "schema[].quality[].name dropped",
            "schema[].quality[].severity dropped",
            "schema[].quality[].type dropped",
            "schema[].properties[].classification dropped",
            "schema[].properties[].customProperties dropped",
            "schema[].properties[].customProperties[].value.* dropped",
            "schema[].properties[].customProperties[].value.* renamed",  # a delivered code: only the sender knows it
            "schema[].properties[].enum dropped",
            "schema[].properties[].logicalTypeOptions dropped",
            "schema[].properties[].logicalTypeOptions.maxLength dropped",
            "schema[].properties[].logicalTypeOptions.maximum dropped",
            "schema[].properties[].logicalTypeOptions.minLength dropped",
            "schema[].properties[].logicalTypeOptions.minimum dropped",
            "schema[].properties[].logicalTypeOptions.pattern dropped",
            "schema[].properties[].physicalName dropped",
            "schema[].properties[].physicalType dropped",
            "schema[].properties[].primaryKeyPosition dropped",
            "schema[].properties[].relationships dropped",
            "schema[].properties[].relationships[].customProperties dropped",
            "schema[].properties[].required dropped",
        }
    ),
    "exclusion": frozenset(),
    "entitlement": frozenset(),
    "law": frozenset(
        {
            "articles.*[].effective_to dropped",
            "articles.*[].limitation dropped",
            # A period that no rule names: the rule that names it is told.
            "articles.*[].limitation.* dropped",
            "articles.*[].limitation.* renamed",
            "articles.*[].note dropped",
            "articles.*[].title dropped",
            "articles.*[].title_zh dropped",
            "issuer dropped",
            "note dropped",
            "number dropped",
        }
    ),
    "rule": frozenset(
        {
            "version dropped",
            "titles_zh.* dropped",
            "legal_basis[].effective_from dropped",
            "limitation dropped",
            "limitation[].since dropped",
            "parameters.*.counting dropped",
            "parameters.*.range dropped",
            "parameters.*.start dropped",
            # An option left out is another rule, and a lawful one: its trials and the lock tell of it.
            "steps[].aggregate.* dropped",
            "steps[].aggregate.* renamed",
            "steps[].basis dropped",
            "steps[].reason dropped",  # a shared exclusion brings its own
            "steps[].expect dropped",
            "steps[].extract.dictionary.*.* dropped",
            "steps[].extract.dictionary.*.* renamed",  # a word of the text: only its authors know it
            "steps[].extract.patterns.*.after dropped",
            "steps[].extract.patterns.*.take dropped",
            "steps[].late dropped",
            "steps[].keep dropped",
            "steps[].latest.prefer dropped",
            "steps[].left.to dropped",
            "steps[].right.bounds dropped",
            "steps[].right.to dropped",
            "steps[].same.* dropped",
            "steps[].same.* renamed",
            "steps[].to dropped",
            "steps[].where dropped",
            "steps[].union.branches.* dropped",
            "steps[].union.branches.* renamed",
            "steps[].union.branches.*[].basis dropped",
            "steps[].union.branches.*[].expect dropped",
            "steps[].union.branches.*[].where dropped",
            "clue.amount dropped",
            "clue.episode dropped",
            "clue.happened_on dropped",
            "clue.subject.name dropped",
            "clue.labels.*.* dropped",
            "clue.evidence[].limit dropped",
            "clue.evidence[].title dropped",
            "clue.evidence[].unit dropped",
            # A test may look at less.
            "tests[].coverage.*[].region dropped",
            "tests[].expect[].* dropped",
            "tests[].inconclusive dropped",
            "tests[].watermark dropped",
        }
    ),
    "model": frozenset(
        {
            "amount dropped",
            "freshness dropped",
            "freshness.* dropped",
            "handling dropped",
            "legal_basis[].effective_from dropped",
            "limits dropped",
            "limits.clues_per_run.stop_above dropped",
            "limits.clues_per_run.warn_above dropped",
            "promote_when dropped",
            "promote_when.precision.* dropped",
            "routing[].due dropped",
            "routing[].due.counting dropped",
            "scoring.cap dropped",
            "scoring.factors dropped",
            "suppress_after dropped",
            "suppress_after.* dropped",
        }
    ),
    "model tests": frozenset(
        {
            "[].expect[].* dropped",
            "[].given.* dropped",
            "[].inconclusive dropped",
            "[].watermark dropped",
            "[].watermark.* dropped",
        }
    ),
}
"""By kind of file: what may be left out without a fault. Everything else must be told, save that any second,
Chinese wording that is not required may be missing."""


def _contract(copy: Path, mutation: Mutation) -> tuple[list[Problem], bool]:
    problems = Problems()
    read_document(copy, problems)
    return list(problems), False


def _law(copy: Path, mutation: Mutation) -> tuple[list[Problem], bool]:
    problems = Problems()
    found = read_laws(copy.parent, problems)
    if not problems.errors:
        parts = (*library().rules.values(), *models())
        stem = mutation.file.stem
        found.check([one for part in parts for one in part.legal_basis if one.law == f"prc.{stem}"], problems, DAY)
    return list(problems), False


def _exclusion(copy: Path, mutation: Mutation) -> tuple[list[Problem], bool]:
    problems = Problems()
    read_exclusions(copy.parent, problems, "rules/exclusions")
    return list(problems), False


def _entitlement(copy: Path, mutation: Mutation) -> tuple[list[Problem], bool]:
    problems = Problems()
    read_entitlements(copy.parent, problems, "rules/entitlements")
    return list(problems), False


def _rule(copy: Path, mutation: Mutation) -> tuple[list[Problem], bool]:
    problems = Problems()
    rule = read_rule(copy, problems, folder=copy.parents[1], shared=library().shared)
    if problems.errors or rule is None:
        return list(problems), False
    if mutation.path[0] != "tests":
        check_rule(rule, catalogue(), laws(), problems, as_of=DAY)
        return list(problems), _told_by_laws(mutation)
    result = run_trial(rule, rule.trials[int(mutation.path[1])], catalogue(), for_trial)
    return [*problems, *result.problems], _told(result)


def _told_by_laws(mutation: Mutation) -> bool:
    """Whether a guard against records set aside is dropped: what all shipped rules have in common tells of it
    (tests/laws)."""
    if mutation.kind != "dropped":
        return False
    dropped = document(mutation.file)
    for step in mutation.path:
        dropped = dropped[step]
    guard = {"only": "received"}
    return dropped == guard or (isinstance(dropped, dict) and list(dropped.values()) == [guard])


def _model(copy: Path, mutation: Mutation) -> tuple[list[Problem], bool]:
    problems = Problems()
    model = read_model(copy.parent / "model.yml", problems)
    if problems.errors or model is None:
        return list(problems), False
    if mutation.file.name == "tests.yml":
        trial = model.trials[int(mutation.path[0])]
        result = run_model_trial(model, trial, library(), catalogue(), for_trial)
        return [*problems, *result.problems], _told(result)
    check_model(model, library(), catalogue(), laws(), problems)
    return list(problems), False


def _told(result: TrialResult) -> bool:
    return bool(result.differences)


KINDS: dict[str, tuple[list[Path], Judge]] = {
    "contract": (sorted(CONTRACTS.glob("*.odcs.yaml")), _contract),
    "law": (sorted(LAWS.glob("*.yml")), _law),
    "exclusion": (sorted(EXCLUSIONS.glob("*.yml")), _exclusion),
    "entitlement": (sorted(ENTITLEMENTS.glob("*.yml")), _entitlement),
    "rule": (list(RULE_FILES), _rule),
    "model": (sorted(MODELS.glob("*/model.yml")), _model),
    "model tests": (sorted(MODELS.glob("*/tests.yml")), _model),
}


@cache
def document(file: Path) -> Any:
    return document_of(file)


def sampled(files: Iterable[Path]) -> list[Mutation]:
    by_shape: dict[tuple[str, str], list[Mutation]] = defaultdict(list)
    for file in files:
        for mutation in mutations(file, document(file), CHOSEN):
            by_shape[mutation.shape, mutation.kind].append(mutation)
    return [one for key in sorted(by_shape) for one in sorted(by_shape[key], key=lambda m: m.order)[:SAMPLE]]


def copied(file: Path, folder: Path, text: str) -> Path:
    """The file with other content, where its name and folder say the same as the original's."""
    home = folder / file.parent.relative_to(ROOT)
    shutil.rmtree(folder, ignore_errors=True)
    home.mkdir(parents=True)
    if file.parents[1] == MODELS:
        for other in ("model.yml", "tests.yml"):
            shutil.copy(file.parent / other, home / other)
    (home / file.name).write_text(text, encoding="utf-8")
    return home / file.name


def check_copy(kind: str, folder: Path) -> None:
    """Fail when an unchanged copy is not sound: then nothing could be learned from a changed one."""
    files, judge = KINDS[kind]
    root: tuple[Any, ...] = (0,) if kind == "model tests" else ("",)
    copy = copied(files[0], folder / "copy", written(document(files[0])))
    problems, told = judge(copy, Mutation(files[0], root, "", ""))
    assert problems == []
    assert not told


def check_slips(kind: str, folder: Path) -> None:
    """Fail when a sampled slip ends in a trace, in a problem without a place, or in silence that is not allowed."""
    files, judge = KINDS[kind]
    sample = sampled(files)
    silent: dict[str, Mutation] = {}
    faults: list[str] = []
    for mutation in sample:
        copy = copied(mutation.file, folder / "copy", mutation.text(document(mutation.file)))
        try:
            problems, told = judge(copy, mutation)
        except Exception as error:
            faults.append(f"{mutation}: {type(error).__name__}: {error}")
            continue
        faults += [f"{mutation}: not located: {one}" for one in problems if not _located(one)]
        if not problems and not told:
            silent[f"{mutation.shape} {mutation.kind}"] = mutation
    shapes = {f"{mutation.shape} {mutation.kind}" for mutation in sample}
    assert len(sample) > 15
    assert not faults, "\n" + "\n".join(faults)
    unsaid = {
        shape: one for shape, one in silent.items() if shape not in OPTIONAL[kind] and not shape.endswith("_zh dropped")
    }
    assert not unsaid, "\n" + "\n".join(f"{shape}  ({one.file.name})" for shape, one in unsaid.items())
    assert OPTIONAL[kind] <= shapes, f"no file has these any more: {sorted(OPTIONAL[kind] - shapes)}"


def _located(problem: Problem) -> bool:
    return bool(re.fullmatch(r"[A-Z]\d{3}", problem.code) and problem.place.path and problem.place.line >= 1)
