"""A small project and a warehouse with one screening's clues, as the screening leaves them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from clew.problems import Problems
from clew.project import Project, read_project
from clew.settings import Settings
from clew.warehouse import open_warehouse

REPOSITORY = Path(__file__).parents[2]
SCREENING = "20260630-0a1b2c3d"
CLUE = "pension_after_death-00000000000000a1"
LATE = "pension_after_death-00000000000000b2"
PERSON, NAME = "340102195003072711", "张建国"

MANIFEST = {
    "as_of": "2026-06-30",
    "models": {"pension_after_death": {"rules": [{"rule": "benefit.paid_after_death", "variant": ""}]}},
}
RULE = """\
rule: benefit.paid_after_death
title: Benefit still paid after the recipient died
title_zh: 死亡后仍发放待遇
status: shadow
owner: office
created: 2026-05-11
modified: 2026-05-11
tags: [pattern.join]
description: Payments after death.
legal_basis:
  - {law: prc.social_insurance_law, article: "88", effective_from: 2011-07-01}
false_positives:
  - The death date is wrong, or a namesake's.
false_positives_zh:
  - 死亡日期有误，或属于同名的他人。
datasets: {death: death_register, payment: pension_payment}
steps:
  - from: death
  - join: payment
    on: payment.person_id = death.person_id
    where: payment.paid_on > month_end(death.died_on)
  - aggregate:
      by: [death.person_id, death.name, death.died_on]
      payments: count(*)
      overpaid: sum(payment.amount)
      last_paid: max(payment.paid_on)
clue:
  subject: {type: person, id: death.person_id, name: death.name}
  happened_on: last_paid
  amount: overpaid
  strength:
    - {otherwise: 0.5}
  message: "{death.name} died on {death.died_on}; {payments} payments followed."
  message_zh: "{death.name}于{death.died_on}死亡，此后仍发放{payments}笔。"
  evidence:
    - {show: death.died_on, title_zh: 死亡日期}
    - {show: payments, title_zh: 发放笔数}
    - {rows: payment, limit: 24, title_zh: 发放明细}
tests:
  - name: nobody
    as_of: 2026-06-30
    given: {}
    expect: none
"""
MODEL = """\
model: pension_after_death
title: Pension paid after death
title_zh: 死亡人员违规领取养老金法律监督模型
status: shadow
owner: office
line: public_interest
supervised_body: 社会保险经办机构
goal: Recover the money.
goal_zh: 追回资金，堵塞漏洞。
legal_basis:
  - {law: prc.social_insurance_law, article: "88", effective_from: 2011-07-01}
rules:
  - {use: benefit.paid_after_death, points: 60}
merge: subject
scoring:
  method: points
  cap: 100
  bands: {red: 80, orange: 50, yellow: 20}
routing:
  - {when: "band in ('red', 'orange')", to: public_interest, due: {value: 30, unit: day, counting: calendar}}
  - otherwise: watch
suppress_after:
  lawful_exception: {value: 24, unit: month, rounding: down}
limits: {clues_per_run: {warn_above: 100, stop_above: 1000}}
handling: [Check the death date against two sources.]
handling_zh: [先以两个来源核对死亡日期。]
dispositions: [substantiated, not_substantiated, lawful_exception, data_error, already_handled]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project folder with two shipped contracts, one rule and one model."""
    (tmp_path / "data_contracts").mkdir()
    for dataset in ("death_register", "pension_payment", "population_register"):
        shutil.copy(REPOSITORY / "data_contracts" / f"{dataset}.odcs.yaml", tmp_path / "data_contracts")
    for name, text in (("rules/benefit/paid_after_death.yml", RULE), ("models/pension_after_death/model.yml", MODEL)):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "rules" / "laws").mkdir()
    return tmp_path


@pytest.fixture
def settings(folder: Path) -> Settings:
    """Settings of that project."""
    return Settings(project=folder, threads=1, memory_limit="512MB")


@pytest.fixture
def project(settings: Settings) -> Project:
    """The project, read."""
    problems = Problems()
    content = read_project(settings, problems)
    assert not problems.errors, [str(problem) for problem in problems]
    return content


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse after one screening: two clues for public_interest, gaps, a funnel."""
    with closing(open_warehouse(settings)) as connection:
        fill(connection)
        yield connection


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Insert what ingest and screening would have stored."""
    connection.execute(
        "insert into clew.screening by name select ? screening_id, ? as_of, 'rules' rules_hash, 'inputs' inputs_hash,"
        " ? manifest",
        [SCREENING, date(2026, 6, 30), json.dumps(MANIFEST)],
    )
    for batch, dataset, file in ((1, "death_register", "deaths.csv"), (2, "pension_payment", "=2+3.csv")):
        connection.execute(
            "insert into clew.delivery (batch, dataset, file, sha256, bytes, received_on, status)"
            " values (?, ?, ?, ?, 10, ?, 'loaded')",
            [batch, dataset, file, f"{batch:064x}", date(2026, 6, 1)],
        )
    connection.execute(
        "create table data.death_register as select 1 as _batch, cast(7 as bigint) as _row, '340102' as region"
    )
    add_clue(connection, CLUE, PERSON, NAME, "red", 90)
    add_clue(connection, LATE, "340102195512120021", "李四", "orange", 55)
    connection.execute(
        "insert into clew.funnel (screening_id, rule, position, number, verb, sentence_zh, sentence_en, reason, rows,"
        " unknown, excluded, inconclusive, errors) values"
        " (?, 'benefit.paid_after_death', 1, '1', 'from', '取全部死亡信息', 'Take every row', '', 10, 0, 0, 0, 0),"
        " (?, 'benefit.paid_after_death', 2, '2', 'join', '与养老金发放配对', 'Pair', '', 2, 1, 0, 3, 0)",
        [SCREENING, SCREENING],
    )
    connection.execute(
        "insert into clew.outcome (screening_id, rule, outcome, subjects)"
        " values (?, 'benefit.paid_after_death', 'CLUE', 2), (?, 'benefit.paid_after_death', 'INCONCLUSIVE', 30)",
        [SCREENING, SCREENING],
    )
    connection.execute(
        "insert into clew.undecided (screening_id, rule, outcome, subject, episode, step, reason, dataset, region,"
        " period_from, period_to) select ?, 'benefit.paid_after_death', 'INCONCLUSIVE',"
        " '3401021950' || lpad(cast(n as varchar), 8, '0'), '', '2', '数据未覆盖', 'pension_payment', '3401',"
        " date '2026-03-01', date '2026-04-01' from range(30) as t(n)",
        [SCREENING],
    )


def add_clue(
    connection: duckdb.DuckDBPyConnection,
    clue_id: str,
    subject: str,
    name: str,
    band: str,
    score: int,
    *,
    route: str = "public_interest",
) -> None:
    """One stored clue with a signal, a factor and two evidence rows."""
    connection.execute(
        "insert into clew.clue (clue_id, model, subject_type, subject, subject_name, episode, score, band, route,"
        " due_on, happened_on, amount, shadow, state, first_screening, last_screening, first_as_of, last_as_of,"
        " content_hash) values (?, 'pension_after_death', 'person', ?, ?, '', ?, ?, ?, ?, ?, 6000, true, 'new',"
        " ?, ?, ?, ?, 'hash')",
        [
            clue_id,
            subject,
            name,
            score,
            band,
            route,
            date(2026, 7, 30),
            date(2026, 4, 20),
            SCREENING,
            SCREENING,
            date(2026, 6, 30),
            date(2026, 6, 30),
        ],
    )
    facts = {"death.person_id": subject, "death.name": name, "death.died_on": "2026-01-15", "payments": 2}
    connection.execute(
        "insert into clew.signal (clue_id, rule, rule_version, weight, strength, result, title, title_zh, message,"
        " message_zh, facts, position, answers, evidence_rows) values (?, 'benefit.paid_after_death', 1, 60, 0.5, 30,"
        " 'Paid', '死亡后仍发放待遇', ?, ?, ?, 1, 1, '{\"payment\": 1}')",
        [
            clue_id,
            f"{name} died on 2026-01-15; 2 payments followed.",
            f"{name}于2026-01-15死亡，此后仍发放2笔。",
            json.dumps(facts),
        ],
    )
    connection.execute("insert into clew.factor values (?, 1, 'amount >= 5000', '金额五千元以上', 10, 10)", [clue_id])
    death = {"person_id": subject, "name": name, "died_on": "2026-01-15", "source": "cremation", "region": "340102"}
    payment = {
        "payment_id": "=HYPERLINK(1)",
        "person_id": subject,
        "paid_on": "2026-04-20",
        "amount": "3000.00",
        "account": "6222020000000001",
        "region": "340102",
    }
    connection.execute(
        "insert into clew.evidence values (?, 'benefit.paid_after_death', 'death', 'death_register', 1, 7, ?),"
        " (?, 'benefit.paid_after_death', 'payment', 'pension_payment', 2, 12, ?)",
        [clue_id, json.dumps(death), clue_id, json.dumps(payment)],
    )
