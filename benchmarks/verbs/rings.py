"""``link``: companies that share a telephone number or an address, as rings."""

from __future__ import annotations

from benchmarks.verbs.case import Case, Table
from clew.plan import Type

_COMPANY = Table(
    {"company_id": Type.TEXT, "registered_on": Type.DATE, "phone": Type.TEXT, "address": Type.TEXT},
    "'9134' || lpad(cast(i as varchar), 14, '0') as company_id,"
    " date '2020-01-01' + cast(hash(i) % 2000 as integer) as registered_on,"
    " case when hash(i + 1) % 10 = 0 then 'P' || hash(i + 2) % ({n} // 25) else 'Q' || i end as phone,"
    " case hash(i + 3) % 20 when 0 then 'A' || hash(i + 4) % 100 when 1 then 'B' || hash(i + 5) % ({n} // 40)"
    " else 'C' || i end as address",
)
CASES = (
    Case(
        "link",
        2_000_000,
        {"company": _COMPANY},
        """
datasets: {company: company}
steps:
  - from: company
  - link: company.company_id
    same:
      phone: {of: company.phone, weight: 0.5}
      address: {of: company.address, weight: 0.5}
    hub_limit: 50
    min_link: 0.5
  - aggregate:
      by: ring_id
      members: count(*)
      first: min(company.registered_on)
      kinds: max(ring_kinds)
      shared: max(ring_values)
clue:
  subject: {type: company_group, id: ring_id}
  happened_on: first
""",
        """
with recursive share as materialized (
    select row, 'phone' as kind, phone as value from company where phone > ''
    union all select row, 'address', address from company where address > ''),
few as materialized (select kind, value from share group by all having count(*) between 2 and 50),
joining as materialized (select share.* from share semi join few using (kind, value)),
pair as materialized (
    select a.row as a, b.row as b from joining a join joining b using (kind, value) where a.row < b.row
    group by all having bool_or(kind = 'phone') or bool_or(kind = 'address')),
edge as materialized (select a, b from pair union all select b, a from pair),
label(node, ring) using key (node) as (
    select distinct a, a from edge
    union select e.b, min(l.ring) from label l join edge e on e.a = l.node join recurring.label r on r.node = e.b
    where l.ring < r.ring group by e.b),
words as (
    select ring, count(distinct kind) as kinds, list_sort(list(kind || ' ' || value))[:50] as shared from (
        select ring, kind, value from joining join label on node = row group by all having count(*) > 1) group by all)
select min(company_id), count(*), min(registered_on), any_value(kinds), any_value(shared), list_sort(list(company.row))
from company join label on node = company.row join words using (ring) group by ring
""",
    ),
)
