"""Checking all contracts, and the sources they declare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clew.problems import Problem, Problems
from clew.project_folders import CONTRACTS

if TYPE_CHECKING:
    from clew.contracts.catalogue import Catalogue


def check_contracts(root: Path) -> tuple[tuple[Problem, ...], Catalogue]:
    """What is wrong with the contracts of a project, and those that can be read.

    The imports, of the standard's official models above all, take half of the time and wait for the call: another
    process than the one that reads rules may make it.
    """
    from clew.contracts.catalogue import read_catalogue
    from clew.sources.declared import read_sources

    problems = Problems()
    catalogue = read_catalogue(root / CONTRACTS, problems, CONTRACTS)
    read_sources(catalogue, problems)
    return tuple(problems), catalogue
