"""This repository's own content, read once."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.problems import Problems
from clew.rules.laws import Laws
from clew.rules.library import Library, read_library
from clew.rules.parse_laws import read_laws
from clew.supervision.library import Models, read_models

ROOT = Path(__file__).parents[2]
CONTRACTS, RULES, LAWS, MODELS = ROOT / "data_contracts", ROOT / "rules", ROOT / "rules" / "laws", ROOT / "models"
LOCK = RULES / "rules.lock.json"
DAY = date(2026, 6, 30)
"""A day to compile on; a plan's shape does not depend on it."""

EXCLUSIONS, ENTITLEMENTS, HOLIDAYS = RULES / "exclusions", RULES / "entitlements", RULES / "holidays"
_NO_RULES = (LAWS, EXCLUSIONS, ENTITLEMENTS, HOLIDAYS)
RULE_FILES = tuple(sorted(path for path in RULES.glob("*/*.yml") if path.parent not in _NO_RULES))


def sound(problems: Problems) -> None:
    """Fail with every problem as a person would see it, warnings too."""
    assert not list(problems), "\n" + "\n".join(str(problem) for problem in problems)


@cache
def catalogue() -> Catalogue:
    """All contracts, without a problem."""
    problems = Problems()
    found = read_catalogue(CONTRACTS, problems)
    sound(problems)
    return found


@cache
def laws() -> Laws:
    """All legal instruments, without a problem."""
    problems = Problems()
    found = read_laws(LAWS, problems)
    sound(problems)
    return found


@cache
def library() -> Library:
    """All rules, without a problem."""
    problems = Problems()
    found = read_library(RULES, problems, "rules")
    sound(problems)
    return found


@cache
def models() -> Models:
    """All models, without a problem."""
    problems = Problems()
    found = read_models(MODELS, problems)
    sound(problems)
    return found
