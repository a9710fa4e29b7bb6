"""A small project for the models' tests: two rules about one person, one about episodes, and a model that uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.problems import Problems
from clew.rules.model import Rule
from clew.rules.parse import parse_rule
from clew.supervision.model import Model
from clew.supervision.parse import read_model
from clew.yaml_file import parse_yaml

ROOT = Path(__file__).parent.parent.parent

HEAD = """\
rule: {id}
title: {title}
title_zh: {title}
status: stable
owner: office
created: 2026-01-01
modified: 2026-01-01
tags: [domain.test]
description: A rule of the tests.
legal_basis: [{{law: prc.social_insurance_law, article: "88"}}]
false_positives: [none known]
"""

PAID = HEAD.format(id="benefit.paid", title="Paid after death") + """\
parameters:
  min_amount: {title_zh: 最低金额, value: 1000, unit: CNY, range: [0, 100000], source: practice, why: cost}
datasets: {death: death_register, payment: pension_payment}
steps:
  - from: death
    where: death.source = 'cremation'
  - join: payment
    on: payment.person_id = death.person_id
    where: payment.paid_on > month_end(death.died_on)
    expect: 1:n
  - exclude: payment.returned_on is not null
    reason: already returned
  - aggregate:
      by: [death.person_id, death.name, death.died_on]
      payments: count(*)
      overpaid: sum(payment.amount)
      first_paid: min(payment.paid_on)
  - where: overpaid >= $min_amount
clue:
  subject: {type: person, id: death.person_id, name: death.name}
  happened_on: first_paid
  amount: overpaid
  strength:
    - {when: payments >= 3, is: 1.0}
    - {otherwise: 0.5}
  message: "{death.name}: {payments} payments, {overpaid} CNY."
  message_zh: "{death.name}：{payments}笔，{overpaid}元。"
  evidence:
    - {show: payments, title_zh: 笔数}
    - {rows: payment, limit: 2, title_zh: 明细}
tests:
  - name: none
    as_of: 2026-06-30
    given: {death: "person_id"}
    expect: none
"""

CERTIFIED = HEAD.format(id="benefit.certified", title="Certified alive after death") + """\
datasets: {death: death_register, certification: life_certification}
steps:
  - from: death
    where: death.source = 'cremation'
  - join: certification
    on: certification.person_id = death.person_id
    where: certification.certified_on > death.died_on
    expect: 1:n
  - aggregate:
      by: [death.person_id, death.name]
      certifications: count(*)
      last_certified: max(certification.certified_on)
clue:
  subject: {type: person, id: death.person_id, name: death.name}
  happened_on: last_certified
  strength: [{otherwise: 0.7}]
  message: "certified {certifications} times"
  message_zh: "认证{certifications}次"
  evidence: [{rows: certification, limit: 5, title_zh: 认证}]
tests:
  - name: none
    as_of: 2026-06-30
    given: {death: "person_id"}
    expect: none
"""

MODEL = """\
model: after_death
title: Paid after death
title_zh: 死亡后领取待遇
status: shadow
owner: office
line: public_interest
supervised_body: 社保中心
goal: Recover the money.
legal_basis: [{law: prc.social_insurance_law, article: "88"}]
rules:
  - {use: benefit.paid, points: 60, with: {min_amount: 500}}
  - {use: benefit.certified, points: 30}
merge: subject
scoring:
  method: points
  factors:
    - {when: amount >= 50000, points: 20, title_zh: 金额五万元以上}
    - {when: amount >= 10000 or certifications >= 5, points: 10, title_zh: 金额一万元以上}
  factors_apply: first
  bands: {red: 80, orange: 50, yellow: 20}
routing:
  - when: band = 'red' and amount >= 50000
    to: criminal
    due: {value: 7, unit: day, counting: working}
  - when: band in ('red', 'orange')
    to: public_interest
    due: {value: 30, unit: day}
  - otherwise: watch
suppress_after:
  not_substantiated: {value: 12, unit: month, rounding: down}
  data_error: until_source_changes
freshness: {payment: {value: 35, unit: day}}
limits: {clues_per_run: {warn_above: 4, stop_above: 6}}
dispositions: [substantiated, not_substantiated, lawful_exception, data_error, already_handled]
"""

AS_OF = date(2026, 6, 30)


def rule_of(text: str) -> Rule:
    problems = Problems()
    node = parse_yaml(text, "rules/benefit/r.yml", problems)
    rule = parse_rule(node, "rules/benefit/r.yml", problems) if node else None
    assert rule is not None, list(problems)
    assert not problems.errors, list(problems)
    return rule


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue(ROOT / "data_contracts", Problems())


@pytest.fixture(scope="session")
def rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in map(rule_of, (PAID, CERTIFIED))}


@pytest.fixture
def make_model(tmp_path: Path) -> Callable[..., Model]:
    """A model from the text above with replacements: make_model(("shadow", "live"))."""

    def make(*changes: tuple[str, str], tests: str = "") -> Model:
        text = MODEL
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        folder = tmp_path / "after_death"
        folder.mkdir(exist_ok=True)
        (folder / "model.yml").write_text(text, encoding="utf-8")
        if tests:
            (folder / "tests.yml").write_text(tests, encoding="utf-8")
        problems = Problems()
        model = read_model(folder / "model.yml", problems, "models/after_death/model.yml")
        assert model is not None, list(problems)
        return model

    return make
