"""docs/problems.md has one row for each code the code can raise, and none more."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

from clew.cli.meanings import meanings
from tests.docs.pages import DOCS, ROOT, page, rows

CODE = re.compile(r"[A-Z]\d{3}")


@cache
def codes_in_source() -> set[str]:
    """Every text constant of the source that is a code and nothing else."""
    found: set[str] = set()
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found.add(node.value)
    return found


def test_one_row_for_each_code_and_none_more() -> None:
    listed = Counter(row[0] for row in rows(page("problems.md")) if CODE.fullmatch(row[0]))
    assert len(codes_in_source()) > 80
    assert set(listed) == codes_in_source()
    assert [code for code, count in listed.items() if count > 1] == []


def test_every_code_is_told_in_chinese_as_the_page_says() -> None:
    listed = {row[0]: tuple(row[1:]) for row in rows(page("problems_zh.md")) if CODE.fullmatch(row[0])}
    assert listed == {code: (meant.said, meant.mend) for code, meant in meanings().items()}
    assert set(listed) == codes_in_source()
    assert all(re.search(r"[\u4e00-\u9fff]", text) for told in listed.values() for text in told)


def test_every_row_says_what_it_means_and_how_to_mend_it() -> None:
    short = [row for row in rows(page("problems.md")) if len(row) != 3 or not all(row)]
    assert short == []


def test_every_code_of_rules_models_laws_and_the_lock_has_its_example_file() -> None:
    examples = {path.stem for path in (ROOT / "tests" / "problems").rglob("E*")}
    wanted = {code for code in codes_in_source() if re.fullmatch(r"E\d\d\d", code)}
    assert examples == wanted


def test_codes_named_on_other_pages_exist() -> None:
    known = codes_in_source()
    for path in (*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        named = set(re.findall(r"\b[CDEFIPSV]\d{3}\b", path.read_text(encoding="utf-8")))
        assert named <= known, path.name
