"""Several processes that share the rules say exactly what one says, and remember the same."""

from __future__ import annotations

import os
import signal
from datetime import date
from pathlib import Path

import pytest

from clew.checking.answer import Answer
from clew.checking.answers import read_answers
from clew.checking.code_version import code_version
from clew.checking.many_rules import MANY
from clew.checking.parts import Parts
from clew.checking.run import check_project
from clew.settings import Settings
from tests.checking.office import open_office

DAY = date(2026, 11, 30)
SLIPS = (
    ("grace: {", "grace: {"),
    ("sum(payment.amount)", "sum(payment.amuont)"),
    ("exclude: revoked", "exclude: revokd"),
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A project of many rules, one in two of them with a slip or other."""
    office = open_office(tmp_path / "office")
    rule = office / "rules/example/paid_late.yml"
    for number in range(MANY):
        text = rule.read_text("utf-8").replace("rule: example.paid_late", f"rule: example.late_{number}")
        (rule.parent / f"late_{number}.yml").write_text(text.replace(*SLIPS[number % len(SLIPS)]), "utf-8")
    return office


def test_several_processes_say_what_one_says(office: Path, tmp_path: Path) -> None:
    by = [Settings(project=office, state=tmp_path / str(count), threads=count) for count in (1, 2, 3)]
    one, two, three = (check_project(settings, today=DAY) for settings in by)
    assert len({problem.code for problem in one.problems.errors}) > 1
    assert one.problems.found == two.problems.found == three.problems.found
    assert one.entries == two.entries == three.entries
    assert read_answers(tmp_path / "2", code_version()) == read_answers(tmp_path / "3", code_version()) != {}


def test_where_a_process_is_killed_this_one_does_it_alone(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, rule = os.getpid(), Parts.rule

    def killed_elsewhere(self: Parts, own: str, name: str) -> Answer:
        if os.getpid() != begun:
            os.kill(os.getpid(), signal.SIGKILL)
        return rule(self, own, name)

    alone = check_project(Settings(project=office, state=tmp_path / "1", threads=1), today=DAY)
    monkeypatch.setattr(Parts, "rule", killed_elsewhere)
    shared = check_project(Settings(project=office, state=tmp_path / "2", threads=2), today=DAY)
    assert alone.problems.found == shared.problems.found and alone.entries == shared.entries
