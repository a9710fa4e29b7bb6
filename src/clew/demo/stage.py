"""Where planted cases are built by hand: people who exist only for a case, rows about them, and the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, EPOCH, day, months
from clew.demo.divisions import BLIND_CITY, COUNTIES
from clew.demo.identity import ENTERPRISE, credit_codes, id18
from clew.demo.names import names
from clew.demo.payments import paid_on
from clew.demo.population import SEQUENCES, generator
from clew.demo.schemas import NUMBERED, SCHEMAS, frame
from clew.demo.truth import Planted, TruthRow, truth_row

STORY_NUMBERS = 900_000_000
"""Key numbers of planted rows start here; the background counts from one."""

COMPANY_SERIALS = 31**8
"""Serials in the credit codes of planted companies start here; those of the background lie below."""

_LUCKY = "安邦昌达丰福广和恒宏华嘉金景聚康隆茂宁鹏启荣瑞盛泰通万祥兴源远悦正中"


@dataclass(frozen=True)
class Person:
    """Somebody in a planted case. ``account`` receives the payments; ``licence_no`` is for a driving licence."""

    person_id: str
    name: str
    sex: str
    born_on: date
    region: str
    account: str
    licence_no: str

    def named(self, name: str) -> Person:
        """The same number under another name."""
        return replace(self, name=name)


@dataclass(frozen=True)
class Company:
    """A company in a planted case, by its unified credit code."""

    uscc: str
    name: str
    region: str


Subject = Person | Company | str
"""Whom a planted fact is about; the id itself where it is neither a person nor a company."""


def subject_id(subject: Subject) -> str:
    """What the clue is told by: an identity number, a credit code, or the id itself."""
    if isinstance(subject, Person):
        return subject.person_id
    return subject.uscc if isinstance(subject, Company) else subject


def _lucky(number: int) -> str:
    """A trade name of two characters or more, another for each number."""
    base = len(_LUCKY)
    first, rest = _LUCKY[number % base], number // base
    return first + (_LUCKY[rest] if rest < base else _lucky(rest))


class Stage:
    """Collects the people, rows and truth of the planted cases; ``copies`` is how many of each case to plant."""

    def __init__(self, seed: int, copies: int) -> None:
        self.copies = copies
        self.rng: np.random.Generator = generator(seed, "stories")
        self.truth: list[TruthRow] = []
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.people: set[str] = set()
        self.companies: set[str] = set()
        self._numbers: dict[str, int] = defaultdict(lambda: STORY_NUMBERS)
        self._running: Counter[str] = Counter()

    def person(self, age: tuple[int, int] = (25, 55), region: str | None = None, name: str | None = None) -> Person:
        """A new person of that age at the end of the period; never in the blind city unless asked."""
        counties = [county.code for county in COUNTIES if not county.code.startswith(BLIND_CITY)]
        home = region or counties[int(self.rng.integers(len(counties)))]
        born_on = EPOCH + timedelta(days=day(AS_OF) - int(self.rng.integers(age[0] * 366, age[1] * 365)))
        female = bool(self.rng.random() < 0.5)
        while True:
            sequence = SEQUENCES + 2 * int(self.rng.integers(0, 50)) + (0 if female else 1)
            number = id18(np.array([int(home)]), np.array([int(f"{born_on:%Y%m%d}")]), np.array([sequence]))[0]
            if number not in self.people:
                break
            born_on += timedelta(days=1)
        self.people.add(number)
        own_name = names(self.rng, np.array([female]), np.array([born_on.year]))[0]
        account = f"62170{self.rng.integers(10**13, 10**14)}"
        sex = "female" if female else "male"
        licence_no = f"34{home[2:4]}{90_000_000 + len(self.people)}"
        person = Person(number, name or own_name, sex, born_on, home, account, licence_no)
        self.add("population_register", person, sex=sex, born_on=born_on)
        return person

    def company(self, trade: str, region: str | None = None) -> Company:
        """A new company of a trade (a word of its name); never in the blind city unless asked."""
        counties = [county for county in COUNTIES if not county.code.startswith(BLIND_CITY)]
        home = region or counties[int(self.rng.integers(len(counties)))].code
        number = len(self.companies)
        uscc = credit_codes([home], np.array([COMPANY_SERIALS + number]), ENTERPRISE)[0]
        place = next(county.name for county in COUNTIES if county.code == home)
        self.companies.add(uscc)
        return Company(uscc, f"{place}{_lucky(number)}{trade}有限公司", home)

    def other_name(self, person: Person) -> str:
        """A name that differs from the person's in surname and given name."""
        for surname, given in (("王", "建国"), ("李", "秀兰"), ("赵", "志强")):
            if surname != person.name[0] and given != person.name[1:]:
                return surname + given
        raise AssertionError("three surnames cannot all be the person's")

    def number(self, dataset: str) -> str:
        """The next key number of a dataset's planted rows."""
        self._numbers[dataset] += 1
        return f"{NUMBERED[dataset][1]}{self._numbers[dataset]}"

    def running(self, kind: str) -> int:
        """One, two, three and so on, for each kind of thing that has no dataset of its own (plates, telephones)."""
        self._running[kind] += 1
        return self._running[kind]

    def last_number(self, dataset: str) -> str:
        """The key number given last for a dataset."""
        return f"{NUMBERED[dataset][1]}{self._numbers[dataset]}"

    def add(self, dataset: str, person: Person | None = None, **columns: Any) -> None:
        """Add a row; person_id, name and region come from the person where the dataset has them."""
        row = dict(columns)
        if person is not None:
            given = {"person_id": person.person_id, "name": person.name, "region": person.region}
            row = {key: value for key, value in given.items() if key in SCHEMAS[dataset.split("@")[0]]} | row
        self._rows[dataset].append(row)

    def expect(
        self, model: str, rules: str | Sequence[str], subject: Subject, kind: Planted, why: str, episode: str = ""
    ) -> None:
        """Note what the rules must make of the subject."""
        for rule in [rules] if isinstance(rules, str) else rules:
            self.truth.append(truth_row(model, rule, subject_id(subject), kind, why, episode))

    def pay(self, dataset: str, person: Person, first: date, last: date, **columns: Any) -> None:
        """Monthly payments for the months from ``first`` to ``last``, both included."""
        pay_day = 15 if dataset == "pension_payment" else 20
        for month in months(first, last + timedelta(days=1)):
            row = {"pay_month": month, "paid_on": paid_on(month, pay_day), "account": person.account} | columns
            self.add(dataset, person, **row)

    def frames(self) -> dict[str, pl.DataFrame]:
        """The rows by dataset; ``<dataset>@faulty`` holds rows that only a later corrected file carried."""
        made = {}
        for dataset, rows in self._rows.items():
            name = dataset.split("@")[0]
            columns = {key: [row.get(key) for row in rows] for key in SCHEMAS[name]}
            typed = {key: pl.Series(values, dtype=SCHEMAS[name][key]) for key, values in columns.items()}
            made[dataset] = frame(name, typed)
        return made
