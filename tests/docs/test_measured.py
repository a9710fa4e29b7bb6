"""What the pages say was measured is what is kept in docs/truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.truth.pages import KEPT, MEASURED, pages, thresholds
from benchmarks.truth.tables import read_kept
from tests.docs.pages import ROOT

WRITTEN = pages(read_kept(KEPT, thresholds()))


def test_the_page_of_truth_and_the_readme_of_every_model_are_written() -> None:
    readmes = set((ROOT / "models").glob("*/README.md"))
    assert set(WRITTEN) == {ROOT / "docs" / "truth.md", *readmes}
    assert all(MEASURED in WRITTEN[path] for path in readmes)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_says_what_is_kept(path: Path) -> None:
    assert path.read_text("utf-8") == WRITTEN[path], "run: python -m benchmarks.truth.pages"
