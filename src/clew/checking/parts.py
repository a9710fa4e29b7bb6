"""Checking one part of a project: all contracts, all laws, all shared conditions, one rule, one model.

Each check reads of the rest only what it asks for, and its answer says what that was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from clew.checking.answer import Answer, Need, Shelf
from clew.checking.noted import Noted
from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract
from clew.contracts.read import read_document
from clew.on_demand import OnDemand
from clew.plan import Type
from clew.problems import Problem, Problems
from clew.project_folders import LAWS, RULES, File
from clew.rules.check import check_rule
from clew.rules.entitlements import Entitlement
from clew.rules.exclusions import Exclusion
from clew.rules.holidays import Notice, check_working_days
from clew.rules.laws import Law, Laws
from clew.rules.library import Library
from clew.rules.logic_hash import entry_of
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.parse_laws import read_laws
from clew.rules.shared import Shared, read_shared
from clew.supervision.check import ANY_DAY, check_model
from clew.supervision.dates_due import check_dates_due
from clew.supervision.parse import read_model


class Parts:
    """The parts of the project in ``root``. ``shelves`` holds what there is to ask for, by kind; ``files`` where each
    contract and each rule stands. Both grow while a project is checked, as do the ``facts`` of rules, by name.
    """

    def __init__(self, root: Path, today: date, shelves: Mapping[str, Shelf], files: Mapping[str, Mapping[str, File]]):
        self.root, self.today, self.shelves, self.files = root, today, shelves, files
        self.facts: dict[str, Mapping[str, Type]] = {}
        self._rules: dict[str, Rule | None] = {}
        self._contracts: dict[str, Contract] = {}

    def contracts(self, own: str, problems: tuple[Problem, ...], catalogue: Catalogue) -> Answer:
        """All contracts, and the sources they declare, which have been checked."""
        self._contracts = dict(catalogue.contracts)
        paths = {name: contract.path for name, contract in catalogue.contracts.items()}
        return Answer(own, problems, facts={"contract": paths, "broken": sorted(catalogue.broken)})

    def laws(self, own: str) -> Answer:
        """All instruments of law."""
        problems = Problems()
        laws = read_laws(self.root / RULES / LAWS, problems)
        found = {one.id: [one.place.path, one.trusted_until.isoformat()] for one in laws.laws.values()}
        return Answer(own, tuple(problems), facts={"law": found, "unreadable": sorted(laws.unreadable)})

    def shared(self, own: str) -> Answer:
        """All that rules share."""
        problems = Problems()
        shared = read_shared(self.root / RULES, problems, RULES)
        paths = {
            "exclusion": {name: one.place.path for name, one in shared.exclusions.items()},
            "entitlement": {name: one.place.path for name, one in shared.entitlements.items()},
            "holiday": {year: one.place.path for year, one in shared.holidays.items()},
        }
        return Answer(own, tuple(problems), facts=paths)

    def read_shared(self) -> None:
        """Read now what every rule may ask for: laws and shared conditions."""
        _ = self._laws, self._shared

    def rule(self, own: str, name: str) -> Answer:
        """One rule, against the contracts, laws and shared conditions it asks for."""
        self._forget()
        problems = Problems()
        rule = self._read_rule(name, problems)
        if rule is None:
            return Answer(own, tuple(problems), self._needs())
        facts = check_rule(rule, self._catalogue, self._laws, problems, as_of=ANY_DAY)
        if facts is not None:
            self.facts[name] = facts
        self._laws.check(rule.legal_basis, problems, self.today)
        check_working_days(rule, self.today, problems)
        return Answer(own, tuple(problems), self._needs(), {"entry": asdict(entry_of(rule))})

    def let_go(self, name: str) -> None:
        """Keep nothing of a rule's file: this process is not asked about it again."""
        self._rules.pop(name, None)

    def model(self, own: str, file: File) -> Answer:
        """One model with its trials, against the rules and laws it asks for; a rule's digest covers what that needs."""
        self._forget()
        problems = Problems()
        model = read_model(file.path, problems, file.shown)
        if model is not None:
            check_model(model, self._library, self._catalogue, self._laws, problems, facts=self.facts)
            check_dates_due(model, self._noted.holiday, self.today, problems)
        needs = {kind: need for kind, need in self._needs().items() if kind in ("law", "rule", "holiday")}
        return Answer(own, tuple(problems), needs, {"read": model is not None})

    @cached_property
    def _noted(self) -> _Content:
        shared = read_shared(self.root / RULES, Problems(), RULES)
        return _Content(
            Noted(OnDemand(lambda: self.shelves["contract"].names, self._read_contract)),
            Noted(read_laws(self.root / RULES / LAWS, Problems()).laws),
            Noted(shared.exclusions),
            Noted(shared.entitlements),
            Noted(shared.holidays),
            Noted(OnDemand(lambda: self.shelves["rule"].names, lambda name: self._read_rule(name, Problems()))),
        )

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self._noted.contract, frozenset(self.shelves["contract"].broken))

    @cached_property
    def _laws(self) -> Laws:
        return Laws(self._noted.law, frozenset(self.shelves["law"].broken))

    @cached_property
    def _shared(self) -> Shared:
        return Shared(self._noted.exclusion, self._noted.entitlement, self._noted.holiday)

    @cached_property
    def _library(self) -> Library:
        return Library(self._noted.rule, frozenset(self.shelves["rule"].broken), self._shared)

    def _read_contract(self, dataset: str) -> Contract | None:
        if dataset in self._contracts:
            return self._contracts[dataset]
        file = self.files["contract"].get(dataset)
        found = read_document(file.path, Problems(), file.shown) if file else None
        return next((one for one in found or () if one.dataset == dataset), None)

    def _read_rule(self, name: str, problems: Problems) -> Rule | None:
        if name not in self._rules and (file := self.files["rule"].get(name)):
            self._rules[name] = read_rule(file.path, problems, file.shown, self.root / RULES, self._shared)
        return self._rules.get(name)

    def _forget(self) -> None:
        for noted in vars(self._noted).values():
            noted.forget()

    def _needs(self) -> dict[str, Need]:
        """What was asked for since, as it stands."""
        return {
            kind: self.shelves[kind].need(noted.asked, listed=noted.listed)
            for kind, noted in vars(self._noted).items()
            if noted.asked or noted.listed
        }


@dataclass(frozen=True)
class _Content:
    """All that a rule or a model may ask for, by kind; each thing is read when it is."""

    contract: Noted[Contract]
    law: Noted[Law]
    exclusion: Noted[Exclusion]
    entitlement: Noted[Entitlement]
    holiday: Noted[Notice]
    rule: Noted[Rule]
