"""Several processes that share the rules say exactly what one says, and remember the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from clew.checking.answers import read_answers
from clew.checking.code_version import code_version
from clew.checking.many_rules import MANY
from clew.checking.run import check_project
from clew.settings import Settings
from tests.checking.office import open_office

DAY = date(2026, 11, 30)
SLIPS = (
    ("grace: {", "grace: {"),
    ("sum(payment.amount)", "sum(payment.amuont)"),
    ("exclude: revoked", "exclude: revokd"),
)


def test_several_processes_say_what_one_says(tmp_path: Path) -> None:
    office = open_office(tmp_path / "office")
    rule = office / "rules/example/paid_late.yml"
    for number in range(MANY):
        text = rule.read_text("utf-8").replace("rule: example.paid_late", f"rule: example.late_{number}")
        (rule.parent / f"late_{number}.yml").write_text(text.replace(*SLIPS[number % len(SLIPS)]), "utf-8")
    alone, shared = (Settings(project=office, state=tmp_path / str(count), threads=count) for count in (1, 2))
    one, two = check_project(alone, today=DAY), check_project(shared, today=DAY)
    assert len({problem.code for problem in one.problems.errors}) > 1
    assert one.problems.found == two.problems.found
    assert one.entries == two.entries
    assert read_answers(tmp_path / "1", code_version()) == read_answers(tmp_path / "2", code_version()) != {}
