"""One project made of every example in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.problems import Problems
from clew.project import Project, read_project
from clew.settings import Settings
from clew.yaml_file import parse_yaml
from tests.docs.pages import ALL_BLOCKS, Block


def name_in(block: Block, key: str) -> str:
    """The text under a top key of an example."""
    problems = Problems()
    node = parse_yaml(block.text, block.page, problems)
    value = node.get(key) if node is not None else None
    assert value is not None, f"{block.place}: no '{key}' {[str(problem) for problem in problems]}"
    return value.text


def place_of(block: Block, model: str) -> str | None:
    """Where an example belongs in a project; None for one that is no file. ``model`` is the last model before it."""
    match block.kind:
        case "contract":
            return f"data_contracts/{name_in(block, 'id')}.odcs.yaml"
        case "rule":
            return f"rules/{name_in(block, 'rule').replace('.', '/')}.yml"
        case "law":
            return f"rules/laws/{name_in(block, 'law').rpartition('.')[2]}.yml"
        case "holidays":
            return f"rules/holidays/{name_in(block, 'holidays')}.yml"
        case "model":
            return f"models/{name_in(block, 'model')}/model.yml"
        case "trials":
            return f"models/{model}/tests.yml"
        case _:
            return None


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that project; two examples must not be the same file."""
    root = tmp_path_factory.mktemp("documentation")
    for folder in ("data_contracts", "rules/laws", "models"):
        (root / folder).mkdir(parents=True)
    model = ""
    for block in ALL_BLOCKS:
        model = name_in(block, "model") if block.kind == "model" else model
        place = place_of(block, model)
        if block.language != "yaml" or place is None:
            continue
        path = root / place
        assert not path.exists(), f"{block.place}: {place} stands in the documentation twice"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def project(written: Path) -> Project:
    """The same, read; every example must be readable."""
    problems = Problems()
    found = read_project(Settings(project=written), problems)
    assert [str(problem) for problem in problems] == []
    return found
