"""test, explain and dry-run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.conftest import AS_OF, Clew

RULE = "rules/example/paid_twice.yml"


def test_a_failing_trial_shows_its_place_the_cells_and_the_funnel(clew: Clew, fresh: Path) -> None:
    path = fresh / RULE
    path.write_text(path.read_text(encoding="utf-8").replace("paid: 200", "paid: 250"), encoding="utf-8")
    failed = clew("test", "example.paid_twice", "-C", fresh)
    assert failed.code == 1
    assert "FAILED" in failed.out and "paid_twice.yml" in failed.out
    assert "paid: expected 250, found 200.00" in failed.out
    found = json.loads(clew("test", RULE, "-C", fresh, "--json").out)
    assert [one["passed"] for one in found] == [False, True, True]


def test_a_missing_clue_is_told_with_the_step_that_lost_it(clew: Clew, fresh: Path) -> None:
    path = fresh / RULE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 2", "value: 4", 1), encoding="utf-8")
    failed = clew("test", RULE, "-C", fresh)
    assert failed.code == 1 and "expected a clue, found none: lost at s3_where" in failed.out


def test_trials_are_chosen_by_id_file_or_folder(clew: Clew, fresh: Path) -> None:
    for name in ("example.paid_twice", RULE, "rules", fresh / RULE):
        assert "3 trials, 0 failed" in clew("test", name, "-C", fresh).out
    assert "1 trials, 0 failed" in clew("test", "models/paid_twice", "-C", fresh).out
    assert "4 trials, 0 failed" in clew("test", "rules", "paid_twice", "-C", fresh).out
    unknown = clew("test", "example.paid_twise", "-C", fresh)
    assert unknown.code == 2 and "did you mean 'example.paid_twice'?" in unknown.err


def test_explain_speaks_both_languages(clew: Clew, fresh: Path) -> None:
    chinese = clew("explain", "example.paid_twice", "-C", fresh)
    assert "同一月份重复发放" in chinese.out and "《示例法律》第1条" in chinese.out
    assert "每月依规定只发放一笔。" in chinese.out and "末笔发放日期 = 最大值" in chinese.out
    assert chinese.out.rstrip().endswith("须先排除：\n  补发上月少发的部分，按原月份入账。")
    english = clew("explain", RULE, "-C", fresh, "--lang", "en")
    assert "\n线索强度（先符合者）：\n  1.0   " in chinese.out and "\n  0.5   其余\n" in chinese.out
    assert "\nStrength, by the first that holds:\n  1.0   " in english.out and "\n  0.5   otherwise\n" in english.out
    assert "An example law, article 1" in english.out and "payments >= $min_payments" in english.out
    assert "Rule out first:\n  A part that was short" in english.out
    assert clew("explain", "paid_twice", "-C", fresh).code == 2
    path = fresh / RULE
    where = "  - where: payments >= $min_payments\n"
    text = path.read_text(encoding="utf-8")
    assert where in text
    reason = "    reason: paid once\n    reason_zh: 只发了一笔\n"
    path.write_text(text.replace(where, where + reason), encoding="utf-8")
    clears = "Cleared if:\n  s3_where  not payments >= $min_payments (paid once)"
    assert clears in clew("explain", RULE, "-C", fresh, "--lang", "en").out


def test_a_dry_run_shows_the_funnel_hits_and_near_misses_and_stores_nothing(clew: Clew, office: Path) -> None:
    warehouse = office / "var" / "warehouse.duckdb"
    before = warehouse.read_bytes()
    shown = clew("dry-run", "example.paid_twice", "-C", office, "--as-of", AS_OF)
    assert shown.code == 0
    assert "1 clues: strength 1 x 1; 0 suppressed by earlier dispositions" in shown.out
    assert "张** 110*************2X" in shown.out and "near-misses at s" in shown.out
    assert "张建国" not in shown.out and "李四" not in shown.out
    assert warehouse.read_bytes() == before
    none = json.loads(clew("dry-run", RULE, "-C", office, "--as-of", AS_OF, "--with", "min_payments=4", "--json").out)
    assert none["clues"] == 0
    assert [step["rows"] for step in none["funnel"]][-1] == 0


def test_a_dry_run_counts_what_earlier_dispositions_suppress(clew: Clew, office: Path) -> None:
    clue = json.loads(clew("clues", "-C", office, "--json").out)["clues"][0]["clue_id"]
    clew("dispose", clue, "-C", office, "--as", "lawful_exception", "--on", AS_OF)
    shown = clew("dry-run", "example.paid_twice", "-C", office, "--as-of", AS_OF)
    assert "1 suppressed by earlier dispositions" in shown.out


def test_parameters_are_checked(clew: Clew, office: Path) -> None:
    for text, part in (("min_payment=3", "did you mean 'min_payments'?"), ("min_payments=x", "is no number"),
                       ("min_payments=1", "outside its range [2, 12]")):  # fmt: skip
        wrong = clew("dry-run", "example.paid_twice", "-C", office, "--with", text)
        assert wrong.code == 2 and part in wrong.err


def test_nothing_was_received_yet(clew: Clew, fresh: Path) -> None:
    empty = clew("dry-run", "example.paid_twice", "-C", fresh)
    assert empty.code == 2 and "there is no warehouse yet" in empty.err


def test_only_what_the_rule_needs_is_read(clew: Clew, office: Path) -> None:
    """A fault elsewhere does not stop a look at one rule; a fault in what it reads does."""
    other = office / "rules" / "example" / "other.yml"
    other.write_text("rule: example.other\n", "utf-8")
    (office / "data_contracts" / "other.odcs.yaml").write_text("id: 1\n", "utf-8")
    for command in ("explain", "dry-run", "test"):
        assert clew(command, "example.paid_twice", "-C", office).code == 0
        assert clew(command, str(office / RULE), "-C", office).code == 0
    assert clew("test", "-C", office).code == clew("check", "-C", office).code == 1
    assert clew("dry-run", "example.other", "-C", office).code == 1
    contract = office / "data_contracts" / "payment.odcs.yaml"
    contract.write_text(contract.read_text("utf-8").replace("logicalType: date", "logicalType: dat", 1), "utf-8")
    stopped = clew("dry-run", "example.paid_twice", "-C", office)
    assert stopped.code == 1 and "payment.odcs.yaml" in stopped.err and "E202" not in stopped.err


def test_a_threshold_without_a_test_at_it_is_told(clew: Clew, fresh: Path) -> None:
    examples = Path(__file__).parents[1] / "problems"
    sound = clew("test", RULE, "-C", fresh, "--boundaries")
    assert sound.code == 0 and "E504" not in sound.err
    shutil.copytree(examples / "data_contracts", fresh / "data_contracts", dirs_exist_ok=True)
    (fresh / "rules" / "problems").mkdir()
    shutil.copy(examples / "boundaries" / "E504.yml", fresh / "rules" / "problems" / "e504.yml")
    told = clew("test", "problems.e504", "-C", fresh, "--boundaries")
    assert told.code == 0 and "e504.yml:18:5: E504" in told.err
