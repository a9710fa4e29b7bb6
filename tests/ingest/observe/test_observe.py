"""Deliveries unlike those before are named; ordinary ones never are."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date

import pytest

from clew.ingest.observe.anomaly import FEWEST, WINDOW, judged, share_floor
from clew.ingest.observe.health import read_health
from clew.ingest.observe.observation import distinct_anomaly, shape_anomaly
from clew.ingest.observe.profile import ColumnProfile
from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.ingest.house import House

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
    """Take deliveries in; what was unusual, as 'number measure column'."""
    names = []
    for _ in range(deliveries):
        text = sender.file()
        names.append(f"{sender.number:03d}.csv")
        house.drop("case_record", names[-1], text)
    reports = [file for file in house.ingest().files if file.file in names]
    assert [file.status for file in reports] == ["loaded"] * deliveries
    return [f"{int(file.file[:3])} {one.measure} {one.column}".rstrip() for file in reports for one in file.unusual]


def test_ordinary_deliveries_raise_no_alarm(house: House) -> None:
    house.contract("case_record", CASE, kind="event")
    assert receive(house, Sender(1, size=80), DELIVERIES) == []
    assert house.rows("select count(*) from clew.anomaly") == [(0,)]


def profile(pick: random.Random, rows: int) -> ColumnProfile:
    """A column as a delivery of random values has it: gaps, a few kinds in uneven shares."""
    shape = Counter(pick.choices("abcdefgh", (40, 25, 15, 8, 5, 4, 2, 1), k=rows))
    nulls = sum(pick.random() < 0.03 for _ in range(rows))
    return ColumnProfile("kind", rows + nulls, nulls, len(shape), shape)


@pytest.mark.parametrize("size", [30, 400, 3000])
def test_random_columns_raise_no_alarm(size: int) -> None:
    for seed in range(6):
        pick = random.Random(seed)  # noqa: S311 - test data
        past = [profile(pick, max(int(pick.gauss(size, size * 0.07)), 1)) for _ in range(DELIVERIES)]
        for at in range(FEWEST, DELIVERIES):
            before, now = past[max(at - WINDOW, 0) : at], past[at]
            shares = [one.null_share for one in before]
            floor = share_floor(shares, now.sampled)
            assert judged((at, "x"), ("nulls", "kind"), now.null_share, shares, floor) is None
            assert distinct_anomaly((at, "x"), now, before) is None
            assert shape_anomaly((at, "x"), now, before) is None


def test_with_fewer_than_five_earlier_deliveries_nothing_is_said(house: House) -> None:
    house.contract("case_record", CASE, kind="event")
    sender = Sender(7)
    assert receive(house, sender, FEWEST - 1) == []
    doubled(sender)
    emptied(sender)
    assert receive(house, sender, 1) == []


def test_months_are_not_compared_with_half_years_nor_regions_with_each_other(house: House) -> None:
    house.contract("case_record", CASE, kind="event")
    sender = Sender(7)
    assert receive(house, sender, 6) == []
    doubled(sender)
    for at, papers in enumerate(("region: '3401'\n", "period: {from: 2026-01-01, to: 2026-07-01}\n")):
        house.drop("case_record", f"other{at}.csv", sender.file(), papers)
    assert [file.unusual for file in house.ingest().files if file.status == "loaded"] == [(), ()]


def test_columns_about_people_are_counted_and_nothing_more(house: House) -> None:
    house.contract("case_record", CASE, kind="event")
    receive(house, Sender(7), 1)
    shapes = dict(house.rows("select column_name, shape::varchar from clew.profile"))
    assert shapes["person_id"] == shapes["case_id"] == "{}"
    assert set(json.loads(shapes["kind"])) == {"a", "b", "c"}


def test_a_large_delivery_is_profiled_on_the_same_rows_every_time(house: House) -> None:
    house.contract("case_record", CASE, kind="event")
    text = Sender(7, size=40_000).file()
    house.drop("case_record", "a.csv", text)
    house.drop("case_record", "b.csv", text.replace("C1-", "C2-"))
    house.ingest()
    first, second = (
        house.rows("select * exclude (batch) from clew.profile where batch = ? order by column_name", batch)
        for batch in (1, 2)
    )
    assert first == second
    assert 16_000 < first[0][2] < 21_000


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


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with eight ordinary deliveries."""
    folder = tmp_path_factory.mktemp("usual")
    settings = Settings(project=folder, state=folder / "var", threads=2, memory_limit="1GB", lineage="")
    with closing(open_warehouse(settings)) as con:
        house = House(settings, con)
        house.contract("case_record", CASE, kind="event")
        assert receive(house, Sender(7), 8) == []
        yield house


@pytest.mark.parametrize(("number", "fault", "measures"), [(20 + at, *one) for at, one in enumerate(PLANTED)],
                         ids=[fault.__name__ for fault, _ in PLANTED])  # fmt: skip
def test_a_planted_fault_is_named_and_nothing_else(
    usual: House, number: int, fault: Callable[[Sender], None], measures: set[str]
) -> None:
    sender = Sender(7)
    sender.number = number
    fault(sender)
    assert set(receive(usual, sender, 1)) == {f"{number + 1} {measure}" for measure in measures}
    (batch,) = usual.rows("select max(batch) from clew.delivery")[0]
    assert usual.rows("select count(*) from clew.anomaly where batch = ?", batch) == [(len(measures),)]
    # As if it had been corrected: what was wrong is not what the next delivery is compared with.
    usual.con.execute("update clew.delivery set superseded_by = 1 where batch = ?", [batch])


def test_deliveries_kept_for_longer_than_agreed_are_named(house: House) -> None:
    """Those that were refused are at rest too; what was replaced is still kept."""
    agreed = "slaProperties:\n  - {property: retention, value: 12, unit: m}\n"
    house.contract("case_record", CASE, extra=agreed)
    old = f"{HEADER}\nC1,1,a,1,340101,2024-01-01\n"
    house.drop("case_record", "old.csv", old, "received_on: 2025-01-10\n")
    house.drop("case_record", "bad.csv", "no such heading\n1\n", "received_on: 2025-01-11\n")
    house.drop("case_record", "new.csv", old.replace("C1", "C2"), "received_on: 2026-06-01\nreplaces: old.csv\n")
    house.ingest()
    (health,) = read_health(house.con, house.catalogue, date(2026, 6, 30))
    assert health.kept_too_long == (1, 2) and not health.well
    (then,) = read_health(house.con, house.catalogue, date(2025, 12, 31))
    assert then.kept_too_long == () and then.well
