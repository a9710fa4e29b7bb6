"""Suits of a planted plaintiff, and whom they name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from clew.demo.registers.judgments import court
from clew.demo.registers.litigation import LOAN, REASONS, wording
from clew.demo.stage import Company, Person, Stage, subject_id

MODEL = "sham_lending_suit"

ELSEWHERE = "340321"
"""The county of rings and batches, so that their many suits are no measure of the lenders'."""

LAST_FILED = date(2026, 3, 20)


def new_plaintiff(stage: Stage, seat: str = ELSEWHERE, name: str | None = None) -> Person:
    """Somebody of a county who will sue."""
    return stage.person((30, 60), seat, name)


def new_agent(stage: Stage) -> str:
    """The licence number of an agent."""
    return f"13499{stage.running('agent'):06d}"


def court_of(region: str) -> str:
    """The court of a county."""
    return str(pl.select(court(pl.lit(region))).item())


def new_account(stage: Stage) -> str:
    """The number of a bank account."""
    return f"62284{stage.rng.integers(10**13, 10**14)}"


def sue(
    stage: Stage,
    plaintiff: Person | Company,
    count: int,
    defendants: Sequence[Person] | None = None,
    absent: int = 0,
    alike: bool = False,
    **columns: object,
) -> list[tuple[str, Person]]:
    """So many suits, one every twenty days; each against somebody else unless the defendants are given.

    Returns their numbers and defendants.
    """
    made = []
    for place in range(count):
        defendant = defendants[place % len(defendants)] if defendants else stage.person((25, 60))
        filed = LAST_FILED - timedelta(days=20 * place)
        reason = "被告因资金周转困难" if alike else f"{REASONS[place % len(REASONS)]}第{place + 1}次"
        row = {
            "case_no": f"34MSS{stage.running('suit'):07d}",
            "court": court_of(plaintiff.region),
            "cause": LOAN,
            "doc_type": "judgment",
            "plaintiff_id": subject_id(plaintiff),
            "plaintiff": plaintiff.name,
            "defendant_id": defendant.person_id,
            "payee_account": new_account(stage),
            "filed_on": filed,
            "closed_on": filed + timedelta(days=60),
            "amount": 5_000_000,
            "body": wording(plaintiff.name, reason, absent=place < absent, noticed=place < absent // 2),
            "region": plaintiff.region,
        }
        given = {key: value[place] if isinstance(value, list) else value for key, value in columns.items()}
        stage.add("civil_judgment", None, **(row | given))
        made.append((str(row["case_no"]), defendant))
    return made
