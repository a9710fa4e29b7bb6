"""A small contract that uses every kind of check, and reading contracts from text."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from clew.contracts.model import Contract
from clew.contracts.read import read_document
from clew.problems import Problems

SAMPLE = """\
apiVersion: v3.2.0
kind: DataContract
id: payment
version: 1.0.0
status: active
name: Payments
description: {purpose: 发放明细}
team: {name: social_security}
servers:
  - server: drop
    type: local
    path: drop/payment
    format: csv
    encoding: GB18030
    customProperties:
      - {property: delimiter, value: "|"}
slaProperties:
  - {property: freshness, value: 35, unit: d}
customProperties:
  - {property: titleZh, value: 发放}
  - {property: kind, value: event}
  - {property: eventColumn, value: paid_on}
  - {property: regionColumn, value: region}
  - {property: quarantineTolerance, value: 0.05}
schema:
  - name: payment
    businessName: 发放
    logicalType: object
    quality:
      - {name: some_rows, type: library, metric: rowCount, mustBeGreaterThan: 0, severity: error}
      - name: returned_after_paid
        description: 退回日期不得早于发放日期
        type: sql
        query: SELECT COUNT(*) FROM {object} WHERE returned_on < paid_on
        mustBe: 0
        severity: error
      - {metric: duplicateValues, arguments: {properties: [person_id, paid_on]}, mustBeLessOrEqualTo: 20, unit: percent}
    properties:
      - name: payment_id
        physicalName: 流水号
        businessName: 流水号
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
      - name: person_id
        physicalName: 身份证号
        businessName: 身份证号
        logicalType: string
        logicalTypeOptions: {pattern: '^[0-9]{17}[0-9X]$'}
        required: true
        classification: personal
        relationships:
          - to: population.person_id
            customProperties: [{property: action, value: warn}]
        customProperties:
          - {property: repairs, value: [trim, upper, id18]}
          - {property: identity, value: id18}
      - name: amount
        businessName: 金额
        logicalType: number
        physicalType: DECIMAL(12, 3)
        logicalTypeOptions: {minimum: 0, maximum: 1000.5}
      - name: grade
        businessName: 级别
        logicalType: integer
        enum: [{value: 1}, {value: 2, label: 二级}]
      - name: scheme
        businessName: 险种
        logicalType: string
        logicalTypeOptions: {minLength: 2, maxLength: 8}
        unique: true
        quality:
          - {metric: nullValues, mustBeLessThan: 30, unit: percent, severity: warning}
          - {metric: invalidValues, arguments: {validValues: [职工, 居民]}, mustBeLessOrEqualTo: 50, unit: percent}
        customProperties:
          - {property: values, value: {职工养老: 职工}}
      - {name: paid_on, businessName: 发放日期, logicalType: date, logicalTypeOptions: {minimum: '1980-01-01'}}
      - {name: returned_on, businessName: 退回日期, logicalType: date}
      - {name: drunk, businessName: 醉驾, logicalType: boolean}
      - {name: region, businessName: 区划, logicalType: string, logicalTypeOptions: {pattern: '^[0-9]{6}$'}}
"""

Reader = Callable[[str], tuple[Contract | None, Problems]]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read a contract from text; the file is ``payment.odcs.yaml`` and messages show that name."""

    def read_text(text: str) -> tuple[Contract | None, Problems]:
        path = tmp_path / "payment.odcs.yaml"
        path.write_text(text, encoding="utf-8")
        problems = Problems()
        contracts = read_document(path, problems, "payment.odcs.yaml")
        return contracts[0] if contracts else None, problems

    return read_text


@pytest.fixture
def sample(read: Reader) -> Contract:
    """The contract of SAMPLE."""
    contract, problems = read(SAMPLE)
    assert contract is not None, [str(problem) for problem in problems]
    return contract


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks for the network fails."""

    def refused(*arguments: object, **_: object) -> NoReturn:
        raise AssertionError(f"the network was asked for {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
