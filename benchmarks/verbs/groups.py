"""Verbs over the rows of a group: aggregate and peer."""

from __future__ import annotations

from benchmarks.verbs.case import Case, Table
from benchmarks.verbs.lookups import PAYMENT
from clew.plan import Type

_CLAIM = Table(
    {"claim_no": Type.TEXT, "hospital": Type.TEXT, "amount": Type.DECIMAL},
    "'Z' || i as claim_no, 'H' || hash(i) % 2000 as hospital,"
    " cast(exp(5 + (hash(i + 1) % 1000000) / 500000 + case when hash(i + 2) % 10000 = 0 then 4 else 0 end)"
    " as decimal(18, 2)) as amount",
    key=("claim_no",),
)

# The median of the others of each row, exactly: two neighbours of the middle value are enough to know it. A row can
# only be far if it lies beyond the least scale, so the exact arithmetic is for few rows.
_MIDDLE = """
with centre as materialized (select hospital, quantile_disc(amount, 0.5) as c from claim group by all),
around as materialized (
    select hospital, any_value(c) as c, count(*) as n, count(*) filter (amount < c) as below,
           count(*) filter (amount > c) as above, max(amount) filter (amount < c) as before,
           min(amount) filter (amount > c) as after
    from claim join centre using (hospital) group by all),
middle as materialized (
    select hospital, n, case when n // 2 <= below then before else c end as m0,
           c as m1, case when n // 2 + 2 > n - above then after else c end as m2,
           n % 2 = 0 as even from around)
"""
_MEDIAN = """case when even then case when amount <= m0 then m1 else m0 end
        else (case when amount <= m0 then m1 else m0 end + case when amount <= m1 then m2 else m1 end) / 2 end"""


def _peer(method: str, cut: str, by_hand: str) -> Case:
    return Case(
        f"peer, {method}",
        12_000_000,
        {"claim": _CLAIM},
        f"""
datasets: {{claim: claim}}
steps:
  - from: claim
  - peer: {{of: claim.amount, group: claim.hospital, method: {method}, min_n: 30, cut: {cut}}}
clue:
  subject: {{type: claim, id: claim.claim_no}}
""",
        by_hand,
    )


CASES = (
    Case(
        "aggregate",
        12_000_000,
        {"payment": PAYMENT},
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
    _peer(
        "median_ratio",
        "20",
        f"""{_MIDDLE}
select claim_no, n - 1, median, amount / median, [row] from (
    select claim_no, n, amount, row, {_MEDIAN} as median
    from claim join middle using (hospital) where amount >= 20 * m0 and n > 30)
where amount >= 20 * median
""",
    ),
    _peer(
        "mad",
        "20",
        # A row far above has the median of the others of a row beyond the middle: one median of deviations a group.
        f"""{_MIDDLE},
high as materialized (
    select hospital, n, m2, case when even then m0 else (m0 + m1) / 2 end as median from middle),
spread as materialized (
    select hospital, quantile_disc(abs(amount - median), 0.5) as d from claim join high using (hospital) group by all),
wide as materialized (
    select hospital, any_value(d) as d, count(*) filter (abs(amount - median) < d) as below,
           count(*) filter (abs(amount - median) > d) as above,
           max(abs(amount - median)) filter (abs(amount - median) < d) as before
    from claim join high using (hospital) join spread using (hospital) group by all),
scale as materialized (
    select hospital, n, m2, median, case when n % 2 = 0 then case when n // 2 <= below then before else d end
        else ((case when n // 2 <= below then before else d end) + d) / 2 end as mad
    from high join wide using (hospital))
select claim_no, n - 1, median, 0.6745 * (amount - median) / mad, [row]
from claim join scale using (hospital)
where amount > m2 and 0.6745 * (amount - median) >= 20 * mad and n > 30
""",
    ),
    _peer(
        "percentile",
        "0.9999",
        f"""{_MIDDLE},
sizes as materialized (select hospital, quantile_disc(amount, 0.9995) as q from claim group by all),
top as (select * from claim join sizes using (hospital) join middle using (hospital) where amount >= q)
select claim_no, n - 1, median, share, [row] from (
    select claim_no, n, row, {_MEDIAN} as median, (n - count(*) over (partition by hospital)
        + rank() over (partition by hospital order by amount) - 1) / (n - 1) as share from top)
where share >= 0.9999
""",
    ),
)
