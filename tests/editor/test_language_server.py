"""A law graduate's editor: the language server behind VS Code and others, on a project that ``clew init`` made."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from clew.cli.main import run
from tests.editor.language_server import LanguageServer

RULE = "rules/example/paid_twice.yml"
HERE = "¦"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    office = tmp_path_factory.mktemp("editor") / "office"
    assert run(["init", str(office)]) == 0
    settings = json.loads((office / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    server = LanguageServer(office, settings["yaml.schemas"])
    yield server
    server.close()


def opened_at(editor: LanguageServer, old: str, new: str) -> tuple[str, int, int, list[str]]:
    """The example rule with one change that holds the pointer: file, line, column, and what is underlined."""
    text = (editor.root / RULE).read_text(encoding="utf-8")
    assert text.count(old) >= 1 and HERE in new
    text = text.replace(old, new, 1)
    before = text[: text.index(HERE)]
    path = f"rules/example/made_{abs(hash(new))}.yml"
    said = editor.opened(path, text.replace(HERE, ""))
    return path, before.count("\n"), len(before.rpartition("\n")[2]), said


def test_no_file_of_a_new_project_is_underlined(editor: LanguageServer) -> None:
    files = [path for folder in ("rules", "models") for path in sorted((editor.root / folder).rglob("*.yml"))]
    assert len(files) >= 4
    for path in files:
        assert editor.opened(path.relative_to(editor.root).as_posix(), path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("status: test", f"statuz{HERE}: test", "5: Property statuz is not allowed."),
        ("    unit: payment", f"    unitt{HERE}: payment", "23: Property unitt is not allowed."),
        ("  - aggregate:", f"  - aggregat{HERE}:", "37: Property aggregat is not allowed."),
        ("  payment: payment\n", f"  payment: paymant{HERE}\n", '30: Value is not accepted. Valid values: "payment".'),
    ],
)
def test_a_slip_is_underlined_where_it_stands(editor: LanguageServer, old: str, new: str, said: str) -> None:
    assert said in opened_at(editor, old, new)[3]


@pytest.mark.parametrize(
    ("old", "new", "offered", "explained"),
    [
        ("  payment: payment\n", f"  payment: {HERE}\n", "payment", "待遇发放明细 / Payments"),
        ("happened_on: last_paid", f"happened_on: {HERE}", "payment.paid_on", "发放日期"),
        ("by: [payment.person_id", f"by: [{HERE}payment.person_id", "payment.pay_month", "所属月份"),
        ("law: example_law,", f"law: {HERE},", "example_law", "示例法律 / An example law"),
        ("  - where: payments", f"  - {HERE}\n  - where: payments", "not_exists", ""),
        ("titles_zh:\n", f"{HERE}\ntitles_zh:\n", "limitation", "时效"),
        ("status: test", f"status: {HERE}", "shadow", ""),
    ],
    ids=["dataset", "column", "column in a list", "law", "verb", "key", "fixed word"],
)
def test_names_of_this_project_are_offered_with_their_titles(
    editor: LanguageServer, old: str, new: str, offered: str, explained: str
) -> None:
    path, line, column, _ = opened_at(editor, old, new)
    found = editor.offered(path, line, column)
    assert explained.lower() in found[offered].lower()


def test_the_pointer_explains_a_verb_in_both_languages(editor: LanguageServer) -> None:
    path, line, column, said = opened_at(editor, "  - aggregate:", f"  - aggr{HERE}egate:")
    assert said == []
    told = editor.hovered(path, line, column)
    assert "按键汇总" in told and "One row per key" in told
