"""Walking a clue back to the file it came from, and finding the file that was touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clew.problems import Place
from clew.quantities import Quantity, Rounding
from clew.rules.laws import Law, Laws, Period
from clew.rules.model import LegalBasis, Limitation
from clew.screening.funnel import read_funnels
from clew.screening.verify import Finding, verify
from clew.screening.why import why

A1 = "340103198203030082"


def clue_of(office: Any) -> str:
    office.screen()
    return str(office.rows("select clue_id from clew.clue where subject = ?", A1)[0][0])


def test_the_chain_reaches_the_acquisition_record(office: Any) -> None:
    chain = why(office.connection, clue_of(office))
    assert chain is not None
    assert (chain.clue["score"], chain.model_title_zh, chain.as_of) == (91, "死亡后领取待遇", date(2026, 6, 30))
    paid, certified = chain.rules
    assert (paid.rule, paid.version, paid.variant, paid.result) == ("benefit.paid", 1, "min_amount=500", Decimal(60))
    assert paid.message_zh == "张三：5笔，15000.00元。" and certified.message == "certified 1 times"
    assert paid.law[0]["law"] == "prc.social_insurance_law" and paid.parameters["min_amount"]["value"] == "500"
    assert paid.steps and all(step.sentence.zh and step.sentence.en for step in paid.steps)
    assert paid.evidence_rows == {"death": 1, "payment": 5}
    source = paid.sources[-1]
    assert (source.dataset, source.file, source.row, source.sender) == ("pension_payment", "p.csv", 3, "省人社厅")
    assert len(source.sha256) == 64 and source.received_on == date(2026, 6, 26) and source.superseded_by is None
    assert source.record["amount"] == "3000.00"
    assert [(factor["title_zh"], factor["result"]) for factor in chain.factors] == [("金额一万元以上", Decimal(10))]
    assert [event.kind.value for event in chain.events] == ["found"]


def test_there_is_no_chain_of_no_clue(office: Any) -> None:
    assert why(office.connection, "after_death-0") is None


def test_the_fact_s_date_picks_the_law_and_the_limitation(office: Any) -> None:
    """Two versions are cited and one is told; the clue keeps the earliest end, and one past it is still found."""
    act = LegalBasis("prc.an_act", "1", None, None, Place("x.yml"))
    rule = office.library.rules["benefit.paid"]
    before = replace(act, article="2", effective_to=date(2020, 1, 1))
    cited = replace(
        rule, legal_basis=(act, before), limitation=(Limitation(act, "", None), Limitation(act, "short", None))
    )
    office.library = replace(office.library, rules={**office.library.rules, rule.id: cited})
    terms = {"": Quantity(2, "year", rounding=Rounding.DOWN), "short": Quantity(10, "day")}
    law = Law("prc.an_act", "An Act", "某法", "", False, date(2026, 1, 1),
              {"1": (Period(date(2020, 1, 1), None, terms),)}, Place("x.yml"))  # fmt: skip
    report = office.screen(laws=Laws({law.id: law}))
    [(clue_id, ends, happened)] = office.rows(
        "select clue_id, limitation_ends_on, happened_on from clew.clue where subject = ?", A1
    )
    assert ends == happened + timedelta(days=10) < report.as_of
    chain = why(office.connection, clue_id)
    assert chain is not None and chain.clue["limitation_ends_on"] == ends
    assert [basis["article"] for basis in chain.rules[0].law] == ["1"]


def test_funnels_can_be_read_for_some_rules(office: Any) -> None:
    report = office.screen()
    assert [funnel.rule for funnel in read_funnels(office.connection, report.screening_id)] == [
        "benefit.certified",
        "benefit.paid",
    ]
    [paid] = read_funnels(office.connection, report.screening_id, ["benefit.paid"])
    assert paid.variant == "min_amount=500" and paid.steps[0].verb == "from"


def test_one_flipped_byte_is_found_and_named(office: Any) -> None:
    clue_id = clue_of(office)
    files = verify(office.connection, office.settings, clue_id)
    assert {file.file: file.finding for file in files} == dict.fromkeys(["d.csv", "p.csv", "c.csv"], Finding.INTACT)
    touched = next(file for file in files if file.file == "p.csv")
    content = bytearray(touched.path.read_bytes())
    content[-5] ^= 1
    touched.path.chmod(0o600)
    touched.path.write_bytes(content)
    gone = next(file for file in files if file.file == "c.csv")
    gone.path.unlink()
    found = {file.file: file.finding for file in verify(office.connection, office.settings)}
    assert found == {"d.csv": Finding.INTACT, "p.csv": Finding.CHANGED, "c.csv": Finding.MISSING}
