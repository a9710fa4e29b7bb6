"""Compiled rules against the best hand-written DuckDB SQL, in one run: ratio of times, and peak memory.

    python benchmarks/rules.py [--rows 5000000] [--rounds 3] [--threads 2]

The data come from DuckDB's ``hash(range)``: no seed file, the same rows on every machine. Hand-written SQL gives the
clues: subject, measures and the identities of the evidence rows. The compiled rule gives these and the funnel, the
exclusion ledger, undecided subjects and how many were evaluated. The best of the rounds counts, for both.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Column, Contract, FileFormat, Kind
from clew.engines.duckdb import DuckDBEngine
from clew.engines.sources import Source, Sources
from clew.plan import Coverage, Type
from clew.problems import Place, Problems
from clew.rules.compile import compile_rule
from clew.rules.parse import parse_rule
from clew.yaml_file import parse_yaml

DAY = date(2026, 6, 30)

HEAD = """
rule: bench.{name}
title: t
title_zh: 测
status: test
owner: o
created: 2026-01-01
modified: 2026-01-01
tags: [pattern.bench]
description: d
legal_basis: [{{law: a, article: "1"}}]
false_positives: [none]
"""
TAIL = """
  strength: [{otherwise: 0.5}]
  message: m
  message_zh: 文
  evidence: [{rows: ALIAS, title_zh: 明细}]
tests:
  - {name: t, as_of: 2026-06-30, given: {payment: "person_id, paid_on\\nA, 2026-01-01"}, expect: none}
"""

RULES = {
    "paid_after_death": (
        """
datasets: {death: death, payment: payment}
steps:
  - from: death
    where: death.verified
  - join: payment
    on: payment.person_id = death.person_id
    where: payment.paid_on > month_end(death.died_on)
    expect: 1:n
  - exclude: payment.kind = 'grant'
    reason: lawful
  - aggregate:
      by: [death.person_id, death.died_on]
      n: count(*)
      total: sum(payment.amount)
      first: min(payment.paid_on)
  - where: total >= 1000
clue:
  subject: {type: person, id: death.person_id}
  happened_on: first
""",
        """
select d.person_id, d.died_on, count(*), sum(p.amount), min(p.paid_on), list_sort(list(distinct d.row)),
       list_sort(list(p.row))
from death d join payment p on p.person_id = d.person_id and p.paid_on > last_day(d.died_on)
where d.verified and p.kind <> 'grant' and p.paid_on <= date '2026-06-30'
group by all having sum(p.amount) >= 1000
""",
    ),
    "large_total": (
        """
datasets: {payment: payment}
steps:
  - from: payment
    where: payment.kind = 'pension'
  - aggregate: {by: payment.person_id, n: count(*), total: sum(payment.amount), first: min(payment.paid_on)}
  - where: total >= 34000
clue:
  subject: {type: person, id: payment.person_id}
  happened_on: first
""",
        """
with large as (select person_id, count(*) as n, sum(amount) as total, min(paid_on) as first from payment
               where kind = 'pension' and paid_on <= date '2026-06-30' group by all having sum(amount) >= 34000)
select l.*, r.rows from large l join (
    select person_id, list_sort(list(row)) as rows from payment semi join large using (person_id)
    where kind = 'pension' and paid_on <= date '2026-06-30' group by all) r using (person_id)
""",
    ),
    "certificate_expired_and_paid": (
        """
datasets: {certificate: certificate, payment: payment}
steps:
  - from: certificate
  - latest: {by: certificate.person_id, order_by: [certificate.issued_on, certificate.certificate_no]}
  - where: certificate.expires_on < $as_of
  - join: payment
    on: payment.person_id = certificate.person_id
    where: payment.paid_on > certificate.expires_on
    expect: 1:n
  - aggregate: {by: certificate.person_id, total: sum(payment.amount), first: min(payment.paid_on)}
clue:
  subject: {type: person, id: certificate.person_id}
  happened_on: first
""",
        """
with newest as (select * from certificate
                qualify row_number() over (partition by person_id order by issued_on desc, certificate_no desc) = 1)
select n.person_id, sum(p.amount), min(p.paid_on), list_sort(list(distinct n.row)), list_sort(list(p.row))
from newest n join payment p on p.person_id = n.person_id and p.paid_on > n.expires_on
where n.expires_on < date '2026-06-30' and p.paid_on <= date '2026-06-30' group by all
""",
    ),
    "entitled_and_not_paid": (
        """
datasets: {certificate: certificate, payment: payment}
steps:
  - from: certificate
    where: certificate.level <= 2 and certificate.expires_on > $as_of
  - not_exists: payment
    on: payment.person_id = certificate.person_id
    from: certificate.issued_on
clue:
  subject: {type: person, id: certificate.person_id}
  episode: certificate.certificate_no
  happened_on: certificate.issued_on
""",
        """
select c.person_id, c.certificate_no, c.issued_on, [c.row] from certificate c
anti join payment p on p.person_id = c.person_id and p.paid_on between c.issued_on and date '2026-06-30'
where c.level <= 2 and c.expires_on > date '2026-06-30'
""",
    ),
    "certificate_without_payment": (
        """
datasets: {certificate: certificate, payment: payment}
steps:
  - from: certificate
    where: certificate.level = 1
  - not_followed_by: payment
    on: payment.person_id = certificate.person_id
    when: payment.paid_on
    after: certificate.issued_on
    until: month_end(certificate.issued_on)
    late: keep
clue:
  subject: {type: person, id: certificate.person_id}
  episode: certificate.certificate_no
  happened_on: due_on
""",
        """
select c.person_id, c.certificate_no, min(p.paid_on) as done_on, arg_min(p.row, (p.paid_on, p.row)), [c.row]
from certificate c left join payment p
  on p.person_id = c.person_id and p.paid_on >= c.issued_on and p.paid_on <= date '2026-06-30'
where c.level = 1 and last_day(c.issued_on) < date '2026-06-30'
group by c.row, c.person_id, c.certificate_no, c.issued_on having done_on is null or done_on > last_day(c.issued_on)
""",
    ),
}


def contract(dataset: str, columns: dict[str, Type], event: str | None) -> Contract:
    """A contract with nothing but types."""
    place = Place(dataset)
    made = tuple(Column(name, kind, name, name, "", place) for name, kind in columns.items())
    return Contract(
        dataset,
        dataset,
        dataset,
        "1",
        "",
        "",
        made,
        (),
        (),
        Kind.EVENT if event else Kind.REGISTER,
        event,
        None,
        None,
        Decimal(0),
        FileFormat(),
        "",
        dataset,
        place,
    )


CATALOGUE = Catalogue(
    {
        one.dataset: one
        for one in (
            contract(
                "payment",
                {"person_id": Type.TEXT, "paid_on": Type.DATE, "amount": Type.DECIMAL, "kind": Type.TEXT},
                "paid_on",
            ),
            contract("death", {"person_id": Type.TEXT, "died_on": Type.DATE, "verified": Type.BOOLEAN}, None),
            contract(
                "certificate",
                {
                    "certificate_no": Type.TEXT,
                    "person_id": Type.TEXT,
                    "issued_on": Type.DATE,
                    "expires_on": Type.DATE,
                    "level": Type.INTEGER,
                },
                None,
            ),
        )
    }
)


def make_data(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """``rows`` payments of ``rows / 12`` persons; certificates of a half, deaths of a twentieth of them."""
    persons = rows // 12
    person = "'340' || lpad(cast({} as varchar), 15, '0')"
    connection.execute(f"""
        create schema data;
        create table data.payment as select {person.format(f"hash(i) % {persons}")} as person_id,
            date '2024-01-01' + cast(hash(i + 1) % 900 as integer) as paid_on,
            cast(500 + hash(i + 2) % 2500 as decimal(18, 2)) as amount,
            case when hash(i + 3) % 10 = 0 then 'grant' else 'pension' end as kind,
            1 as _batch, 'payment.csv' as _file, i + 1 as _row from range({rows}) t(i);
        create table data.death as select {person.format("i * 20")} as person_id,
            date '2024-01-01' + cast(hash(i + 4) % 900 as integer) as died_on, hash(i + 5) % 10 <> 0 as verified,
            2 as _batch, 'death.csv' as _file, i + 1 as _row from range({persons // 20}) t(i);
        create table data.certificate as select 'C' || i as certificate_no, {person.format("i // 2 * 2")} as person_id,
            date '2020-01-01' + cast(hash(i + 6) % 2300 as integer) as issued_on,
            date '2024-01-01' + cast(hash(i + 7) % 2000 as integer) as expires_on,
            cast(1 + hash(i + 8) % 4 as bigint) as level,
            3 as _batch, 'certificate.csv' as _file, i + 1 as _row from range({persons}) t(i);
    """)


def name_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Short names for the hand-written side, with the row identity as ``row``."""
    for name in CATALOGUE.contracts:
        connection.execute(
            f"create view {name} as select * exclude (_row, _batch, _file), "
            f"(cast(_batch as bigint) << 36) | _row as row from data.{name}"
        )


def best(run: Callable[[], int], rounds: int) -> tuple[float, int]:
    """The shortest time of a run, and what it found."""
    times, found = [], 0
    for _ in range(rounds):
        start = time.perf_counter()
        found = run()
        times.append(time.perf_counter() - start)
    return min(times), found


def main() -> None:
    """Run every pair and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--only", default="")
    given = options.parse_args()
    connection = duckdb.connect(":memory:", config={"threads": given.threads})
    make_data(connection, given.rows)
    name_tables(connection)
    sources = Sources(
        {
            name: Source(f"data.{name}", frozenset(column.name for column in one.columns))
            for name, one in CATALOGUE.contracts.items()
        },
        tuple(Coverage(name, "", date(1, 1, 1), date(2027, 1, 1)) for name in CATALOGUE.contracts),
    )
    engine = DuckDBEngine(connection, sources)
    print(f"{given.rows:,} payments, {given.threads} threads, best of {given.rounds}")
    print(f"{'rule':<38}{'by hand':>9}{'compiled':>10}{'ratio':>7}{'clues':>10}")
    for name, (body, by_hand) in RULES.items():
        if given.only in name:
            compare(connection, engine, name, body, by_hand, given.rounds)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, data included")


def compare(
    connection: duckdb.DuckDBPyConnection, engine: DuckDBEngine, name: str, body: str, by_hand: str, rounds: int
) -> None:
    """Time one pair and check that both find as many."""
    problems = Problems()
    alias = body.split("from: ", 1)[1].split("\n", 1)[0]
    text = HEAD.format(name=name) + body.strip("\n") + TAIL.replace("ALIAS", alias)
    node = parse_yaml(text, f"{name}.yml", problems)
    rule = parse_rule(node, f"{name}.yml", problems) if node is not None else None
    plan = compile_rule(rule, CATALOGUE, problems, as_of=DAY) if rule is not None else None
    if plan is None:
        raise SystemExit("\n".join(map(str, problems)))
    hand, expected = best(lambda: int(connection.sql(by_hand).to_arrow_table().num_rows), rounds)
    compiled, found = best(lambda: int(engine.run(plan).clues.num_rows), rounds)
    note = "" if found == expected else f"  by hand {expected:,}"
    print(f"{name:<38}{hand:>8.2f}s{compiled:>9.2f}s{compiled / hand:>7.2f}{found:>10,}{note}", flush=True)


if __name__ == "__main__":
    main()
