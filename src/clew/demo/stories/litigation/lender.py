"""Lenders by trade, under one number or two, convicted or enforcing, and those who only look so."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.registers.litigation import LEASE, REASONS, wording
from clew.demo.stage import Person, Stage
from clew.demo.stories.enforcement import enforce
from clew.demo.stories.litigation.suit import ELSEWHERE, LAST_FILED, MODEL, court_of, new_account, new_plaintiff, sue
from clew.demo.stories.traffic import judge
from clew.demo.truth import Planted

LENDER = "litigation.professional_lender"
FAR = "litigation.suits_out_of_line"
CONVICTED = "litigation.convicted_lender"
TWO_NUMBERS = "litigation.one_lender_two_numbers"
ENFORCED = "litigation.lender_enforced"


def lenders(stage: Stage, seat: str) -> None:
    """Lenders with ten suits and more."""
    found = Planted.CLUE

    lender = new_plaintiff(stage, seat)
    sue(stage, lender, 12, absent=8, alike=True)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "twelve suits in the same words, eight by default")

    lender = new_plaintiff(stage, seat)
    sue(stage, lender, 10)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "ten suits, each in its own words and heard")

    lender = new_plaintiff(stage, seat)
    texts: list[str | None] = [None] * 10
    sue(stage, lender, 10, body=texts)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "ten suits whose texts were not delivered")

    lender = new_plaintiff(stage, seat)
    texts = [wording(lender.name, f"{REASONS[place % 8]}第{place + 1}次", lent="人民币五万元") for place in range(10)]
    sue(stage, lender, 10, amount=None, body=texts)
    stage.expect(MODEL, (LENDER, FAR), lender, found, "ten suits whose sums stand in their texts alone")


def lender_near_misses(stage: Stage, seat: str) -> None:
    """Plaintiffs whose suits are too few, too old or of another kind."""
    silent = Planted.NEAR_MISS

    firm = stage.company("小额贷款", seat)
    kind = {"kind": "microloan", "expires_on": AS_OF, "region": seat}
    stage.add("institutional_plaintiff", None, party_id=firm.uscc, org_name=firm.name, **kind)
    sue(stage, firm, 15, absent=10, alike=True)
    stage.expect(MODEL, (LENDER, FAR), firm, silent, "FP08 a microloan firm on the office's list, to the last day")

    lender = new_plaintiff(stage, seat)
    sue(stage, lender, 9, absent=9, alike=True)
    stage.expect(MODEL, LENDER, lender, silent, "nine suits are one too few")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "nine suits where the others have one")

    lender = new_plaintiff(stage, seat)
    sue(stage, lender, 10, defendants=[stage.person((25, 60)) for _ in range(3)])
    stage.expect(MODEL, LENDER, lender, silent, "ten suits against three relatives")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "ten suits where the others have one")

    lender = new_plaintiff(stage, seat)
    sue(stage, lender, 12, cause=LEASE, body=None)
    stage.expect(MODEL, (LENDER, FAR), lender, silent, "a landlord who sues for rent")

    lender = new_plaintiff(stage, seat)
    days = [LAST_FILED - timedelta(days=20 * place) for place in range(9)]
    sue(stage, lender, 10, filed_on=[*days, date(2024, 6, 30)])
    stage.expect(MODEL, LENDER, lender, silent, "the tenth was filed two years ago to the day")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "nine suits where the others have one")

    namesake = new_plaintiff(stage, seat)
    for person in (namesake, *(new_plaintiff(stage, seat, namesake.name) for _ in range(2))):
        sue(stage, person, 4)
        stage.expect(MODEL, (LENDER, FAR), person, silent, "FP01 three namesakes with four suits each")

    lender = new_plaintiff(stage, seat)
    other = stage.other_name(lender)
    sue(
        stage,
        lender,
        10,
        body=[wording(lender.name, REASONS[place % 8]) for place in range(9)] + [wording(other, "被告")],
    )
    stage.expect(MODEL, LENDER, lender, silent, "FP01 one of the ten texts names another plaintiff")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "ten suits where the others have one")

    lender = new_plaintiff(stage, seat)
    both = wording(lender.name, "被告") + f"原告：{other}。"
    sue(stage, lender, 10, body=[wording(lender.name, REASONS[place % 8]) for place in range(9)] + [both])
    stage.expect(MODEL, LENDER, lender, Planted.INCONCLUSIVE, "one of the ten texts names two plaintiffs")
    stage.expect(MODEL, FAR, lender, Planted.CLUE, "ten suits where the others have one")


def enforced(stage: Stage, seat: str) -> None:
    """Lenders most of whose suits are under enforcement."""

    def lender(suits: int, enforced: int) -> Person:
        person = new_plaintiff(stage, seat)
        for case_no, defendant in sue(stage, person, suits)[:enforced]:
            enforce(stage, defendant, date(2026, 6, 8), basis_case_no=case_no, amount=5_000_000)
        return person

    person = lender(11, 7)
    stage.expect(MODEL, (LENDER, FAR, ENFORCED), person, Planted.CLUE, "eleven suits, seven of them under enforcement")

    person = lender(9, 5)
    stage.expect(MODEL, ENFORCED, person, Planted.NEAR_MISS, "five cases under enforcement are one too few")
    stage.expect(MODEL, FAR, person, Planted.CLUE, "nine suits where the others have one")


def two_numbers(stage: Stage) -> None:
    """One lender under two numbers, and two persons."""

    def pair(other_name: bool, other_account: bool) -> str:
        """Two plaintiffs with five suits each; the smaller number."""
        account, first = new_account(stage), new_plaintiff(stage)
        second = new_plaintiff(stage, name=None if other_name else first.name)
        courts = [court_of(ELSEWHERE)] * 3 + [court_of("340223")] * 2  # few enough in each to be nothing out of line
        sue(stage, first, 5, payee_account=account, court=courts)
        sue(stage, second, 5, payee_account=new_account(stage) if other_account else account, court=courts)
        return min(first.person_id, second.person_id)

    person = pair(other_name=False, other_account=False)
    stage.expect(MODEL, TWO_NUMBERS, person, Planted.CLUE, "ten suits under two numbers, one name and one account")

    person = pair(other_name=False, other_account=True)
    stage.expect(MODEL, TWO_NUMBERS, person, Planted.NEAR_MISS, "FP01 namesakes with accounts of their own")

    person = pair(other_name=True, other_account=False)
    stage.expect(MODEL, TWO_NUMBERS, person, Planted.NEAR_MISS, "a couple with one account and two names")


def convicted(stage: Stage, seat: str) -> None:
    """Lenders convicted of how they collect, and of something else."""
    found, silent = Planted.CLUE, Planted.NEAR_MISS
    when = date(2023, 3, 10)

    def plaintiff(charge: str, suits: int, **columns: object) -> Person:
        person = new_plaintiff(stage, seat)
        row = {"charge": charge, "drunk": False, "vehicle": "none", "main_penalty": "fixed_term", "term_months": 14}
        judge(stage, person, when - timedelta(days=200), when, **(row | columns))
        sue(stage, person, suits)
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
