"""Ten models of the published catalogue, written without a line of code: sound, tested, and about what they say."""

from __future__ import annotations

from clew.cli.main import run
from tests.examples.shared_data import ROOT

PROJECT = str(ROOT / "examples" / "ten_models")


def test_every_rule_is_sound_and_every_trial_passes() -> None:
    assert run(["check", "--project", PROJECT]) == 0
    assert run(["test", "--project", PROJECT]) == 0
