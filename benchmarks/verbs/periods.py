"""``overlap``: among the rows of one dataset, and between two."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.verbs.case import Case, Table
from benchmarks.verbs.lookups import PAYMENT
from clew.plan import Type

_SHIFT = Table(
    {"shift_no": Type.TEXT, "worker": Type.TEXT, "starts": Type.TIMESTAMP, "ends": Type.TIMESTAMP},
    "'S' || i as shift_no, 'W' || hash(i) % 20000 as worker,"
    " timestamp '2025-01-01' + to_minutes(cast(hash(i + 1) % 644000 as bigint)) as starts,"
    " timestamp '2025-01-01' + to_minutes(cast(hash(i + 1) % 644000 + 15 + hash(i + 2) % 90 as bigint)) as ends",
)
_CUSTODY = Table(
    {"custody_no": Type.TEXT, "person_id": Type.TEXT, "since": Type.DATE, "until": Type.DATE},
    "'B' || i as custody_no, '340' || lpad(cast(hash(i + 9) % ({n} // 12) as varchar), 15, '0') as person_id,"
    " date '2023-01-01' + cast(hash(i + 4) % 1200 as integer) as since,"
    " case when hash(i + 6) % 10 > 0 then date '2023-01-01' + cast(hash(i + 4) % 1200 + hash(i + 5) % 300 as integer)"
    " end as until",
    share=Decimal(1) / 200,
)
CASES = (
    Case(
        "overlap, self",
        9_500_000,
        {"shift": _SHIFT},
        """
datasets: {shift: shift, other: shift}
steps:
  - from: shift
  - overlap: other
    self: shift
    on: other.worker = shift.worker
    left: {from: shift.starts, to: shift.ends}
    min: 30
  - aggregate:
      by: shift.worker
      n: count(*)
      total: sum(overlap_minutes)
clue:
  subject: {type: person, id: shift.worker}
""",
        """
with ticks as (select worker, row, epoch_us(starts) as s, epoch_us(ends) as e from shift where ends >= starts)
select worker, count(*), sum(least(a.e, b.e) - b.s) // 60000000, list_sort(list_distinct(list(a.row))),
    list_sort(list_distinct(list(b.row)))
from (select *, unnest(range(s // 1200000000, (e - 1) // 1200000000 + 1)) as bucket from ticks) a
join (select *, s // 1200000000 as bucket from ticks) b using (worker, bucket)
where b.s >= a.s and b.s < a.e and (b.s > a.s or b.row > a.row) and least(a.e, b.e) - b.s >= 30 * 60000000
group by all
""",
    ),
    Case(
        "overlap, two datasets",
        12_000_000,
        {"payment": PAYMENT, "custody": _CUSTODY},
        """
datasets: {payment: payment, custody: custody}
steps:
  - from: payment
  - overlap: custody
    on: custody.person_id = payment.person_id
    left: {from: payment.paid_on}
    right: {from: custody.since, to: custody.until}
  - aggregate:
      by: custody.person_id
      n: count(*)
      first: min(payment.paid_on)
clue:
  subject: {type: person, id: custody.person_id}
  happened_on: first
""",
        """
select person_id, count(*), min(paid_on), list_sort(list_distinct(list(p.row))), list_sort(list_distinct(list(c.row)))
from payment p join custody c using (person_id)
where p.paid_on <= date '2026-06-30' and p.paid_on >= c.since
    and p.paid_on < greatest(coalesce(c.until, date '2026-07-01'), c.since + 1) and (c.until < c.since) is not true
group by all
""",
    ),
)
