"""Every problem code has an example file, and the example gives exactly the message in its leading comment.

``# as_of: 2028-01-01`` in that comment sets the day the law files' age is judged on (default: not judged).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.problems import Problems
from clew.rules.check import check_rule
from clew.rules.holidays import check_working_days
from clew.rules.laws import Laws
from clew.rules.parse import read_rule
from clew.rules.parse_laws import read_laws
from clew.rules.shared import read_shared
from clew.yaml_slips import edited

HERE = Path(__file__).parent
EXAMPLES = sorted(HERE.glob("E*.yml"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    problems = Problems()
    found = read_catalogue(HERE / "data_contracts", problems)
    assert not problems.errors, [str(problem) for problem in problems]
    return found


@pytest.fixture(scope="module")
def laws() -> Laws:
    problems = Problems()
    found = read_laws(HERE / "laws", problems)
    assert not problems.errors
    return found


def leading_comment(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("#").removeprefix(" ") for line in lines if line.startswith("#")]


def problems_of(path: Path, catalogue: Catalogue, laws: Laws, on: date | None) -> list[str]:
    problems = Problems()
    shared = read_shared(HERE, problems, ".")
    rule = read_rule(path, problems, path.name, shared=shared)
    if rule is not None:
        if rule.id.rpartition(".")[2] != path.stem.lower():
            problems = Problems()
            read_rule(path, problems, path.name, folder=path.parent.parent)
        else:
            check_rule(rule, catalogue, laws, problems, as_of=date(2026, 6, 30))
            laws.check(rule.legal_basis, problems, on)
            if on is not None:
                check_working_days(rule, on, problems)
    lines = [line for problem in problems for line in str(problem).splitlines()]
    return [line.replace(f"{HERE}/", "") for line in lines]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_gives_exactly_its_message(path: Path, catalogue: Catalogue, laws: Laws) -> None:
    comment = leading_comment(path)
    days = [date.fromisoformat(line.removeprefix("as_of: ")) for line in comment if line.startswith("as_of: ")]
    expected = [line for line in comment if not line.startswith("as_of: ")]
    found = problems_of(path, catalogue, laws, days[0] if days else None)
    assert found == expected
    assert path.stem in found[0]
    assert len([line for line in found if line.startswith(path.name)]) == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_mends_a_problem_leaves_none_of_its_kind(
    path: Path, catalogue: Catalogue, laws: Laws, tmp_path: Path
) -> None:
    """The edits of --fix, where there are any, take the problem away and bring no other."""
    problems = Problems()
    rule = read_rule(path, problems, path.name)
    if rule is not None:
        check_rule(rule, catalogue, laws, problems, as_of=date(2026, 6, 30))
    edits = [edit for problem in problems for edit in problem.edits]
    if not edits:
        return
    mended = tmp_path / path.name
    mended.write_text(edited(path.read_text(encoding="utf-8"), edits), encoding="utf-8")
    assert problems_of(mended, catalogue, laws, None) == []


@pytest.mark.parametrize(("written", "slip", "told"), [
    ("by: [death.person_id, death.name]", "by: [death.person_id，death.name]", "E301 '，' cannot be read"),
    ("by: [death.person_id, death.name]", "by: [death.person_id, death.naem]", "did you mean 'death.name'?"),
    ("sum(payment.amount)", "sum(payment.金额)", "did you mean 'payment.amount'?"),
    ("max(payment.paid_on)", "max(发放日期)", "did you mean 'payment.paid_on'?"),
])  # fmt: skip
def test_one_slip_gives_one_problem(
    written: str, slip: str, told: str, catalogue: Catalogue, laws: Laws, tmp_path: Path
) -> None:
    text = (HERE / "E201.yml").read_text(encoding="utf-8").replace("payment.payd_on", "payment.paid_on")
    assert text.count(written) == 1
    path = tmp_path / "E201.yml"
    path.write_text(text.replace(written, slip), encoding="utf-8")
    found = problems_of(path, catalogue, laws, None)
    assert len([line for line in found if line.startswith(path.name)]) == 1 and told in "\n".join(found)
