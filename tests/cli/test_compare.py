"""compare: two versions of a rule on the same data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import AS_OF, Clew

RULE = "rules/example/paid_twice.yml"


@pytest.fixture
def changed(office: Path) -> Path:
    """The office's rule with a threshold of four payments (the data hold three), its first version committed."""
    git = ["git", "-C", str(office), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "rules"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "first"], check=True)
    path = office / RULE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 2\n", "value: 4\n", 1), encoding="utf-8")
    assert "value: 4" in path.read_text(encoding="utf-8")
    return office


def test_a_clue_that_is_gone_names_the_step_and_the_value(clew: Clew, changed: Path) -> None:
    shown = clew("compare", RULE, "-C", changed, "--as-of", AS_OF)
    assert shown.code == 0 and "gone: 1 at s3_where" in shown.out
    assert "now lost at s3_where" in shown.out and "payments = 3" in shown.out
    assert "张**" in shown.out and "张建国" not in shown.out
    found = json.loads(clew("compare", RULE, "-C", changed, "--as-of", AS_OF, "--json").out)
    assert found["clues"]["before"]["clues"] == 1 and found["clues"]["after"]["clues"] == 0
    assert [one["step"] for one in found["gone"]] == ["s3_where"] and found["added"] == []


def test_the_other_way_round_the_clue_is_added(clew: Clew, changed: Path, tmp_path: Path) -> None:
    strict = tmp_path / "strict.yml"
    strict.write_bytes((changed / RULE).read_bytes())
    subprocess.run(["git", "-C", str(changed), "checkout", "--quiet", "--", RULE], check=True)
    shown = clew("compare", RULE, "-C", changed, "--as-of", AS_OF, "--with", strict)
    assert "added: 1 at s3_where" in shown.out and "before lost at s3_where" in shown.out
    same = clew("compare", RULE, "-C", changed, "--as-of", AS_OF)
    assert "their logic has the same hash" in same.out and "gone:" not in same.out


def test_changed_values_are_told_and_masked(clew: Clew, changed: Path, tmp_path: Path) -> None:
    weaker = tmp_path / "weaker.yml"
    text = (changed / RULE).read_text(encoding="utf-8").replace("value: 4\n", "value: 2\n", 1)
    (changed / RULE).write_text(text, encoding="utf-8")
    weaker.write_text(text.replace("sum(payment.amount)", "max(payment.amount)"), encoding="utf-8")
    assert "max(payment.amount)" in weaker.read_text(encoding="utf-8")
    shown = clew("compare", RULE, "-C", changed, "--as-of", AS_OF, "--with", weaker)
    assert "changed:" in shown.out and "1000.00 -> 3000.00" in shown.out and "张建国" not in shown.out


def test_a_version_that_is_not_there_is_a_wrong_argument(clew: Clew, changed: Path) -> None:
    unknown = clew("compare", RULE, "-C", changed, "--with", "no-such-branch")
    assert unknown.code == 2 and "there is no file 'no-such-branch'" in unknown.err
    broken = changed / "broken.yml"
    broken.write_text("rule: [", encoding="utf-8")
    assert clew("compare", RULE, "-C", changed, "--with", broken).code == 1
