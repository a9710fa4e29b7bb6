"""compare: two versions of a rule on the same data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import AS_OF, Clew

RULE = "rules/example/paid_twice.yml"
SMALL = """\
exclusion: small
cause: FP01
title: Small
title_zh: 数额较小
takes: [amount]
when: amount < 1
reason: small
reason_zh: 数额较小
basis: practice 实务
"""


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


def test_the_locked_version_is_found_among_the_commits(clew: Clew, changed: Path) -> None:
    git = ["git", "-C", str(changed), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "commit", "--quiet", "--all", "--message", "second"], check=True)
    shown = clew("compare", RULE, "-C", changed, "--as-of", AS_OF)
    assert "(lock, " in shown.out and "gone: 1" in shown.out
    assert "same hash" in clew("compare", RULE, "-C", changed, "--as-of", AS_OF, "--with", "HEAD").out
    lock = changed / "rules" / "rules.lock.json"
    text = lock.read_text("utf-8")
    lock.write_text(text.replace('"logic_hash": "', '"logic_hash": "0'), "utf-8")
    lost = clew("compare", RULE, "-C", changed, "--as-of", AS_OF)
    assert lost.code == 2 and "no commit has the logic of its hash" in lost.err
    lock.write_text("{}", "utf-8")
    assert "not in the lock" in clew("compare", RULE, "-C", changed, "--as-of", AS_OF).err


def test_a_revision_brings_the_conditions_that_rules_shared_then(clew: Clew, changed: Path) -> None:
    exclusion = changed / "rules" / "exclusions" / "small.yml"
    exclusion.parent.mkdir()
    exclusion.write_text(SMALL, "utf-8")
    path = changed / RULE
    text = path.read_text("utf-8").replace("value: 4\n", "value: 2\n", 1)
    path.write_text(text.replace("  - aggregate:", "  - exclude: small(payment.amount)\n  - aggregate:", 1), "utf-8")
    git = ["git", "-C", str(changed), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "add", "rules"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "second"], check=True)
    exclusion.write_text(SMALL.replace("< 1", "< 1000000"), "utf-8")
    assert "gone: 1 at s2_exclude" in clew("compare", RULE, "-C", changed, "--as-of", AS_OF, "--with", "HEAD").out


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
