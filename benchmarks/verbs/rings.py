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
    key=("company_id",),
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
with recursive few as materialized (
    select 'phone' as kind, phone as value from company where phone > '' group by phone having count(*) between 2 and 50
    union all
    select 'address', address from company where address > '' group by address having count(*) between 2 and 50),
joining as materialized (
    select row, kind, value from company join few on kind = 'phone' and value = phone
    union all select row, kind, value from company join few on kind = 'address' and value = address),
link as materialized (
    select a, b from (select min(row) over (partition by kind, value) as a, row as b from joining) where a < b),
near as materialized (
    select node, min(up) as up from (select b as node, a as up from link union all select a, a from link)
    group by node),
top as materialized (select near.node, further.up from near join near further on further.node = near.up),
half as materialized (select up as a, b from link join top on node = a),
bridge as materialized (select distinct a, up as b from half join top on node = b where a <> up),
edge as materialized (select a, b from bridge union all select b, a from bridge),
label(node, ring) using key (node) as (
    select distinct a, a from edge
    union select b, n.ring from (
        select b, min(ring) as ring from label join edge on a = node group by b) n
    join recurring.label r on r.node = b where n.ring < r.ring),
ring as materialized (
    select top.node, coalesce(label.ring, up) as ring from top left join label on label.node = up),
words as (
    select ring, count(distinct kind) as kinds,
        array_to_string(list_sort(list(kind || ' ' || value))[:50], '、') as shared
    from (select ring, kind, value from joining join ring on node = row group by all having count(*) > 1) group by all)
select min(company_id), count(*), min(registered_on), any_value(kinds), any_value(shared), list_sort(list(company.row))
from company join ring on node = company.row join words using (ring) group by ring
""",
    ),
)
