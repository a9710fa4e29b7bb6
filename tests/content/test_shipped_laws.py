"""Every legal instrument: honest about not being checked, and cited by something."""

from __future__ import annotations

from tests.content.project import laws, library, models


def test_no_instrument_claims_a_lawyers_check() -> None:
    assert [law.id for law in laws().laws.values() if law.checked] == []


def test_every_instrument_is_cited() -> None:
    parts = (*library().rules.values(), *models())
    cited = {basis.law for part in parts for basis in part.legal_basis}
    cited |= {one.basis.law for rule in library().rules.values() for one in rule.limitation}
    assert set(laws().laws) == cited
