"""Deliveries unlike those before are named; ordinary ones never are."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ingest.house import House

CASE = """
  - {name: case_id, physicalName: 编号, logicalType: string, primaryKey: true, primaryKeyPosition: 1, classification: internal}
  - {name: person_id, physicalName: 证件, logicalType: string, classification: sensitive}
  - {name: kind, physicalName: 类别, logicalType: string, enum: [{value: a}, {value: b}, {value: c}], classification: public}
  - {name: amount, physicalName: 金额, logicalType: number, logicalTypeOptions: {minimum: 0}, classification: internal}
  - {name: region, physicalName: 地区, logicalType: string, classification: public}
  - {name: paid_on, physicalName: 日期, logicalType: date, classification: internal}
"""  # noqa: E501 - one column a line
HEADER = "编号,证件,类别,金额,地区,日期"
DELIVERIES = 60


class Sender:
    """Makes deliveries: about ``size`` rows, of which ``broken`` percent break the contract."""

    def __init__(self, seed: int, size: int = 400) -> None:
        self.random, self.size, self.broken, self.number = random.Random(seed), size, 1.0, 0  # noqa: S311 - test data
        self.empty, self.weights, self.factor, self.regions = 0.05, (70, 25, 5), 1.0, 16

    def file(self) -> str:
        """The next delivery."""
        self.number += 1
        rows = max(int(self.random.gauss(self.size, self.size * 0.07)), 1)
        return "\n".join([HEADER, *(self._row(at) for at in range(rows))]) + "\n"

    def _row(self, at: int) -> str:
        pick = self.random
        amount = "?" if pick.random() * 100 < self.broken else f"{pick.lognormvariate(6, 1) * self.factor:.2f}"
        region = "" if pick.random() < self.empty else f"3401{pick.randrange(self.regions):02d}"
        kind = pick.choices("abc", self.weights)[0]
        day = f"2026-{1 + (self.number - 1) % 6:02d}-{pick.randrange(1, 29):02d}"
        return f"C{self.number}-{at},{pick.randrange(10**8)},{kind},{amount},{region},{day}"


def receive(house: House, sender: Sender, deliveries: int) -> list[str]:
    """Take deliveries in one after the other; what was unusual, as 'number measure column'."""
    said = []
    for _ in range(deliveries):
        text = sender.file()
        house.drop("case_record", f"{sender.number:03d}.csv", text)
        for file in house.ingest().files:
            if file.file == f"{sender.number:03d}.csv":
                assert file.status == "loaded"
                said += [f"{sender.number} {one.measure} {one.column}".rstrip() for one in file.unusual]
        (house.settings.drop_dir / "case_record" / f"{sender.number:03d}.csv").unlink()
    return said


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ordinary_deliveries_raise_no_alarm(house: House, seed: int) -> None:
    house.contract("case_record", CASE, kind="event")
    assert receive(house, Sender(seed, size=60 * seed), DELIVERIES) == []


def halved(sender: Sender) -> None:
    sender.size //= 2


def doubled(sender: Sender) -> None:
    sender.size *= 2


def emptied(sender: Sender) -> None:
    sender.empty = 0.4


def worse(sender: Sender) -> None:
    sender.broken = 15


def other_kinds(sender: Sender) -> None:
    sender.weights = (10, 20, 70)


def in_fen(sender: Sender) -> None:
    sender.factor = 100


def one_county(sender: Sender) -> None:
    sender.regions = 3


PLANTED: list[tuple[Callable[[Sender], None], set[str]]] = [
    (halved, {"volume"}),
    (doubled, {"volume"}),
    (emptied, {"nulls region"}),
    (worse, {"quarantine"}),
    (other_kinds, {"shape kind"}),
    (in_fen, {"shape amount"}),
    (one_county, {"shape region", "distinct region"}),
]


@pytest.mark.parametrize(("fault", "measures"), PLANTED, ids=[fault.__name__ for fault, _ in PLANTED])
def test_a_planted_fault_is_named_and_nothing_else(
    house: House, fault: Callable[[Sender], None], measures: set[str]
) -> None:
    house.contract("case_record", CASE, kind="event")
    sender = Sender(7)
    assert receive(house, sender, 8) == []
    fault(sender)
    assert set(receive(house, sender, 1)) == {f"9 {measure}" for measure in measures}
    kept = house.rows("select batch, measure from clew.anomaly order by measure")
    assert {batch for batch, _ in kept} == {9}
    assert len(kept) == len(measures)
