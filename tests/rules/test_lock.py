"""The lock sees what a rule decides, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.problems import Problems
from clew.rules.lock import Locked, check_lock, read_lock, write_lock
from clew.rules.logic_hash import entry_of, logic_hash
from clew.rules.model import Rule
from clew.rules.parse import parse_rule, read_rule
from clew.yaml_file import parse_yaml

TEXT = (
    (Path(__file__).parents[1] / "problems" / "E303.yml").read_text(encoding="utf-8").replace("monthend", "month_end")
)


def rule(text: str) -> Rule:
    problems = Problems()
    node = parse_yaml(text, "r.yml", problems)
    assert node is not None
    found = parse_rule(node, "r.yml", problems)
    assert found is not None and not len(problems), [str(problem) for problem in problems]
    return found


def edited(before: str, after: str) -> Rule:
    assert before in TEXT
    return rule(TEXT.replace(before, after))


@pytest.mark.parametrize(("before", "after"), [
    ("title: Pension", "title: A pension"), ("why: The month", "why: Because the month"),
    ("why: The month", "why_zh: 缘由\n    why: The month"), ("steps:\n", "titles_zh: {payments: 笔数}\nsteps:\n"),
    ("parameters:\n", "false_positives_zh: [死亡日期有误。]\nparameters:\n"),
    ("modified: 2026-08-20", "modified: 2026-09-01"), ("reason: already returned", "reason: given back"),
    ("where: overpaid >= 1000", "where:   overpaid   >=1000"),
    ("month_end(death.died_on)", "month_end( death.died_on )"),
    ("range: [0, 6]", "range: [0, 6.0]"), ("is: 1.0", "is: 1.00"), ("A1,        Zhang San", "A1, Zhang San"),
    ("worth {overpaid} CNY", "of {overpaid} yuan"), ("title_zh: 发放笔数", "title_zh: 笔数"),
    ("    where: death.verified", "    where: \"death.verified\""), ("status: test", "status: stable"),
])  # fmt: skip
def test_words_and_layout_do_not_change_the_hash(before: str, after: str) -> None:
    assert logic_hash(edited(before, after)) == logic_hash(rule(TEXT))


@pytest.mark.parametrize(("before", "after"), [
    ("value: 1\n", "value: 2\n"), ("rounding: down", "rounding: up"), ("range: [0, 6]", "range: [0, 7]"),
    ("where: overpaid >= 1000", "where: overpaid > 1000"), ("payment: pension_payment", "payment: benefit_payment"),
    ("is: 1.0", "is: 0.9"), ("limit: 24", "limit: 25"), ("happened_on: last_paid", "happened_on: $as_of"),
    ("      payments: count(*)\n", "      payments: count(payment.amount)\n"), ("type: person", "type: company"),
])  # fmt: skip
def test_every_decision_changes_the_hash(before: str, after: str) -> None:
    assert logic_hash(edited(before, after)) != logic_hash(rule(TEXT))


def test_the_lock_is_kept_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "rules.lock.json"
    old = rule(TEXT)
    write_lock(path, [entry_of(old)])
    first = path.read_bytes()
    write_lock(path, [entry_of(old)])
    assert path.read_bytes() == first and list(tmp_path.iterdir()) == [path]
    locked = read_lock(path, Problems())
    assert locked == {old.id: Locked(1, logic_hash(old))}

    def codes(*rules: Rule) -> list[str]:
        problems = Problems()
        check_lock(map(entry_of, rules), locked, problems)
        return [problem.code for problem in problems]

    changed = TEXT.replace("value: 1\n", "value: 2\n")
    versioned = changed.replace("title: P", "version: 2\ntitle: P")
    assert codes(old) == []
    assert codes(rule(changed)) == ["E802"]
    assert codes(rule(versioned)) == ["E804"]
    locked = {old.id: Locked(3, logic_hash(old))}
    assert codes(old) == ["E803"]
    locked = {}
    assert codes(old) == ["E804"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b"\xff", b'{"a": {"version": "x"}}', b"[" * 5000])
def test_a_damaged_lock_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rules.lock.json"
    path.write_bytes(content)
    problems = Problems()
    assert read_lock(path, problems) == {}
    assert [problem.code for problem in problems] == ["E801"]
    assert read_lock(tmp_path / "none.json", Problems()) == {}


LOCK = Path(__file__).parents[1] / "problems" / "lock"


@pytest.mark.parametrize("path", sorted(LOCK.glob("E*")), ids=lambda path: path.stem)
def test_an_example_gives_exactly_its_message(path: Path) -> None:
    comment = [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    problems = Problems()
    if path.suffix == ".json":
        read_lock(path, problems, path.name)
    else:
        found = read_rule(path, problems, path.name)
        assert found is not None
        check_lock([entry_of(found)], read_lock(LOCK / "rules.lock.json", problems), problems)
    assert [line for problem in problems for line in str(problem).splitlines()] == comment
    assert path.stem in comment[0]
