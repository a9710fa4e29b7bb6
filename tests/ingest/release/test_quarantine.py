"""The way back out of quarantine: rows mended, released or discarded, each once, from a day on, by somebody."""

from __future__ import annotations

import random
from datetime import date

import pytest

from clew.engines.inputs import held_query
from clew.engines.sources import warehouse_sources
from clew.ingest.land.mode import Mode
from clew.ingest.observe.health import read_health
from clew.ingest.release.decision import Decided, Decision, decide
from clew.ingest.release.held import held_deliveries, held_rows
from clew.ingest.repair.originals import delivered
from clew.plan import Input, Type
from clew.problems import Problems
from tests.ingest.house import PERSON, TODAY, House, lines, payment

PERIOD = "period: {from: 2026-01-01, to: 2026-02-01}\n"
PAPERS = f"received_on: 2026-02-01\nsender: 民政局\n{PERIOD}complete: true\nrows: 4\n"


def seen(house: House, as_of: str) -> dict[str, int]:
    source = warehouse_sources(house.con, date.fromisoformat(as_of)).datasets["pay"]
    batches = "true" if source.batches is None else f"_batch in ({', '.join(map(str, source.batches)) or '-1'})"
    return dict(
        house.rows(
            f"select payment_id, amount::int from {source.table} where {batches} and {source.condition or 'true'}"
        )
    )


def covered(house: House, as_of: str) -> bool:
    return bool(warehouse_sources(house.con, date.fromisoformat(as_of)).coverage)


def decide_on(house: House, kind: Mode, batch: int, *rows: int, on: str = "2026-03-01") -> tuple[Decided, Problems]:
    decision = Decision(kind, batch, rows, "李科长", date.fromisoformat(on), "已电话核实")
    return decide(house.con, house.settings, dict(house.catalogue.contracts), decision)


def identity_holds(house: House) -> bool:
    """Every row read is loaded, set aside and open, released, mended or discarded: once."""
    for batch, read in house.rows("select batch, rows_read from clew.delivery where status = 'loaded'"):
        [(loaded,)] = house.rows("select count(*) from data.pay where _batch = ?", batch)
        aside = next((one for one in held_deliveries(house.con) if one.batch == batch), None)
        rest = aside.open + sum(aside.fates.values()) if aside else 0
        if read != loaded + rest:
            return False
    return True


@pytest.fixture
def pay(house: House) -> House:
    """Four rows, of which three are set aside: a negative amount, a code, and no number at all."""
    house.contract("pay")
    house.drop(
        "pay",
        "一月.csv",
        lines(payment("P1"), payment("P2", amount="-5"), payment("P3", kind="补贴"), payment("P4", amount="十元")),
        PAPERS,
    )
    house.ingest()
    return house


def test_a_released_row_counts_from_its_day_under_its_own_row_number(pay: House) -> None:
    done, problems = decide_on(pay, Mode.RELEASE, 1, 2)
    assert (done.rows, list(problems.errors)) == (1, [])
    assert seen(pay, "2026-02-28") == {"P1": 100}
    assert seen(pay, "2026-03-01") == {"P1": 100, "P2": -5}
    assert pay.rows("select _file, _row, _batch from data.pay where payment_id = 'P2'") == [("一月.csv", 2, 2)]
    assert pay.rows("select kind, of_batch, decided_on, actor, reason, rows from clew.decision") == [
        ("release", 1, date(2026, 3, 1), "李科长", "已电话核实", 1)
    ]
    assert identity_holds(pay)
    again, _ = decide_on(pay, Mode.RELEASE, 1, 2)
    assert again == Decided(None, 0, False)
    assert pay.rows("select count(*) from data.pay") == [(2,)]


def test_a_decision_makes_no_dataset_fresh(pay: House) -> None:
    decided, _ = decide_on(pay, Mode.RELEASE, 1, 2, on="2026-05-01")
    assert decided.rows == 1
    (health,) = read_health(pay.con, pay.catalogue, TODAY)
    assert (health.received, health.deliveries) == (date(2026, 2, 1), 1)


def test_what_is_no_value_or_no_row_of_its_own_is_never_released(pay: House) -> None:
    pay.drop(
        "pay", "二月.csv", lines(payment("P1", amount="7"), payment("P9", person_id="1")), "received_on: 2026-03-01"
    )
    pay.ingest()
    for batch, row, why in ((1, 4, "amount.type"), (2, 1, "primary_key")):
        done, problems = decide_on(pay, Mode.RELEASE, batch, row)
        assert done.batch is None
        assert why in "".join(map(str, problems.errors)) and "I078" in str(problems.errors)
    assert "十元" not in str(problems.errors)
    _, problems = decide_on(pay, Mode.RELEASE, 1, 2, 4)
    assert [problem.place.line for problem in problems.errors] == [4], "all or nothing, each row once"
    assert seen(pay, "2026-03-31") == {"P1": 100}


def test_what_goes_back_are_the_words_of_its_sender(pay: House) -> None:
    held = {row.row: row for row in held_rows(pay.con, 1)}
    assert [held[row].delivered["kind"] for row in (2, 3, 4)] == ["养老金", "补贴", "养老金"]
    assert held[2].record["kind"] == "pension"
    pay.drop("pay", "二月.csv", lines(payment("P1", kind="丧葬费")), "received_on: 2026-03-01")
    pay.ingest()
    assert held_rows(pay.con, 2)[0].delivered["kind"] == "丧葬费"  # set aside by its key, after it was loaded
    done, _ = decide_on(pay, Mode.RELEASE, 1, 2)
    assert delivered(pay.con, "pay", done.batch or 0, 2) == {"kind": "养老金"}


def test_rows_that_are_not_set_aside_are_told_in_runs(pay: House) -> None:
    _, problems = decide_on(pay, Mode.RELEASE, 1, 1, *range(5, 10_000))
    assert [problem.message for problem in problems.errors] == [
        "row 1 is not set aside",
        "rows 5-9999 are not set aside",
    ]


def test_two_rows_of_one_key_are_not_both_released(pay: House) -> None:
    pay.drop("pay", "x.csv", lines(payment("Q1", amount="-1"), payment("Q1", amount="-2")), "received_on: 2026-02-02")
    pay.ingest()
    _, problems = decide_on(pay, Mode.RELEASE, 2, 1, 2)
    assert {problem.code for problem in problems.errors} == {"I078"}
    assert decide_on(pay, Mode.RELEASE, 2, 1)[0].rows == 1
    _, problems = decide_on(pay, Mode.RELEASE, 2, 2)
    assert "another row has its key" in str(problems.errors)


@pytest.mark.parametrize("deleted", [False, True])
def test_a_released_row_meets_no_other_of_its_key_on_any_day_from_its_own_on(pay: House, deleted: bool) -> None:
    """A deletion that is there makes the days count on which it hides the other row."""
    pay.drop("pay", "x.csv", lines(payment("Q1")), "received_on: 2026-02-02")
    pay.drop("pay", "y.csv", lines(payment("Q1", amount="-1")), "received_on: 2026-02-03")
    pay.ingest()
    [(batch,)] = pay.rows("select batch from clew.delivery where file = 'y.csv'")
    if deleted:
        pay.drop("pay", "d.csv", "流水号\nQ1\n", "received_on: 2026-04-01\nmode: deletion")
    else:
        pay.drop("pay", "x.csv", lines(payment("Q2")), "received_on: 2026-04-01")
    pay.ingest()
    _, problems = decide_on(pay, Mode.RELEASE, batch, 1, on="2026-03-31")
    assert "another row has its key" in str(problems.errors)
    assert decide_on(pay, Mode.RELEASE, batch, 1, on="2026-04-01")[0].rows == 1
    assert seen(pay, "2026-03-31")["Q1"] == 100
    assert seen(pay, "2026-04-01")["Q1"] == -1


def test_a_released_row_repeats_no_other_value_that_is_unique(house: House) -> None:
    house.contract("pay", PERSON.replace("physicalName: 姓名,", "physicalName: 姓名, unique: true,"))
    house.drop("pay", "a.csv", lines(payment("P1", name="甲"), payment("P2", name="乙", amount="-1")))
    house.drop("pay", "b.csv", lines(payment("P3", name="乙")))
    house.ingest()
    _, problems = decide_on(house, Mode.RELEASE, 1, 2, on="2026-06-30")
    assert [problem.code for problem in problems.errors] == ["I078"]


def test_a_decision_needs_a_delivery_a_row_a_reason_and_a_day(pay: House) -> None:
    for kind, batch, row, on in (
        (Mode.RELEASE, 9, 2, "2026-03-01"), (Mode.RELEASE, 1, 1, "2026-03-01"), (Mode.DISCARD, 1, 2, "2026-01-31"),
    ):  # fmt: skip
        done, problems = decide_on(pay, kind, batch, row, on=on)
        assert done.batch is None and problems.errors
    decision = Decision(Mode.DISCARD, 1, (2,), "李科长", date(2026, 3, 1), "  ")
    assert "reason" in str(decide(pay.con, pay.settings, dict(pay.catalogue.contracts), decision)[1].errors)


def test_a_discarded_row_holds_nobody_back_and_is_not_counted_as_a_record(pay: House) -> None:
    decide_on(pay, Mode.DISCARD, 1, 4)
    _, problems = decide_on(pay, Mode.RELEASE, 1, 4)
    assert "I077" in str(problems.errors)
    assert [(one.open, one.fates["discarded"]) for one in held_deliveries(pay.con)] == [(2, 1)]
    assert identity_holds(pay)


def test_released_rows_earn_the_certificate_from_their_day(pay: House) -> None:
    assert not covered(pay, "2026-02-28")
    done, _ = decide_on(pay, Mode.RELEASE, 1, 2, 3)
    assert done.certified
    assert not covered(pay, "2026-02-28")
    assert covered(pay, "2026-03-01")


def test_mended_rows_join_their_delivery_and_count_once(pay: House) -> None:
    fixed = lines(payment("P2", amount="5"), payment("P4", amount="10"))
    pay.drop("pay", "更正.csv", fixed, "received_on: 2026-03-05\nresubmits: {batch: 1, rows: [2, 4]}\n")
    report = pay.ingest()
    assert [(file.status, file.rows_loaded, file.certified) for file in report.files][-1] == ("loaded", 2, True)
    assert seen(pay, "2026-03-04") == {"P1": 100}
    assert seen(pay, "2026-03-05") == {"P1": 100, "P2": 5, "P4": 10}
    assert not covered(pay, "2026-03-04") and covered(pay, "2026-03-05")
    [of] = held_deliveries(pay.con)
    assert (of.batch, of.open, of.fates) == (1, 1, {"released": 0, "resubmitted": 2, "discarded": 0})
    assert identity_holds(pay)
    assert {file.status for file in pay.ingest().files} == {"unchanged"}


def test_a_row_mended_wrongly_waits_in_its_new_place_alone(pay: House) -> None:
    fixed = lines(payment("P2", amount="5"), payment("P4", amount="still"))
    pay.drop("pay", "更正.csv", fixed, "received_on: 2026-03-05\nresubmits: {batch: 1, rows: [2, 4]}\n")
    pay.ingest()
    assert [(one.batch, one.open) for one in held_deliveries(pay.con)] == [(1, 1), (2, 1)]
    pay.drop(
        "pay",
        "更正二.csv",
        lines(payment("P4", amount="10")),
        "received_on: 2026-03-06\nresubmits: {batch: 2, rows: [2]}\n",
    )
    assert pay.ingest().files[-1].certified or covered(pay, "2026-03-06")
    assert [(one.batch, one.open) for one in held_deliveries(pay.con)] == [(1, 1), (2, 0)]
    assert identity_holds(pay)


def test_mended_rows_go_with_the_delivery_they_belong_to(pay: House) -> None:
    pay.drop(
        "pay",
        "更正.csv",
        lines(payment("P2", amount="5")),
        "received_on: 2026-03-05\nresubmits: {batch: 1, rows: [2]}\n",
    )
    decide_on(pay, Mode.RELEASE, 1, 3, on="2026-03-02")
    pay.ingest()
    pay.drop(
        "pay",
        "新一月.csv",
        lines(payment("P1"), payment("P2", amount="6")),
        "received_on: 2026-04-01\nreplaces: 一月.csv\n",
    )
    report = pay.ingest()
    assert [file.rows_quarantined for file in report.files if file.file == "新一月.csv"] == [0]
    assert seen(pay, "2026-03-31") == {"P1": 100, "P2": 5, "P3": 100}
    assert seen(pay, "2026-04-01") == {"P1": 100, "P2": 6}
    assert not covered(pay, "2026-04-01")
    pay.drop(
        "pay", "又.csv", lines(payment("P4", amount="5")), "received_on: 2026-04-05\nresubmits: {batch: 1, rows: [4]}\n"
    )
    assert "I072" in {problem.code for problem in pay.ingest().problems}
    assert "I076" in str(decide_on(pay, Mode.DISCARD, 1, 4, on="2026-04-06")[1].errors)


@pytest.mark.parametrize(
    ("sidecar", "code", "said"),
    [
        ("resubmits: 1\n", "I074", "does not say which rows"),
        ("resubmits: {batch: 1, rows: [2]}\n", "I074", "names 1 rows, the file holds 2"),
        ("resubmits: 7\n", "I071", "no loaded delivery"),
        ("resubmits: {batch: 1, rows: [2, 4]}\nmode: append\n", "I071", "no mode"),
        ("resubmits: [1]\n", "I003", "must be a batch number"),
        ("resubmits: {batch: 1, rows: [x]}\n", "I003", "must be a batch number"),
    ],
)
def test_papers_that_do_not_say_it_are_refused_in_their_line(pay: House, sidecar: str, code: str, said: str) -> None:
    pay.drop("pay", "f.csv", lines(payment("P2"), payment("P4")), f"received_on: 2026-03-05\n{sidecar}")
    report = pay.ingest()
    found = [problem for problem in report.problems if problem.code == code and said in problem.message]
    assert found and found[0].place.path == "drop/pay/f.csv.yml" and found[0].place.line >= 2
    assert [file.status for file in report.files if file.file == "f.csv"] == ["refused"]


def test_rows_that_mend_nothing_are_set_aside_and_said(pay: House) -> None:
    pay.drop(
        "pay",
        "f.csv",
        lines(payment("P2"), payment("P8")),
        "received_on: 2026-03-05\nresubmits: {batch: 1, rows: [2, 1]}\n",
    )
    report = pay.ingest()
    assert "I075" in {problem.code for problem in report.problems}
    assert seen(pay, "2026-03-05") == {"P1": 100, "P2": 100}
    assert [row.reasons[0].partition(":")[0] for row in held_rows(pay.con, 2)] == ["resubmission"]
    assert identity_holds(pay)


def test_records_that_came_back_hold_nobody_back_from_their_day_on(pay: House) -> None:
    source = Input("p", "pay", {"p.payment_id": Type.TEXT})

    def held(as_of: str) -> list[str]:
        sources = warehouse_sources(pay.con, date.fromisoformat(as_of))
        return sorted(row[0] for row in pay.con.execute(held_query(source, sources)).fetchall())

    decide_on(pay, Mode.RELEASE, 1, 2)
    decide_on(pay, Mode.DISCARD, 1, 4, on="2026-03-10")
    assert held("2026-02-28") == ["P2", "P3", "P4"]
    assert held("2026-03-01") == ["P3", "P4"]
    assert held("2026-03-10") == ["P3"]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_back_every_record_is_in_one_place(house: House, seed: int) -> None:
    """Random mended rows, releases and discards: each record is seen, still set aside, or discarded; never two."""
    chance = random.Random(seed)  # noqa: S311 - test data
    house.contract("pay")
    faults = [{"amount": "-1"}, {"amount": "x"}, {"kind": "?"}, {"person_id": "1"}, {}]
    keys = [f"P{number}" for number in range(1, 25)]
    rows = [payment(key, **chance.choice(faults)) for key in keys]
    house.drop("pay", "0.csv", lines(*rows), f"received_on: 2026-02-01\n{PERIOD}complete: true\n")
    house.ingest()
    certified = False
    for step in range(1, 7):
        on = f"2026-03-{step:02}"
        waiting = [(one.batch, held_rows(house.con, one.batch)) for one in held_deliveries(house.con) if one.open]
        if not waiting:
            break
        batch, held = chance.choice(waiting)
        chosen = sorted(chance.sample(held, k=chance.randint(1, min(4, len(held)))), key=lambda row: row.row)
        numbers = [row.row for row in chosen]
        if chance.random() < 0.5:
            mended = [payment(str(row.record["payment_id"]), **chance.choice([*faults[:2], {}, {}])) for row in chosen]
            papers = f"received_on: {on}\nresubmits: {{batch: {batch}, rows: {numbers}}}\n"
            house.drop("pay", f"{step}.csv", lines(*mended), papers)
            house.ingest()
        else:
            decide_on(house, chance.choice([Mode.RELEASE, Mode.DISCARD]), batch, *numbers, on=on)
        assert identity_holds(house)
        open_now = [str(row.record["payment_id"]) for one in held_deliveries(house.con)
                    for row in held_rows(house.con, one.batch)]  # fmt: skip
        gone = [str(row.record["payment_id"]) for one in held_deliveries(house.con)
                for row in held_rows(house.con, one.batch, open_only=False) if row.fate == "discarded"]  # fmt: skip
        assert sorted([*seen(house, on), *open_now, *gone]) == sorted(keys)
        assert covered(house, on) or not certified, "what came back takes no certificate away"
        certified = covered(house, on)
