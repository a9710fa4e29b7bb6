"""A check that remembers says exactly what a check without memory says, whatever was edited in between."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.checking.answers import FILE, read_answers, write_answers
from clew.checking.code_version import code_version
from clew.checking.run import Checked, check_project
from clew.problems import Place, Problem
from clew.settings import Settings
from tests.checking.office import open_office

DAYS = (date(2026, 11, 30), date(2027, 4, 1), date(2028, 1, 1))
"""No law, one law and both laws were read too long ago."""
PLACES = (
    "data_contracts/payment.odcs.yaml", "data_contracts/death_register.odcs.yaml", "rules/exclusions/revoked.yml",
    "rules/entitlements/still_due.yml", "rules/holidays/2026.yml", "rules/laws/second_law.yml",
    "rules/laws/example_law.yml",
    "rules/example/paid_late.yml", "rules/example/paid_twice.yml", "rules/rules.lock.json",
    "models/after_death/model.yml", "models/paid_twice/model.yml", "models/paid_twice/tests.yml",
)  # fmt: skip
Edit = Callable[[str, int], str | None]


def slip(text: str, at: int) -> str:
    """One letter of one word doubled."""
    words = list(re.finditer(r"[A-Za-z_]{3,}|[0-9]{2,}", text))
    spot = words[at % len(words)].start() + 1 if words else 0
    return text[:spot] + text[spot - 1 : spot] + text[spot:]


def line_gone(text: str, at: int) -> str:
    """One line dropped."""
    lines = text.splitlines(keepends=True)
    return "".join(line for number, line in enumerate(lines) if number != at % max(len(lines), 1))


def line_twice(text: str, at: int) -> str:
    """One line written twice."""
    lines = text.splitlines(keepends=True)
    return "".join(line * (1 + (number == at % len(lines))) for number, line in enumerate(lines))


def file_gone(text: str, at: int) -> None:
    """The file deleted."""


EDITS = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from([slip, slip, line_gone, line_twice, file_gone]),
        st.integers(0, 300),
        st.sampled_from(DAYS),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def said(found: Checked) -> list[object]:
    """All that a check says, edits included."""
    counts = [found.contracts, found.laws, found.rules, found.models]
    return [*counts, sorted(found.entries, key=str), [problem.as_dict() for problem in found.problems]]


def afresh(project: Path, nowhere: Path, day: date) -> list[object]:
    """What a check says that remembers nothing."""
    shutil.rmtree(nowhere, ignore_errors=True)
    return said(check_project(Settings(project=project, state=nowhere), today=day))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office, checked once."""
    folder = open_office(tmp_path_factory.mktemp("checking") / "office")
    check_project(Settings(project=folder), today=DAYS[0])
    return folder


@pytest.fixture
def copied(office: Path, tmp_path: Path) -> Path:
    """A copy of it, with its memory."""
    return Path(shutil.copytree(office, tmp_path / "office"))


@settings(max_examples=15, deadline=None)
@given(EDITS)
def test_it_neither_hides_nor_invents_a_problem(
    office: Path, tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, Edit, int, date, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    project = Path(shutil.copytree(office, folder / "office"))
    for place, edit, at, day, undone in edits:
        path = project / place
        before = path.read_text("utf-8") if path.exists() else ""
        after = edit(before, at)
        path.unlink(missing_ok=True)
        if after is not None:
            path.write_text(after, "utf-8")
        assert said(check_project(Settings(project=project), today=day)) == afresh(project, folder / "none", day)
        if undone:
            path.write_text(before, "utf-8")
    assert said(check_project(Settings(project=project), today=DAYS[0])) == afresh(project, folder / "none", DAYS[0])
    shutil.rmtree(folder)


PARTS = {
    "rules/example/paid_twice.yml": {"rules/example/paid_twice.yml", "models/after_death/model.yml",
                                     "models/paid_twice/model.yml"},
    "rules/exclusions/revoked.yml": {"shared", "rules/example/paid_late.yml", "models/after_death/model.yml"},
    "rules/holidays/2026.yml": {"shared", "rules/example/paid_late.yml", "models/after_death/model.yml"},
    "rules/laws/example_law.yml": {"laws", "rules/example/paid_twice.yml", "models/after_death/model.yml",
                                   "models/paid_twice/model.yml"},
    "data_contracts/death_register.odcs.yaml": {"data_contracts", "rules/example/paid_late.yml",
                                                "models/after_death/model.yml"},
    "models/paid_twice/tests.yml": {"models/paid_twice/model.yml"},
    "README.md": set(),
}  # fmt: skip
"""An edited file -> the parts that are checked again."""


@pytest.mark.parametrize("place", PARTS)
def test_an_edit_asks_again_what_depends_on_it_and_nothing_else(copied: Path, place: str) -> None:
    planted = Problem(Place("README.md"), "E000", "planted in what is remembered")
    kept = read_answers(copied / "var", code_version())
    answers = {part: replace(answer, problems=(replace(planted, help=part),)) for part, answer in kept.items()}
    write_answers(copied / "var", code_version(), answers)
    with (copied / place).open("a", encoding="utf-8") as file:
        file.write("\n# looked at again\n")
    found = check_project(Settings(project=copied), today=DAYS[0]).problems
    remembered = {problem.help for problem in found if problem.code == "E000"}
    assert kept.keys() - remembered == PARTS[place]


@pytest.mark.parametrize("damage", [
    lambda whole: b"", lambda whole: whole[: len(whole) // 2], lambda whole: whole.replace(b"E804", b"E805", 1)[:-2],
    lambda whole: whole.replace(b"paid_late", b"paid_lone"), lambda whole: b"\xff" + whole, lambda whole: b"{}\n" * 9,
])  # fmt: skip
def test_a_damaged_memory_is_none_and_is_written_anew(copied: Path, damage: Callable[[bytes], bytes]) -> None:
    path = copied / "var" / FILE
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert path.read_bytes() != whole
    assert said(check_project(Settings(project=copied), today=DAYS[0])) == afresh(copied, copied / "none", DAYS[0])
    assert path.read_bytes() == whole


def test_another_version_of_the_program_remembers_nothing(copied: Path) -> None:
    assert read_answers(copied / "var", code_version())
    assert read_answers(copied / "var", "another") == {}


def test_a_state_folder_that_cannot_be_written_does_no_harm(copied: Path) -> None:
    state = copied / "state"
    state.write_text("a file where the folder should be", "utf-8")
    found = check_project(Settings(project=copied, state=state), today=DAYS[0])
    assert said(found) == afresh(copied, copied / "none", DAYS[0])


def test_checks_at_one_time_do_not_disturb_each_other(copied: Path) -> None:
    wanted = afresh(copied, copied / "none", DAYS[0])
    (copied / "var" / FILE).unlink()
    command = [sys.executable, "-m", "clew.cli", "check", "-C", str(copied), "--json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1 and not any(process.returncode for process in running)
    assert [path.name for path in (copied / "var").iterdir()] == [FILE]
    assert said(check_project(Settings(project=copied), today=DAYS[0])) == wanted


def test_a_broken_contract_is_told_once_and_not_for_each_rule_that_reads_it(copied: Path) -> None:
    path = copied / "data_contracts" / "death_register.odcs.yaml"
    path.write_text(path.read_text("utf-8").replace("logicalType: date", "logicalType: dat", 1), "utf-8")
    found = check_project(Settings(project=copied), today=DAYS[0]).problems
    assert [problem.code for problem in found.errors] == ["C001"]
