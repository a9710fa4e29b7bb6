"""A Chinese comma in the keys of an aggregate is one problem, whatever the later steps of a shipped rule rest on."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from clew.contracts.catalogue import read_catalogue
from clew.problems import Problems
from clew.rules.check import check_rule
from clew.rules.parse import read_rule
from clew.rules.parse_laws import read_laws
from clew.rules.shared import read_shared

ROOT = Path(__file__).parents[2]
_KEYS = re.compile(r"by: \[[^\]]*, [^\]]*\]")


def test_a_chinese_comma_between_keys_is_told_once(tmp_path: Path) -> None:
    problems = Problems()
    catalogue = read_catalogue(ROOT / "data_contracts", problems)
    laws = read_laws(ROOT / "rules" / "laws", problems)
    shared = read_shared(ROOT / "rules", problems, "rules")
    tried = 0
    for path in sorted((ROOT / "rules").rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        for keys in _KEYS.finditer(text):
            broken = tmp_path / path.name
            broken.write_text(
                f"{text[: keys.start()]}{keys.group().replace(', ', '，', 1)}{text[keys.end() :]}", "utf-8"
            )
            problems = Problems()
            rule = read_rule(broken, problems, path.name, shared=shared)
            if rule is not None:
                check_rule(rule, catalogue, laws, problems, as_of=date(2026, 6, 30))
                assert [problem.code for problem in problems] == ["E301"], [str(problem) for problem in problems]
                tried += 1
    assert tried > 20
