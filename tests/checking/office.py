"""A small office whose files lean on one another in every way that a check can see: the starter's, and a second rule
that reads a register, calls an exclusion and an entitlement, and is weighed by a second model with a threshold of its
own."""

from __future__ import annotations

import shutil
from pathlib import Path

STARTER = Path(__file__).parents[2] / "src/clew/cli/starter"
REGISTER = """\
apiVersion: v3.2.0
kind: DataContract
id: death_register
version: 1.0.0
status: active
name: Deaths
description: {purpose: 示例, usage: 仅用于法律监督。}
team: {name: example_agency}
servers: [{server: drop, type: local, path: drop/death_register, format: csv, encoding: UTF-8}]
customProperties:
  - {property: titleZh, value: 死亡登记}
  - {property: kind, value: register}
schema:
  - name: death_register
    logicalType: object
    properties:
      - {name: person_id, businessName: 身份证号, logicalType: string, required: true, primaryKey: true,
         primaryKeyPosition: 1, classification: sensitive}
      - {name: died_on, businessName: 死亡日期, logicalType: date, required: true, classification: personal}
      - {name: revoked_on, businessName: 撤销日期, logicalType: date, classification: internal}
"""
EXCLUSION = """\
exclusion: revoked
cause: FP01
title: Death record revoked
title_zh: 死亡登记已撤销
takes: [revoked_on]
when: revoked_on is not null
reason: record revoked
reason_zh: 登记已撤销
basis: practice 实务
"""
ENTITLEMENT = """\
entitlement: still_due
title: Paid for a time when it was due
title_zh: 应当发放的期间
takes: [paid_on, died_on, grace]
when: paid_on <= month_end(died_on) + grace
basis: practice 实务
"""
LAW = """\
law: second_law
title: A second law
title_zh: 第二部示例法律
url: https://flk.npc.gov.cn/
checked: false
last_checked: 2026-03-01
articles:
  "7": {effective_from: 2020-01-01}
"""
HOLIDAYS = """\
holidays: 2026
title: Holidays of 2026
title_zh: 2026年节假日安排
url: https://www.gov.cn/
checked: false
last_checked: 2026-11-30
days_off:
  - {name: New Year, name_zh: 元旦, from: 2026-01-01, to: 2026-01-03}
days_of_work: [2026-01-04]
"""
RULE = """\
rule: example.paid_late
title: Paid after death
title_zh: 死亡后发放
status: test
owner: example_office
created: 2026-11-01
modified: 2026-11-01
tags: [domain.example]
description: Payments after the month of death.
legal_basis:
  - {law: second_law, article: "7", effective_from: 2020-01-01}
false_positives: [A person of the same name.]
parameters:
  grace: {title_zh: 宽限期, value: 1, unit: month, rounding: down, range: [0, 6], source: practice, why: Files lag.}
  notice: {title_zh: 告知期限, value: 3, unit: day, counting: working, source: practice, why: It is told by then.}
datasets: {death: death_register, payment: payment}
steps:
  - from: death
  - exclude: revoked(death.revoked_on)
  - join: payment
    on: payment.person_id = death.person_id
    where: not still_due(payment.paid_on, death.died_on, $grace)
  - where: payment.paid_on > deadline(death.died_on, $notice)
  - aggregate:
      by: [death.person_id]
      payments: count(*)
      overpaid: sum(payment.amount)
clue:
  subject: {type: person, id: death.person_id}
  amount: overpaid
  strength: [{when: payments >= 3, is: 1.0}, {otherwise: 0.5}]
  message: "{payments} payments worth {overpaid} CNY after death."
  message_zh: "死亡后发放{payments}笔，共{overpaid}元。"
  evidence: [{show: overpaid, title_zh: 多发金额, unit: CNY}]
tests:
  - name: "boundary: the last day of grace is not a clue"
    as_of: 2026-06-30
    given:
      death: |
        person_id,          died_on
        11010519491231002X, 2026-01-15
      payment: |
        payment_id, person_id,          name, pay_month,  paid_on,    amount
        P1,         11010519491231002X, 张三, 2026-02-01, 2026-02-28, 100
    expect: none
  - name: the day after is one
    as_of: 2026-06-30
    given:
      death: |
        person_id,          died_on
        11010519491231002X, 2026-01-15
      payment: |
        payment_id, person_id,          name, pay_month,  paid_on,    amount
        P1,         11010519491231002X, 张三, 2026-02-01, 2026-03-01, 100
    expect: [{subject: 11010519491231002X, payments: 1, strength: 0.5}]
"""
MODEL = """\
model: after_death
title: Paid after death
title_zh: 死亡后发放法律监督模型
status: shadow
owner: example_office
line: public_interest
supervised_body: 示例发放单位
goal: Recover what was paid.
legal_basis: [{law: second_law, article: "7", effective_from: 2020-01-01}]
rules:
  - {use: example.paid_late, weight: 0.8, with: {grace: 2}}
  - {use: example.paid_twice, weight: 0.4}
merge: subject
scoring:
  method: noisy_or
  cap: 100
  bands: {red: 80, orange: 40, yellow: 20}
routing:
  - {when: "overpaid >= 100 and band = 'red'", to: public_interest, due: {value: 30, unit: day, counting: calendar}}
  - otherwise: watch
dispositions: [substantiated, not_substantiated]
"""
FILES = {
    "data_contracts/death_register.odcs.yaml": REGISTER,
    "rules/exclusions/revoked.yml": EXCLUSION,
    "rules/entitlements/still_due.yml": ENTITLEMENT,
    "rules/holidays/2026.yml": HOLIDAYS,
    "rules/laws/second_law.yml": LAW,
    "rules/example/paid_late.yml": RULE,
    "models/after_death/model.yml": MODEL,
}


def open_office(folder: Path) -> Path:
    """Write the office's files into ``folder``."""
    shutil.copytree(STARTER, folder)
    for place, text in FILES.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
