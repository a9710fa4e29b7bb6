"""The calendar of coverage in a terminal: datasets by months, what is late, and which rules wait for what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from clew.cli import console
from clew.completeness.volume import month_number, month_start
from clew.contracts.model import Contract
from clew.ingest.coverage.certificate import Certificate
from clew.screening.missing import Gap, runs

SYMBOLS = {"complete": "●", "partial": "◐", "unknown": "○"}
NOT_YET = "·"
LEGEND = "● 完整 complete　◐ 部分 partial　○ 未知 unknown　· 尚无 before the first delivery"
MOST_LINES = 12


def calendar_months(first: date, last: date) -> list[date]:
    """The first days of the months from one to the other, both included."""
    return [month_start(number) for number in range(month_number(first), month_number(last) + 1)]


def print_calendar(
    certificates: Sequence[Certificate],
    datasets: Collection[str],
    months: Sequence[date],
    promises: Mapping[str, str],
    *,
    by_region: bool,
) -> None:
    """One line for each dataset (or dataset and region); years stand above the months."""
    states: dict[tuple[str, str], dict[date, str]] = {}
    for one in certificates:
        if one.by_parts and not by_region:
            continue
        key = (one.dataset, one.region if by_region else "")
        own = states.setdefault(key, {})
        own[one.month] = one.state if one.month not in own or own[one.month] == one.state else "partial"
    lines = sorted({*states, *((dataset, "") for dataset in datasets if not any(key[0] == dataset for key in states))})
    name = [f"{dataset} {region}".strip() for dataset, region in lines]
    width = max([len(text) for text in name] + [7])
    console.say(f"{'':<{width}}  {_years(months)}")
    console.say(f"{'':<{width}}  {' '.join(f'{month.month:02d}' for month in months)}")
    for text, key in zip(name, lines, strict=True):
        marks = " ".join(f"{SYMBOLS.get(states.get(key, {}).get(month, ''), NOT_YET)} " for month in months)
        console.say(f"{text:<{width}}  {marks} {promises.get(key[0], '')}".rstrip())
    console.say(LEGEND)


def print_gaps(gaps: Sequence[Gap]) -> None:
    """Which rules wait for what; the reasons of months that came in part."""
    console.say()
    if not gaps:
        console.say("没有规则在等待数据。No rule waits for data.")
        return
    console.say("等待数据的规则 Rules that wait for data:")
    for gap in gaps[:MOST_LINES]:
        months = ", ".join(shown_run(*run) for run in runs(gap.months)) or "everything"
        where = gap.region or "全部 all"
        undecided = f"; {console.shown(gap.subjects)} subjects undecided in the last screening" if gap.subjects else ""
        console.say(f"  {gap.dataset} {where}: {months}{undecided}")
        console.say(f"    {gap.reason.zh} ({gap.reason.en})")
        console.say(f"    blocks: {', '.join(gap.rules)}")
    if len(gaps) > MOST_LINES:
        console.say(f"  and {len(gaps) - MOST_LINES} more")
    console.say("The letters that ask for it: clew coverage request --out FILE.xlsx")


def shown_run(first: date, last: date) -> str:
    """Months in a row: 2026-01..2026-03."""
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}..{last:%Y-%m}"


def promise(contract: Contract, reaches: date | None, received: date | None, as_of: date) -> str:
    """What the contract promises of freshness and frequency, where it is broken on ``as_of``; '' when all is well."""
    said = []
    if contract.freshness_days is not None and reaches is not None:
        late = as_of.toordinal() - reaches.toordinal() - contract.freshness_days
        if late > 0:
            said.append(f"逾期{late}天 {late} days late (complete before {reaches})")
    if contract.frequency is not None and received is not None:
        late = as_of.toordinal() - received.toordinal() - contract.frequency.days
        if late > 0:
            said.append(f"应交未交{late}天 a delivery is {late} days overdue")
    return "; ".join(said)


def _years(months: Sequence[date]) -> str:
    """The last two digits of a year above its first month."""
    years = [
        f"{month.year % 100:02d}'" if index == 0 or month.month == 1 else "   " for index, month in enumerate(months)
    ]
    return "".join(years).rstrip()
