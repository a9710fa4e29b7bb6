"""What is missing, and who waits for it: certificates, the needs of rules and undecided subjects brought together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

from clew.completeness.volume import month_number, month_start
from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract
from clew.ingest.coverage.certificate import Certificate
from clew.plan import Sentence
from clew.rules.absence import NOT_COVERED
from clew.screening.needs import Need

CITY_DIGITS = 4
"""Data that nobody ever delivered is asked for by city."""


@dataclass(frozen=True)
class Waiting:
    """Subjects a rule left INCONCLUSIVE in the last screening for want of a dataset's region and period."""

    rule: str
    dataset: str
    region: str
    start: date
    end: date
    subjects: int


@dataclass(frozen=True)
class Gap:
    """One line of the data request: ``months`` (their first days) of a dataset and region that somebody must send.

    ``addressee`` sent it last (the owner, where nobody ever did). ``rules`` wait for it, ``subjects`` of them were left
    undecided in the last screening. ``partial`` months arrived and do not count; ``reason`` is that of the first month.
    """

    dataset: str
    title_zh: str
    title_en: str
    owner: str
    addressee: str
    region: str
    months: tuple[date, ...]
    partial: tuple[date, ...]
    rules: tuple[str, ...]
    models: tuple[str, ...]
    subjects: int
    reason: Sentence

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self)


Senders = Mapping[tuple[str, str], str]
"""(dataset, region) -> who sent the last delivery of it."""


def last_senders(con: duckdb.DuckDBPyConnection, as_of: date) -> Senders:
    """As the acquisition records of deliveries received by ``as_of`` name them."""
    rows = con.execute(
        """select dataset, region, arg_max(sender, (received_on, batch)) from clew.delivery
        where status = 'loaded' and sender is not null and received_on <= ? group by all order by all""",
        [as_of],
    ).fetchall()
    return {(dataset, region): sender for dataset, region, sender in rows}


def last_screening(con: duckdb.DuckDBPyConnection, as_of: date) -> str | None:
    """The newest screening of a day up to ``as_of``."""
    rows = con.execute(
        "select screening_id from clew.screening where as_of <= ? order by as_of desc, screening_id desc limit 1",
        [as_of],
    ).fetchall()
    return str(rows[0][0]) if rows else None


def waiting_subjects(con: duckdb.DuckDBPyConnection, screening_id: str) -> list[Waiting]:
    """By rule, dataset and region; the same rule with other parameters counts a subject once."""
    rows = con.execute(
        """select rule, dataset, coalesce(region, ''), min(period_from), max(period_to), count(distinct subject)
        from clew.undecided
        where screening_id = ? and reason = ? and dataset is not null and period_from is not null
        group by all order by all""",
        [screening_id, NOT_COVERED],
    ).fetchall()
    return [Waiting(*row) for row in rows]


def gaps(
    catalogue: Catalogue,
    certificates: Sequence[Certificate],
    needed: Sequence[Need],
    waiting: Sequence[Waiting],
    senders: Senders,
    as_of: date,
) -> list[Gap]:
    """What must be asked for: the most waited for first, then by owner, dataset and region.

    Months that subjects wait for, and months that are over and arrived in part or not at all. Datasets no rule
    needs complete are left out, as are those before the first delivery that nobody waits for.
    """
    found: list[Gap] = []
    for dataset in sorted({one.dataset for one in needed}):
        contract = catalogue.get(dataset)
        if contract is None:
            continue
        own = [one for one in certificates if one.dataset == dataset]
        found += _of_dataset(
            contract,
            own,
            [one for one in needed if one.dataset == dataset],
            [one for one in waiting if one.dataset == dataset],
            {region: sender for (of, region), sender in senders.items() if of == dataset},
            as_of,
        )
    return sorted(found, key=lambda one: (-one.subjects, one.owner, one.dataset, one.region))


def _of_dataset(
    contract: Contract,
    certificates: Sequence[Certificate],
    needed: Sequence[Need],
    waiting: Sequence[Waiting],
    senders: Mapping[str, str],
    as_of: date,
) -> Iterable[Gap]:
    states = {(one.region, one.month): one for one in certificates}
    regions = sorted({one.region for one in certificates})
    wanted: dict[str, set[date]] = {}
    subjects: dict[str, int] = {}
    for one in waiting:
        asked = _asked_region(one.region, regions)
        months = {month for month in _months(one.start, one.end, as_of) if not _complete(states, asked, month)}
        if months:
            wanted.setdefault(asked, set()).update(months)
            subjects[asked] = subjects.get(asked, 0) + one.subjects
    for cell in certificates:
        held_above = any(other != cell.region and cell.region.startswith(other) and _complete(states, other, cell.month)
                         for other in regions)  # fmt: skip
        told_below = any(
            other != cell.region and other.startswith(cell.region) and not _complete(states, other, cell.month)
            for other in regions
        )
        over = month_start(month_number(cell.month) + 1) <= as_of
        if over and cell.state != "complete" and not held_above and not told_below and not cell.by_parts:
            wanted.setdefault(cell.region, set()).add(cell.month)
    if not certificates:
        wanted.setdefault("", set())
    for region, months in sorted(wanted.items()):
        addressee, count = _sender(senders, region) or contract.owner, subjects.get(region, 0)
        yield _gap(contract, region, addressee, sorted(months), states, needed, waiting, count)


def _gap(
    contract: Contract,
    region: str,
    addressee: str,
    months: Sequence[date],
    states: Mapping[tuple[str, date], Certificate],
    needed: Sequence[Need],
    waiting: Sequence[Waiting],
    subjects: int,
) -> Gap:
    cells = [states[region, month] for month in months if (region, month) in states]
    told = next((one for one in cells if one.state == "partial"), next(iter(cells), None))
    reason = (
        Sentence("未收到数据", "nothing was received") if told is None else Sentence(told.reason_zh, told.reason_en)
    )
    asking = {one.rule for one in waiting if _touches(one.region, region)} if subjects else set()
    rules = tuple(sorted(asking or {one.rule for one in needed}))
    return Gap(
        contract.dataset, contract.title_zh, contract.title, contract.owner, addressee, region, tuple(months),
        tuple(one.month for one in cells if one.state == "partial"), rules,
        tuple(sorted({model for one in needed if one.rule in rules for model in one.models})), subjects, reason,
    )  # fmt: skip


def _sender(senders: Mapping[str, str], region: str) -> str:
    """Whoever sent this region last, else one that holds it, the nearest."""
    above = [one for one in senders if region.startswith(one)]
    return senders[max(above, key=len)] if above else ""


def _asked_region(region: str, delivered: Sequence[str]) -> str:
    """The longest delivered or doubted region a subject's lies in; its city when there is none."""
    inside = [one for one in delivered if region.startswith(one)]
    return max(inside, key=len) if inside else region[:CITY_DIGITS]


def _complete(states: Mapping[tuple[str, date], Certificate], region: str, month: date) -> bool:
    found = states.get((region, month))
    return found is not None and found.state == "complete"


def _months(start: date, end: date, as_of: date) -> Iterable[date]:
    last = min(end, date.fromordinal(as_of.toordinal() + 1))
    number = month_number(start)
    while month_start(number) < last:
        yield month_start(number)
        number += 1


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def runs(months: Sequence[date]) -> list[tuple[date, date]]:
    """Months in a row as (first, last)."""
    found: list[tuple[date, date]] = []
    for month in sorted(months):
        if found and month_number(month) == month_number(found[-1][1]) + 1:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found
