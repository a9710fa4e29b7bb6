"""Who answers for a dataset: the team's code for programs, its description for people."""

from __future__ import annotations

from markupsafe import Markup

from clew.catalogue_site.text import both
from clew.contracts.model import Contract


def owner(contract: Contract) -> Markup:
    """In Chinese the team's description, where the contract has one; in English the code. Empty for nobody."""
    return both(owner_title(contract), contract.owner)


def owner_title(contract: Contract) -> str:
    """The team as people call it."""
    team = contract.document.get("team")
    described = team.get("description") if isinstance(team, dict) and team.get("name") == contract.owner else None
    return str(described or contract.owner)
