"""Every code of a model's check has an example file, and the example gives exactly the message in its first lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue
from clew.problems import Problems
from clew.rules.library import Library, read_library
from clew.supervision.check import check_content
from clew.supervision.parse import parse_model
from clew.yaml_file import read_yaml

HERE = Path(__file__).parent.parent / "problems" / "models"
EXAMPLES = sorted(HERE.glob("E*.yml"))


@pytest.fixture(scope="module")
def library() -> Library:
    problems = Problems()
    found = read_library(HERE / "rules", problems, "rules")
    assert list(problems) == []
    return found


def problems_of(path: Path, library: Library, catalogue: Catalogue) -> list[str]:
    problems = Problems()
    node = read_yaml(path, problems, path.name)
    model = parse_model(node, path.name, "", (), problems) if node else None
    if model is not None:
        check_content(model, library, catalogue, problems)
    return [line for problem in problems for line in str(problem).splitlines()]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_gives_exactly_its_message(path: Path, library: Library, catalogue: Catalogue) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line.removeprefix("#").removeprefix(" ") for line in lines if line.startswith("#")]
    found = problems_of(path, library, catalogue)
    assert found == comment
    assert found[0].split(": ")[1].startswith(path.stem)


def test_all_codes_of_models_have_an_example() -> None:
    assert [path.stem for path in EXAMPLES] == [f"E60{number}" for number in range(1, 10)]
