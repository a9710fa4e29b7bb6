"""Planted cases of model M20: lenders who live in the courts, their straw men, and homes settled in batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from clew.demo.calendar import AS_OF
from clew.demo.registers.judgments import court
from clew.demo.registers.litigation import HOME, LEASE, LOAN, REASONS, wording
from clew.demo.stage import Company, Person, Stage, subject_id
from clew.demo.stories.enforcement import enforce
from clew.demo.stories.traffic import judge
from clew.demo.truth import Planted

MODEL = "sham_lending_suit"
LENDER = "litigation.professional_lender"
FAR = "litigation.suits_out_of_line"
RING = "litigation.plaintiff_ring"
CONVICTED = "litigation.convicted_lender"
BATCH = "litigation.batch_mediation"
TWO_NUMBERS = "litigation.one_lender_two_numbers"
ENFORCED = "litigation.lender_enforced"

SEATS = ("340104", "340102", "340103")
"""Counties of the planted lenders, in turn: their courts have the most plaintiffs to be compared with."""

ELSEWHERE = "340321"
"""The county of rings and batches, so that their many suits are no measure of the lenders'."""

_LAST_FILED = date(2026, 3, 20)


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        seat = SEATS[copy % len(SEATS)]
        _lenders(stage, seat)
        _lender_near_misses(stage, seat)
        _enforced(stage, seat)
        _two_numbers(stage)
        _convicted(stage, seat)
        _rings(stage)
        _ring_near_misses(stage)
        _batches(stage)


def _plaintiff(stage: Stage, seat: str = ELSEWHERE, name: str | None = None) -> Person:
    return stage.person((30, 60), seat, name)


def _agent(stage: Stage) -> str:
    return f"13499{stage.running('agent'):06d}"


def _court(region: str) -> str:
    return str(pl.select(court(pl.lit(region))).item())


def _account(stage: Stage) -> str:
    return f"62284{stage.rng.integers(10**13, 10**14)}"


def _sue(
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
        filed = _LAST_FILED - timedelta(days=20 * place)
        reason = "被告因资金周转困难" if alike else f"{REASONS[place % len(REASONS)]}第{place + 1}次"
        row = {
            "case_no": f"34MSS{stage.running('suit'):07d}",
            "court": _court(plaintiff.region),
            "cause": LOAN,
            "doc_type": "judgment",
            "plaintiff_id": subject_id(plaintiff),
            "plaintiff": plaintiff.name,
            "defendant_id": defendant.person_id,
            "payee_account": _account(stage),
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


def _lenders(stage: Stage, seat: str) -> None:
    found = Planted.CLUE

    lender = _plaintiff(stage, seat)
    _sue(stage, lender, 12, absent=8, alike=True)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "twelve suits in the same words, eight by default")

    lender = _plaintiff(stage, seat)
    _sue(stage, lender, 10)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "ten suits, each in its own words and heard")

    lender = _plaintiff(stage, seat)
    texts: list[str | None] = [None] * 10
    _sue(stage, lender, 10, body=texts)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "ten suits whose texts were not delivered")

    lender = _plaintiff(stage, seat)
    texts = [wording(lender.name, f"{REASONS[place % 8]}第{place + 1}次", lent="人民币五万元") for place in range(10)]
    _sue(stage, lender, 10, amount=None, body=texts)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "ten suits whose sums stand in their texts alone")


def _lender_near_misses(stage: Stage, seat: str) -> None:
    silent = Planted.NEAR_MISS

    firm = stage.company("小额贷款", seat)
    kind = {"kind": "microloan", "expires_on": AS_OF, "region": seat}
    stage.add("institutional_plaintiff", None, party_id=firm.uscc, org_name=firm.name, **kind)
    _sue(stage, firm, 15, absent=10, alike=True)
    stage.expect(MODEL, (LENDER, FAR), firm, silent, "FP08 a microloan firm on the office's list, to the last day")

    lender = _plaintiff(stage, seat)
    _sue(stage, lender, 9, absent=9, alike=True)
    stage.expect(MODEL, LENDER, lender, silent, "nine suits are one too few")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "nine suits where the others have one")

    lender = _plaintiff(stage, seat)
    _sue(stage, lender, 10, defendants=[stage.person((25, 60)) for _ in range(3)])
    stage.expect(MODEL, LENDER, lender, silent, "ten suits against three relatives")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "ten suits where the others have one")

    lender = _plaintiff(stage, seat)
    _sue(stage, lender, 12, cause=LEASE, body=None)
    stage.expect(MODEL, (LENDER, FAR), lender, silent, "a landlord who sues for rent")

    lender = _plaintiff(stage, seat)
    days = [_LAST_FILED - timedelta(days=20 * place) for place in range(9)]
    _sue(stage, lender, 10, filed_on=[*days, date(2024, 6, 30)])
    stage.expect(MODEL, LENDER, lender, silent, "the tenth was filed two years ago to the day")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "nine suits where the others have one")

    namesake = _plaintiff(stage, seat)
    for person in (namesake, *(_plaintiff(stage, seat, namesake.name) for _ in range(2))):
        _sue(stage, person, 4)
        stage.expect(MODEL, (LENDER, FAR), person, silent, "FP01 three namesakes with four suits each")

    lender = _plaintiff(stage, seat)
    other = stage.other_name(lender)
    _sue(
        stage,
        lender,
        10,
        body=[wording(lender.name, REASONS[place % 8]) for place in range(9)] + [wording(other, "被告")],
    )
    stage.expect(MODEL, LENDER, lender, silent, "FP01 one of the ten texts names another plaintiff")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "ten suits where the others have one")

    lender = _plaintiff(stage, seat)
    both = wording(lender.name, "被告") + f"原告：{other}。"
    _sue(stage, lender, 10, body=[wording(lender.name, REASONS[place % 8]) for place in range(9)] + [both])
    stage.expect(MODEL, LENDER, lender, Planted.INCONCLUSIVE, "one of the ten texts names two plaintiffs")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "ten suits where the others have one")


def _enforced(stage: Stage, seat: str) -> None:
    def lender(suits: int, enforced: int) -> Person:
        person = _plaintiff(stage, seat)
        for case_no, defendant in _sue(stage, person, suits)[:enforced]:
            enforce(stage, defendant, date(2026, 6, 8), basis_case_no=case_no, amount=5_000_000)
        return person

    person = lender(11, 7)
    stage.expect(MODEL, (LENDER, FAR, ENFORCED), person, Planted.CLUE, "eleven suits, seven of them under enforcement")

    person = lender(9, 5)
    stage.expect(MODEL, ENFORCED, person, Planted.NEAR_MISS, "five cases under enforcement are one too few")
    stage.expect(MODEL, FAR, person, Planted.CLUE, "nine suits where the others have one")


def _two_numbers(stage: Stage) -> None:
    def pair(other_name: bool, other_account: bool) -> str:
        """Two plaintiffs with five suits each; the smaller number."""
        account, first = _account(stage), _plaintiff(stage)
        second = _plaintiff(stage, name=None if other_name else first.name)
        courts = [_court(ELSEWHERE)] * 3 + [_court("340223")] * 2  # few enough in each to be nothing out of line
        _sue(stage, first, 5, payee_account=account, court=courts)
        _sue(stage, second, 5, payee_account=_account(stage) if other_account else account, court=courts)
        return min(first.person_id, second.person_id)

    person = pair(other_name=False, other_account=False)
    stage.expect(MODEL, TWO_NUMBERS, person, Planted.CLUE, "ten suits under two numbers, one name and one account")

    person = pair(other_name=False, other_account=True)
    stage.expect(MODEL, TWO_NUMBERS, person, Planted.NEAR_MISS, "FP01 namesakes with accounts of their own")

    person = pair(other_name=True, other_account=False)
    stage.expect(MODEL, TWO_NUMBERS, person, Planted.NEAR_MISS, "a couple with one account and two names")


def _convicted(stage: Stage, seat: str) -> None:
    found, silent = Planted.CLUE, Planted.NEAR_MISS
    when = date(2023, 3, 10)

    def plaintiff(charge: str, suits: int, **columns: object) -> Person:
        person = _plaintiff(stage, seat)
        row = {"charge": charge, "drunk": False, "vehicle": "none", "main_penalty": "fixed_term", "term_months": 14}
        judge(stage, person, when - timedelta(days=200), when, **(row | columns))
        _sue(stage, person, suits)
        return person

    person = plaintiff("非法拘禁罪", 6)
    stage.expect(MODEL, (CONVICTED, FAR), person, found, "convicted of illegal detention, six suits")

    person = plaintiff("催收非法债务罪", 4)
    stage.expect(MODEL, CONVICTED, person, silent, "four suits are too few")

    person = plaintiff("盗窃罪", 6)
    stage.expect(MODEL, CONVICTED, person, silent, "convicted of theft")
    stage.expect(MODEL, FAR, person, found, "six suits where the others have one")

    person = plaintiff("敲诈勒索罪", 6, retrial=True)
    stage.expect(MODEL, CONVICTED, person, silent, "FP05 the judgment is under retrial")
    stage.expect(MODEL, FAR, person, found, "six suits where the others have one")


def _gang(stage: Stage, size: int, each: int, defendants: Sequence[Person] | None = None, **columns: Any) -> str:
    """Plaintiffs with so many suits each who share what is given; returns the ring's id, the smallest member's."""
    members = [_plaintiff(stage) for _ in range(size)]
    for person in members:
        _sue(stage, person, each, defendants, **columns)
    return min(person.person_id for person in members)


def _rings(stage: Stage) -> None:
    found = Planted.CLUE

    ring = _gang(stage, 3, 4, payee_account=_account(stage))
    stage.expect(MODEL, RING, ring, found, "three plaintiffs, twelve suits, one account")

    debtors = [stage.person((25, 60)) for _ in range(4)]
    ring = _gang(stage, 3, 4, debtors, plaintiff_agent=_agent(stage))
    stage.expect(MODEL, RING, ring, found, "three plaintiffs with one agent and the same four debtors")


def _ring_near_misses(stage: Stage) -> None:
    silent = Planted.NEAR_MISS
    debtors = [stage.person((25, 60)) for _ in range(4)]

    ring = _gang(stage, 12, 1, plaintiff_agent=_agent(stage), defendants=debtors[:1])
    stage.expect(MODEL, RING, ring, silent, "FP08 a lawyer of twelve clients, all creditors of one bankrupt")

    ring = _gang(stage, 3, 4, plaintiff_agent=_agent(stage))
    stage.expect(MODEL, RING, ring, silent, "a shared agent alone is too weak a tie")

    ring = _gang(stage, 3, 4, debtors[1:])
    stage.expect(MODEL, RING, ring, silent, "honest creditors of the same debtors")

    ring = _gang(stage, 2, 4, payee_account=_account(stage))
    stage.expect(MODEL, RING, ring, silent, "a couple with one account")

    ring = _gang(stage, 3, 3, payee_account=_account(stage))
    stage.expect(MODEL, RING, ring, silent, "nine suits together are one too few")


def _settle(
    stage: Stage, count: int, documents: Sequence[str] | str = "mediation", one_seller: bool = False
) -> tuple[str, str]:
    """Disputes over homes between as many buyers and sellers, one pair of agents; returns the pair."""
    pair = _agent(stage), _agent(stage)
    seller = [stage.person((30, 70))]
    for place in range(count):
        closed = date(2026, 5, 20) - timedelta(days=9 * place)
        kind = documents if isinstance(documents, str) else documents[place]
        _sue(
            stage, _plaintiff(stage), 1, seller if one_seller else None, cause=HOME, doc_type=kind,
            plaintiff_agent=pair[0], defendant_agent=pair[1], filed_on=closed - timedelta(days=12), closed_on=closed,
            amount=90_000_000, body=None,
        )  # fmt: skip
    return pair


def _batches(stage: Stage) -> None:
    silent = Planted.NEAR_MISS

    agent, other = _settle(stage, 15)
    stage.expect(MODEL, BATCH, agent, Planted.CLUE, "fifteen homes in five months, one pair of agents", other)

    agent, other = _settle(stage, 9)
    stage.expect(MODEL, BATCH, agent, silent, "nine disputes are no batch", other)

    agent, other = _settle(stage, 12, one_seller=True)
    stage.expect(MODEL, BATCH, agent, silent, "one developer's estate", other)

    agent, other = _settle(stage, 12, [*["mediation"] * 10, "judgment", "withdrawal"])
    stage.expect(MODEL, BATCH, agent, silent, "two of twelve were fought to the end", other)
