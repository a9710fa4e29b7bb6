"""Checking a project's content as a whole. What was checked before and depends on nothing new is not checked again.

The imports of the checks themselves wait until one is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clew.checking.answer import Answer, Shelf, digest_of
from clew.checking.answers import read_answers, write_answers
from clew.checking.code_version import code_version
from clew.checking.contracts import check_contracts
from clew.on_demand import OnDemand
from clew.problems import Place, Problems
from clew.project_folders import CONTRACTS, LAWS, MODELS, RULES, SHARED, File, check_folders, model_files, rule_files
from clew.rules.lock import Entry, check_lock, read_lock
from clew.settings import Settings

if TYPE_CHECKING:
    from clew.checking.parts import Parts

LOCK = "rules/rules.lock.json"
SHARED_PART = "shared"


@dataclass(frozen=True)
class Checked:
    """All that is wrong in a project, how many of each kind of file could be read, and its rules as the lock sees
    them."""

    problems: Problems
    contracts: int
    laws: int
    rules: int
    models: int
    entries: tuple[Entry, ...]


def check_project(settings: Settings, *, today: date, with_lock: bool = True) -> Checked:
    """Check contracts, laws, shared conditions, rules and models, and rules against the lock.

    ``today`` decides only whether a law's text was read too long ago (E703, a warning), and of which years holidays
    must be known (E705, a warning). Answers are kept in the state folder. Raises ProblemError (P001)
    where the project lacks a folder.
    """
    problems = Problems()
    check_folders(settings.project, problems)
    problems.raise_errors()
    version = code_version()
    kept = read_answers(settings.state_dir, version)
    checking = _Checking(settings.project, today, kept, settings.threads)
    checking.run(problems)
    if checking.answers != kept and checking.unchanged():
        write_answers(settings.state_dir, version, checking.answers)
    found = dict.fromkeys(problem for answer in checking.answers.values() for problem in answer.problems)
    problems.found += [problem for problem in found if problem not in problems.found]
    entries = tuple(_entry(answer.facts["entry"]) for answer in checking.answers.values() if "entry" in answer.facts)
    if with_lock:
        locked = read_lock(settings.project / LOCK, problems, LOCK)
        faulty = {problem.place.path for problem in problems.errors}
        # The hash of a faulty rule is of what its author did not mean.
        check_lock([one for one in entries if one.place.path not in faulty], locked, problems)
    names = {kind: len(shelf.names) for kind, shelf in checking.shelves.items()}
    models = sum(bool(answer.facts.get("read")) for answer in checking.answers.values())
    return Checked(problems, names["contract"], names["law"], names["rule"], models, entries)


class _Checking:
    """One round over all parts, in the order in which they depend on one another."""

    def __init__(self, root: Path, today: date, kept: Mapping[str, Answer], workers: int) -> None:
        self.root, self.today, self.kept, self.workers = root, today, kept, workers
        self.answers: dict[str, Answer] = {}
        self.shelves: dict[str, Shelf] = {}
        self._files: dict[str, dict[str, File]] = {}
        self._digests: dict[Path, str] = {}

    def run(self, problems: Problems) -> None:
        """Answer every part; files that stand where they mean nothing are noted."""
        rules, models = rule_files(self.root / RULES, problems, RULES), model_files(self.root / MODELS, problems)
        own = self._all_of(self.root / CONTRACTS)
        found = self.answers[CONTRACTS] = self._kept(CONTRACTS, own) or self._contracts(own)
        self._shelve("contract", found.facts["contract"], found.facts["broken"])
        own = self._all_of(self.root / RULES / LAWS)
        found = self.answers[LAWS] = self._kept(LAWS, own) or self._parts.laws(own)
        self._shelve_laws(found.facts["law"], found.facts["unreadable"])
        own = self._all_of(*(self.root / RULES / folder for folder in SHARED))
        found = self.answers[SHARED_PART] = self._kept(SHARED_PART, own) or self._parts.shared(own)
        for kind in ("exclusion", "entitlement"):
            self._shelve(kind, found.facts[kind])
        self._shelve_holidays(found.facts["holiday"])
        self._files["rule"] = rules
        self._answer_rules(rules)
        self._shelve_rules(rules)
        self._answer_models(models.values())

    def _contracts(self, own: str) -> Answer:
        """All contracts, checked while this process imports what checks the rest."""
        from clew.checking.beside import beside

        (problems, catalogue), parts = beside(lambda: check_contracts(self.root), lambda: self._parts, self.workers)
        return parts.contracts(own, problems, catalogue)

    def _answer_rules(self, rules: Mapping[str, File]) -> None:
        owns = {name: self._digest(file.path) for name, file in rules.items()}
        kept = {name: self._kept(file.shown, owns[name]) for name, file in rules.items()}
        due = {name: owns[name] for name, answer in kept.items() if answer is None}
        found = self._checked(due) if due else {}
        for name, file in rules.items():
            self.answers[file.shown] = kept[name] or found[name]

    def _answer_models(self, models: Collection[File]) -> None:
        tests = {file: file.path.with_name("tests.yml") for file in models}
        owns = {file: digest_of([self._digest(file.path), self._digest(tests[file])]) for file in models}
        kept = {file: self._kept(file.shown, own) for file, own in owns.items()}
        due = [file for file, answer in kept.items() if answer is None]
        found = self._modelled({file: owns[file] for file in due}) if due else {}
        for file in models:
            self.answers[file.shown] = kept[file] or found[file]

    def _modelled(self, due: Mapping[File, str]) -> dict[File, Answer]:
        """The answers of models; of several, another process gives every second one."""
        from clew.checking.beside import beside

        def answered(files: Sequence[File]) -> dict[File, Answer]:
            return {file: self._parts.model(due[file], file) for file in files}

        files = tuple(due)
        if len(files) < 2:
            return answered(files)
        theirs, ours = beside(lambda: answered(files[1::2]), lambda: answered(files[::2]), self.workers)
        return {**theirs, **ours}

    def _checked(self, due: Mapping[str, str]) -> dict[str, Answer]:
        from clew.checking.many_rules import check_rules

        return check_rules(self._parts, due, self.workers)

    def unchanged(self) -> bool:
        """Whether every file is still what it was when it was first looked at."""
        return all(_digest(path) == digest for path, digest in self._digests.items())

    def _kept(self, part: str, own: str) -> Answer | None:
        """The answer of an earlier check, if it would be the same today."""
        kept = self.kept.get(part)
        return kept if kept and kept.holds(own, self.shelves) else None

    def _shelve(self, kind: str, paths: Mapping[str, str], broken: Collection[str] = ()) -> None:
        files = {name: File(self.root / path, path) for name, path in paths.items()}
        self._files[kind] = files
        self.shelves[kind] = Shelf(
            {name: self._digest(file.path) for name, file in files.items()}, tuple(files), broken
        )

    def _shelve_laws(self, found: Mapping[str, Any], broken: Collection[str]) -> None:
        """A law whose text was read too long ago is another law to who relies on it."""
        today = self.today.isoformat()
        digests = {law: f"{self._digest(self.root / path)} {until < today}" for law, (path, until) in found.items()}
        self.shelves["law"] = Shelf(digests, tuple(digests), broken)

    def _shelve_holidays(self, paths: Mapping[str, str]) -> None:
        """Who relies on holidays misses those of the years up to this month's, and of the year its dates due reach."""
        digests = {year: self._digest(self.root / path) for year, path in paths.items()}
        self.shelves["holiday"] = Shelf(digests, (*digests, f"until {self.today:%Y-%m}"))

    def _shelve_rules(self, rules: Mapping[str, File]) -> None:
        """A rule's digest covers all that its own check asked for."""
        answers = {name: self.answers[file.shown] for name, file in rules.items()}
        names = {name for name, answer in answers.items() if "entry" in answer.facts}
        digests = OnDemand(lambda: answers, lambda name: answers[name].digest if name in answers else None)
        self.shelves["rule"] = Shelf(digests, names, answers.keys() - names)

    @cached_property
    def _parts(self) -> Parts:
        from clew.checking.parts import Parts

        return Parts(self.root, self.today, self.shelves, self._files)

    def _all_of(self, *folders: Path) -> str:
        """The digest of all files of folders, which may not be there."""
        files = sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file())
        return digest_of([[path.relative_to(self.root).as_posix(), self._digest(path)] for path in files])

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = _digest(path)
        return self._digests[path]


def _digest(path: Path) -> str:
    """The digest of a file; '' where it is not there, or cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _entry(facts: dict[str, Any]) -> Entry:
    places = {key: Place(**facts[key]) for key in ("place", "version_place")}
    return Entry(**{**facts, **places})
