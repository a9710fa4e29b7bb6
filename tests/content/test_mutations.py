"""Every key of every contract, shared condition, law and model, dropped, renamed or mistyped, is told or is optional.

Keys of the same shape (the same key of another column, step or test) are sampled: the same few each time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.judged import check_copy, check_slips

KINDS = ("contract", "exclusion", "entitlement", "law", "model", "model tests")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unchanged_copy_is_sound(kind: str, tmp_path: Path) -> None:
    check_copy(kind, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_no_slip_goes_unsaid(kind: str, tmp_path: Path) -> None:
    check_slips(kind, tmp_path)
