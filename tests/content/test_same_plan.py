"""A rule has one plan, whatever order a process happens to keep its sets in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLANS = """
from datetime import date
from pathlib import Path
from clew.contracts.catalogue import read_catalogue
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.library import read_library

problems = Problems()
catalogue = read_catalogue(Path("data_contracts"), problems)
for name, rule in sorted(read_library(Path("rules"), problems).rules.items()):
    plan = compile_rule(rule, catalogue, problems, as_of=date(2026, 6, 30))
    for one in (*plan.relations, *plan.tallies) if plan else ():
        print(name, one.name, one.text("duckdb"))
"""


def test_every_shipped_rule_has_the_same_plan_in_every_process() -> None:
    first, second = plans("1"), plans("2")
    assert len(first) > 500
    assert first == second


def plans(seed: str) -> list[str]:
    """The queries of all shipped rules, in a process whose sets are ordered by ``seed``."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PLANS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
