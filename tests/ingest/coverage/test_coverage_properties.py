"""Coverage never claims more than the acquisition records do, whatever they are; merging does not depend on order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.completeness.certified import Certified, certified, intervals
from clew.completeness.doubt import Doubt, Doubted
from clew.contracts.catalogue import Catalogue
from clew.engine import Coverage
from clew.ingest.coverage.certificate import certificates
from clew.ingest.coverage.certified import merged, read_coverage
from clew.ledgers import SCHEMA
from clew.plan import ALONE

FIRST = date(2025, 1, 1)
DAYS = st.integers(0, 400).map(lambda number: FIRST + timedelta(days=number))
REGIONS = st.sampled_from(["", "34", "3401", "340103", "340104", "3402"])
SPANS = st.tuples(DAYS, st.integers(1, 200)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))
COVERAGE = st.builds(lambda region, span: Coverage("pay", region, *span), REGIONS, SPANS)
DOUBTS = st.builds(
    lambda region, span, accepted: Doubted(
        "pay", region, span[0], span[0], span[1], Doubt.LOW, 1, 9, 5, accepted=accepted
    ),
    REGIONS,
    SPANS,
    st.booleans(),
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def claims(found: list[Coverage], region: str, day: date) -> bool:
    """Whether something certifies a day for a region, itself or a region it lies in."""
    return any(region.startswith(one.region) and one.start <= day < one.end for one in found)


@given(st.lists(COVERAGE), st.lists(COVERAGE), st.lists(COVERAGE))
@SOME
def test_merging_is_associative_commutative_and_idempotent(
    one: list[Coverage], two: list[Coverage], three: list[Coverage]
) -> None:
    together = merged([*one, *two, *three])
    assert merged([*merged([*one, *two]), *three]) == merged([*one, *merged([*two, *three])]) == together
    assert merged([*three, *one, *two]) == together == merged(together)


@given(st.lists(COVERAGE, max_size=5), st.lists(DOUBTS, max_size=3), REGIONS, DAYS)
@SOME
def test_what_an_engine_is_told_is_certified_and_not_in_doubt(
    coverage: list[Coverage], doubts: list[Doubted], region: str, day: date
) -> None:
    """For any region and day the entry that applies covers it just where it is certified and nothing is in doubt."""
    rows = intervals(Certified(tuple(coverage), tuple(doubts)), "pay", date(2030, 1, 1))
    codes = [code for code, _, _ in rows if region.startswith(code) or code == region + ALONE]
    applies = max(codes, key=len, default=None)
    told = any(
        code == applies and start is not None and end is not None and start <= day < end for code, start, end in rows
    )
    doubted = any(
        not one.accepted
        and one.start <= day < one.end
        and (region.startswith(one.region) or one.region.startswith(region))
        for one in doubts
    )
    assert told == (claims(coverage, region, day) and not doubted)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    connection.execute(SCHEMA)
    yield connection
    connection.close()


Delivered = tuple[str, tuple[date, date], bool, date, list[tuple[int, int]]]
"""Region, period, whether it is called complete, day of receipt, and (month, rows)."""
DELIVERY = st.tuples(
    REGIONS, SPANS, st.booleans(), DAYS, st.lists(st.tuples(st.integers(0, 13), st.integers(0, 90)), max_size=14)
)


def record(con: duckdb.DuckDBPyConnection, deliveries: list[Delivered]) -> None:
    """Write acquisition records, certificates and volumes as ingestion does."""
    for table in ("delivery", "coverage", "volume", "acceptance"):
        con.execute(f"delete from clew.{table}")
    for batch, (region, span, complete, received_on, volumes) in enumerate(deliveries, start=1):
        con.execute(
            "insert into clew.delivery (batch, dataset, file, sha256, bytes, received_on, region, period_from,"
            " period_to, status, complete) values (?, 'pay', ?, ?, 1, ?, ?, ?, ?, 'loaded', ?)",
            [batch, f"{batch}.csv", str(batch), received_on, region, *span, complete],
        )
        if complete:
            con.execute("insert into clew.coverage values ('pay', ?, ?, ?, ?)", [region, *span, batch])
        for number, rows in volumes:
            month = date(2025 + number // 12, number % 12 + 1, 1)
            code = (region + "340103")[:6] if region in ("", "340103") else (region + "01")[:6]
            con.execute(
                "insert into clew.volume (batch, dataset, region, month, rows, last_on) values (?, 'pay', ?, ?, ?, ?)",
                [batch, code, month, rows, month],
            )


@given(st.lists(DELIVERY, max_size=5), DAYS)
@FEW
def test_certificates_never_claim_more_than_the_acquisition_records(
    con: duckdb.DuckDBPyConnection, deliveries: list[Delivered], as_of: date
) -> None:
    record(con, deliveries)
    stated = [
        Coverage("pay", region, *span)
        for region, span, complete, received_on, _ in deliveries
        if complete and received_on <= as_of
    ]
    for one in read_coverage(con, as_of):
        assert claims(stated, one.region, one.start) and claims(stated, one.region, one.end - timedelta(days=1))
    catalogue = Catalogue({"pay": SimpleNamespace(regions=("3401", "3499"))})  # type: ignore[dict-item]  # nothing else is read
    holes = certified(con, as_of).holes
    for cell in certificates(con, catalogue, as_of):
        days = [cell.month + timedelta(days=number) for number in range(28)]
        if cell.state == "complete":
            assert all(claims(stated, cell.region, day) for day in days if day <= as_of)
            assert not any(hole.start <= cell.month < hole.end and hole.region == cell.region for hole in holes)
        if cell.state == "unknown":
            assert not any(claims(stated, cell.region, day) for day in days if day <= as_of)


@given(st.lists(DELIVERY, max_size=4), DAYS)
@FEW
def test_the_same_records_give_the_same_certificates_in_any_order(
    con: duckdb.DuckDBPyConnection, deliveries: list[Delivered], as_of: date
) -> None:
    catalogue = Catalogue({"pay": SimpleNamespace(regions=("3401", "3499"))})  # type: ignore[dict-item]  # nothing else is read
    record(con, deliveries)
    first = certificates(con, catalogue, as_of), certified(con, as_of)
    record(con, deliveries[::-1])
    assert (certificates(con, catalogue, as_of), certified(con, as_of)) == first
