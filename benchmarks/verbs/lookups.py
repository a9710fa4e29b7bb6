"""Verbs that look something up in another dataset: join, exists, not_exists, not_followed_by, latest."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.verbs.case import Case, Table
from clew.plan import Type

_PERSON = "'340' || lpad(cast({} as varchar), 15, '0')"
PAYMENT = Table(
    {"person_id": Type.TEXT, "paid_on": Type.DATE, "amount": Type.DECIMAL, "kind": Type.TEXT},
    f"{_PERSON.format('hash(i) % ({n} // 12)')} as person_id,"
    " date '2024-01-01' + cast(hash(i + 1) % 900 as integer) as paid_on,"
    " cast(500 + hash(i + 2) % 2500 as decimal(18, 2)) as amount,"
    " case when hash(i + 3) % 10 = 0 then 'grant' else 'pension' end as kind",
    "paid_on",
)
DEATH = Table(
    {"person_id": Type.TEXT, "died_on": Type.DATE, "verified": Type.BOOLEAN},
    f"{_PERSON.format('i * 20')} as person_id, date '2024-01-01' + cast(hash(i + 4) % 900 as integer) as died_on,"
    " hash(i + 5) % 10 <> 0 as verified",
    share=Decimal(1) / 240,
)
CERTIFICATE = Table(
    {
        "certificate_no": Type.TEXT,
        "person_id": Type.TEXT,
        "issued_on": Type.DATE,
        "expires_on": Type.DATE,
        "level": Type.INTEGER,
    },
    f"'C' || i as certificate_no, {_PERSON.format('i // 2 * 2')} as person_id,"
    " date '2020-01-01' + cast(hash(i + 6) % 2300 as integer) as issued_on,"
    " date '2024-01-01' + cast(hash(i + 7) % 2000 as integer) as expires_on,"
    " cast(1 + hash(i + 8) % 4 as bigint) as level",
    share=Decimal(1) / 12,
)
CASES = (
    Case(
        "join, exclude",
        12_000_000,
        {"payment": PAYMENT, "death": DEATH},
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
    Case(
        "latest, join",
        12_000_000,
        {"payment": PAYMENT, "certificate": CERTIFICATE},
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
    Case(
        "exists",
        12_000_000,
        {"payment": PAYMENT, "death": DEATH},
        """
datasets: {death: death, payment: payment}
steps:
  - from: death
  - exists: payment
    on: payment.person_id = death.person_id
    where: payment.paid_on > death.died_on and payment.kind = 'pension'
clue:
  subject: {type: person, id: death.person_id}
  happened_on: death.died_on
""",
        """
select d.person_id, d.died_on, list_sort(list(p.row)), [d.row]
from death d join payment p on p.person_id = d.person_id and p.paid_on > d.died_on and p.kind = 'pension'
where p.paid_on <= date '2026-06-30' group by d.row, d.person_id, d.died_on
""",
    ),
    Case(
        "not_exists",
        12_000_000,
        {"payment": PAYMENT, "certificate": CERTIFICATE},
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
    Case(
        "not_followed_by",
        12_000_000,
        {"payment": PAYMENT, "certificate": CERTIFICATE},
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
)
