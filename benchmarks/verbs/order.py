"""``sequence``: each row and the one before it, and chains of dated steps."""

from __future__ import annotations

from benchmarks.verbs.case import Case, Table
from clew.plan import Type

_READING = Table(
    {"reading_no": Type.TEXT, "meter": Type.TEXT, "read_on": Type.DATE, "value": Type.INTEGER},
    "'R' || i as reading_no, 'M' || i % 20000 as meter,"
    " date '2024-01-01' + cast(i // 20000 as integer) as read_on,"
    " cast(i // 20000 * 10 + hash(i) % 10 - case when hash(i + 1) % 5000 = 0 then 50 else 0 end as bigint) as value",
    "read_on",
)
_MOVE = Table(
    {"move_no": Type.TEXT, "account": Type.TEXT, "at": Type.TIMESTAMP, "amount": Type.DECIMAL, "way": Type.TEXT},
    "'V' || i as move_no, 'K' || hash(i) % ({n} // 12) as account,"
    " timestamp '2025-01-01' + to_minutes(cast(hash(i + 1) % 500000 as bigint)) as at,"
    " cast(100 + hash(i + 2) % 99900 as decimal(18, 2)) as amount,"
    " case when hash(i + 3) % 2 = 0 then 'out' else 'in' end as way",
    "at",
)
CASES = (
    Case(
        "sequence, previous",
        9_500_000,
        {"reading": _READING},
        """
datasets: {reading: reading, before: reading}
steps:
  - from: reading
  - sequence: {by: reading.meter, at: reading.read_on, previous: before, where: reading.value < before.value}
clue:
  subject: {type: meter, id: reading.meter}
  episode: reading.reading_no
  happened_on: reading.read_on
""",
        """
select meter, reading_no, read_on, value, before_on, before_value, [row], [before_row] from (
    select *, lag(value) over one as before_value, lag(read_on) over one as before_on, lag(row) over one as before_row
    from reading where read_on <= date '2026-06-30' window one as (partition by meter order by read_on, row))
where value < before_value and before_on < read_on
""",
    ),
    Case(
        "sequence, chain",
        9_500_000,
        {"move": _MOVE},
        """
datasets: {away: move, back: move}
parameters:
  window: {title_zh: 期限, value: 5, unit: day, range: [0, 99], source: practice, why: w}
steps:
  - sequence:
      by: account
      steps:
        - {name: away, where: "away.way = 'out' and away.amount >= 50000"}
        - name: back
          where: back.way = 'in' and back.amount >= 0.95 * away.amount and back.amount <= 1.05 * away.amount
      within: $window
clue:
  subject: {type: account, id: away.account}
  episode: away.move_no
  happened_on: date_of(back.at)
""",
        """
select a.account, a.move_no, min(b.at), arg_min(b.row, (b.at, b.row)), [a.row]
from move a join move b on a.account = b.account and b.at > a.at and b.at <= a.at + interval 5 days
where a.way = 'out' and a.amount >= 50000 and b.way = 'in' and b.amount between 0.95 * a.amount and 1.05 * a.amount
    and a.at < timestamp '2026-07-01' and b.at < timestamp '2026-07-01'
group by a.row, a.account, a.move_no
""",
    ),
)
