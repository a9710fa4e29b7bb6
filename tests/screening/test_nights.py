"""Night after night, or all at once on the last day: the same data say the same; a night done again says nothing."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clew.contracts.catalogue import Catalogue
from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.screening.conftest import A1, A2, A3, DEATHS, JULY, Office, filled

Sent = tuple[str, str, list[dict[str, str]], dict[str, str]]
CHANGED = {"complete": "false"}
LATER = {"period": "{from: 2026-07-01, to: 2026-07-15}"}

SENT: dict[str, Sent] = {
    "2026-07-02": ("death_register", "更正.csv", [DEATHS[0] | {"died_on": "2026-03-15"}],
                   CHANGED | {"mode": "correction"}),
    "2026-07-05": ("pension_payment", "补.csv", [
        {"person_id": A3, "payment_id": "R7", "paid_on": "2026-06-28", "amount": "900"}], CHANGED),
    "2026-07-09": ("death_register", "撤销.csv", DEATHS[1:2], CHANGED | {"mode": "deletion"}),
    "2026-07-12": ("pension_payment", "更正.csv", [
        {"person_id": A2, "payment_id": "Q2", "paid_on": "2026-02-20", "amount": "800"}],
        CHANGED | {"mode": "correction"}),
    "2026-07-14": ("death_register", "再更正.csv", [DEATHS[0] | {"died_on": "2026-03-16"}],
                   CHANGED | {"mode": "correction"}),
    "2026-07-15": ("death_register", "又更正.csv", [DEATHS[0] | {"died_on": "2026-03-15"}],
                   CHANGED | {"mode": "correction"}),
    "2026-07-16": ("pension_payment", "七月.csv", [
        {"person_id": A1, "payment_id": "P7", "paid_on": "2026-07-10", "amount": "-1"},
        {"person_id": A3, "payment_id": "R8", "paid_on": "2026-07-10", "amount": "900"}], LATER),
    "2026-07-20": ("life_certification", "新.csv", [
        {"person_id": A3, "certification_id": "Z3", "certified_on": "2026-07-01", "channel": "face"}], LATER),
}  # fmt: skip


def send(office: Office, day: str) -> None:
    dataset, file, rows, papers = SENT[day]
    office.deliver(dataset, file, filled(dataset, rows), day, **papers)


def said(office: Office, screening: str) -> dict[str, list[tuple[Any, ...]]]:
    """Clues that stand with their score, band and answers, and every outcome of one screening."""
    of = "select * exclude (screening_id) from clew.{} where screening_id = ? order by all"
    found = {table: office.rows(of.format(table), screening) for table in ("outcome", "undecided", "funnel")}
    found["clue"] = office.rows(
        "select model, subject, episode, score, band, route, amount, happened_on from clew.clue"
        " where not gone order by all"
    )
    found["signal"] = office.rows(
        "select c.subject, s.rule, s.strength, s.result, s.message_zh, s.facts from clew.signal s"
        " join clew.clue c using (clue_id) where not c.gone order by all"
    )
    return found


@pytest.mark.parametrize("seed", range(2))
def test_nights_in_their_order_say_what_one_night_says(
    office: Office, received: tuple[Path, Catalogue], tmp_path: Path, seed: int
) -> None:
    """Of the deliveries some come nights later than their day of receipt."""
    chance = random.Random(seed)  # noqa: S311 - test data
    arrives = {day: chance.choice([other for other in SENT if other >= day]) if seed else day for day in SENT}
    for night in SENT:
        for day in (one for one, on in arrives.items() if on == night):
            send(office, day)
        office.ingest(date.fromisoformat(night))
        office.screen(date.fromisoformat(night))
    last = office.screen(JULY)
    before = office.dump()
    office.ingest(JULY)
    assert office.screen(JULY).replayed and office.dump() == before
    shutil.copytree(received[0], tmp_path / "fresh")
    settings = Settings(project=tmp_path / "fresh", threads=1)
    with closing(open_warehouse(settings)) as connection:
        fresh = replace(office, settings=settings, connection=connection)
        for day in SENT:
            send(fresh, day)
        fresh.ingest(JULY)
        assert said(fresh, fresh.screen(JULY).screening_id) == said(office, last.screening_id)
    assert {row[1] for row in said(office, last.screening_id)["clue"]} == {A1, A3}
