"""A small office made for the tests: three datasets, two rules, one model, and the night over whatever is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from clew.delivery.batch import SealedBatch, deliver
from clew.ingest.report.report import IngestReport
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.project import Project, read_project
from clew.screening.report import ScreeningReport
from clew.screening.run import screen
from clew.settings import Settings
from clew.warehouse import open_warehouse

AS_OF = date(2026, 6, 30)
IDS = ("340103198203030082", "340103197102020075", "340103196001010068", "110101199001011237")
NAMES = ("赵铁柱", "钱多多", "孙悟饭", "李探花")
ACCOUNT = "6222020000000000017"
HALF_YEAR = "{from: 2026-01-01, to: 2026-07-01}"

CONTRACT = """apiVersion: v3.2.0
kind: DataContract
id: {dataset}
version: 1.0.0
status: active
name: {dataset}
servers:
  - {{server: drop, type: local, path: drop/{dataset}, format: csv, encoding: UTF-8}}
customProperties:
{kind}
  - {{property: regionColumn, value: region}}
  - {{property: quarantineTolerance, value: 0.2}}
schema:
  - name: {dataset}
    logicalType: object
    properties:
{columns}
"""
PERSON = (
    "      - {name: person_id, physicalName: 身份证号, logicalType: string, required: true, classification: personal,"
    " customProperties: [{property: identity, value: id18}]}\n"
    "      - {name: name, physicalName: 姓名, logicalType: string, classification: personal}\n"
    "      - {name: region, physicalName: 区划, logicalType: string, classification: internal}\n"
)
DATASETS = {
    "entitled": ("  - {property: kind, value: register}",
                 PERSON + "      - {name: since, physicalName: 起始, logicalType: date, classification: internal}"),
    "shelter": ("  - {property: kind, value: register}", PERSON.rstrip("\n")),
    "payment": ("  - {property: kind, value: event}\n  - {property: eventColumn, value: paid_on}",
                PERSON + "      - {name: paid_on, physicalName: 发放日, logicalType: date, classification: internal}\n"
                "      - {name: amount, physicalName: 金额, logicalType: number, classification: internal}\n"
                "      - {name: account, physicalName: 账号, logicalType: string, classification: sensitive}\n"
                "      - {name: payment_id, physicalName: 流水号, logicalType: string, classification: internal,"
                " primaryKey: true, primaryKeyPosition: 1}"),
}  # fmt: skip
HEADERS = {
    "entitled": "身份证号,姓名,区划,起始",
    "shelter": "身份证号,姓名,区划",
    "payment": "身份证号,姓名,区划,发放日,金额,账号,流水号",
}

HEAD = """rule: care.{name}
title: {title}
title_zh: 关爱补贴
description: One question about a care subsidy.
status: stable
owner: office
created: 2026-01-01
modified: 2026-01-01
tags: [pattern.absence]
legal_basis: [{{law: care_law, article: "1", effective_from: 2020-01-01}}]
false_positives: [None known.]
tests: [{{name: nothing, as_of: 2026-06-30, given: {{}}, expect: none}}]
"""
UNPAID = (
    HEAD.format(name="unpaid", title="Entitled and not paid")
    + """
datasets: {entitled: entitled, shelter: shelter, payment: payment}
steps:
  - from: entitled
  - join: shelter
    on: shelter.person_id = entitled.person_id
    keep: optional
    expect: n:1
  - exclude: shelter.person_id is not null
    reason: lives in a shelter
    reason_zh: 在机构供养
  - not_exists: payment
    on: payment.person_id = entitled.person_id
    from: "'2026-03-01'"
    to: "'2026-05-31'"
    reason: paid
    reason_zh: 已发放
clue:
  subject: {type: person, id: entitled.person_id, name: entitled.name}
  happened_on: entitled.since
  strength: [{otherwise: 1.0}]
  message: "{entitled.name} is entitled since {entitled.since} and was not paid."
  message_zh: "{entitled.name}自{entitled.since}起应享受而未发放。"
  evidence: [{rows: entitled, limit: 3, title_zh: 名册}]
"""
)
TWICE = (
    HEAD.format(name="much", title="Paid much")
    + """
datasets: {payment: payment, shelter: shelter}
steps:
  - from: payment
  - exclude: payment.amount < 10
    reason: a trifle
    reason_zh: 金额过小
  - exists: shelter
    on: shelter.person_id = payment.person_id
  - aggregate:
      by: [payment.person_id]
      recipient: min(payment.name)
      payments: count(*)
      total: sum(payment.amount)
      last_paid: max(payment.paid_on)
clue:
  subject: {type: person, id: payment.person_id, name: recipient}
  happened_on: last_paid
  amount: total
  strength: [{otherwise: 1.0}]
  message: "{recipient} lives in a shelter and was paid {total} CNY in {payments} payments."
  message_zh: "{recipient}在机构供养，仍领取{payments}笔共{total}元。"
  evidence: [{rows: payment, limit: 5, title_zh: 发放}, {rows: shelter, limit: 1, title_zh: 机构}]
"""
)
MODEL = """model: care
title: Care subsidies
title_zh: 关爱补贴法律监督模型
status: shadow
owner: office
line: public_interest
supervised_body: 民政部门
goal: Pay whom it is due.
legal_basis: [{law: care_law, article: "1"}]
rules:
  - {use: care.unpaid, points: 60}
  - {use: care.much, points: 60}
merge: subject
scoring:
  method: points
  bands: {red: 50}
routing:
  - otherwise: watch
    due: {value: 30, unit: day}
dispositions: [substantiated, not_substantiated, lawful_exception, data_error, already_handled]
"""
LAW = """law: care_law
title: Care Act
title_zh: 关爱法
issuer: office
url: https://example.org/
checked: false
last_checked: 2026-06-01
articles:
  "1": [{effective_from: 2020-01-01, title: Care, title_zh: 关爱}]
"""


def entitled(*people: int, region: str = "340103") -> list[str]:
    return [f"{IDS[one]},{NAMES[one]},{region},2025-01-01" for one in people]


def sheltered(*people: int, region: str = "340103") -> list[str]:
    return [f"{IDS[one]},{NAMES[one]},{region}" for one in people]


def payment(person: int, day: str, number: str, amount: str = "100.50") -> str:
    return f"{IDS[person]},{NAMES[person]},340103,{day},{amount},{ACCOUNT},{number}"


@dataclass(frozen=True)
class Night:
    """What one night said and left."""

    settings: Settings
    ingest: IngestReport
    screening: ScreeningReport
    batches: list[SealedBatch]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(open_warehouse(self.settings, read_only=True)) as connection:
            return connection.execute(query, list(values)).fetchall()

    def clues(self, rule: str = "care.unpaid") -> set[str]:
        return {
            row[0]
            for row in self.rows(
                "select subject from clew.clue join clew.signal using (clue_id) where rule = ? and not gone", rule
            )
        }

    def undecided(self, rule: str = "care.unpaid") -> set[str]:
        return {
            row[0]
            for row in self.rows(
                "select subject from clew.undecided where screening_id = ? and rule = ?",
                self.screening.screening_id,
                rule,
            )
        }


@dataclass(frozen=True)
class Office:
    """The project in a folder of its own."""

    settings: Settings

    def drop(
        self, dataset: str, file: str, rows: Sequence[str], letter: str | None = "", *, header: str | None = None
    ) -> Path:
        """A file with its letter; ``letter`` adds lines to (or, as None, takes away) the usual certificate."""
        folder = self.settings.drop_dir / dataset
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file
        path.write_text("\n".join([HEADERS[dataset] if header is None else header, *rows]) + "\n", "utf-8")
        if letter is not None:
            usual = {"received_on": "2026-06-20", "complete": "true", "period": HALF_YEAR}
            usual |= dict(line.split(": ", 1) for line in letter.splitlines() if line)
            text = "".join(f"{key}: {value}\n" for key, value in usual.items() if value != "-")
            (folder / f"{file}.yml").write_text(text, "utf-8")
        return path

    @property
    def project(self) -> Project:
        problems = Problems()
        found = read_project(self.settings, problems)
        assert [str(one) for one in problems.errors] == []
        return found

    def ingest(self) -> IngestReport:
        with closing(open_warehouse(self.settings)) as connection:
            return ingest_folder(connection, self.settings, self.project.catalogue, today=AS_OF)

    def night(self, as_of: date = AS_OF) -> Night:
        project = self.project
        with closing(open_warehouse(self.settings)) as connection:
            report = ingest_folder(connection, self.settings, project.catalogue, today=as_of)
            screening = screen(
                connection, self.settings, project.catalogue, project.library, project.models, as_of=as_of
            )
            batches = deliver(
                connection,
                self.settings,
                project.catalogue,
                project.library,
                project.models,
                screening_id=screening.screening_id,
            )
        return Night(self.settings, report, screening, batches)


def make_office(folder: Path, **settings: Any) -> Office:
    """Write the project."""
    texts = {
        f"data_contracts/{name}.odcs.yaml": CONTRACT.format(dataset=name, kind=kind, columns=columns)
        for name, (kind, columns) in DATASETS.items()
    }
    texts |= {
        "rules/care/unpaid.yml": UNPAID,
        "rules/care/much.yml": TWICE,
        "rules/laws/care_law.yml": LAW,
        "models/care/model.yml": MODEL,
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Office(Settings(project=folder, **({"threads": 1} | settings)))


def usual(office: Office) -> None:
    """Person 0 is entitled and unpaid, 1 is paid, 2 is paid twice in a shelter; 3 is paid in February only."""
    office.drop("entitled", "名册.csv", entitled(0, 1, 2, 3))
    office.drop("shelter", "机构.csv", sheltered(2))
    office.drop(
        "payment",
        "一季度.csv",
        [payment(3, "2026-02-03", "P1"), payment(1, "2026-03-03", "P2")],
        "period: {from: 2026-01-01, to: 2026-04-01}",
    )
    office.drop(
        "payment",
        "二季度.csv",
        [
            payment(1, "2026-04-03", "P3"),
            payment(2, "2026-05-03", "P4"),
            payment(2, "2026-06-03", "P5", "99.50"),
            payment(2, "2026-06-04", "P6", "1"),
        ],
        "period: {from: 2026-04-01, to: 2026-07-01}",
    )
