"""clew dossier, as a person and another program use it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Clew

SUBJECT = "11010519491231002X"


def test_a_dossier_is_masked_unless_it_is_for_the_case(clew: Clew, night: Path) -> None:
    ended = clew("dossier", SUBJECT, "-C", night)
    assert ended.code == 0
    assert "承办单位" in ended.out and "各模型线索" in ended.out and "未提示的规则" in ended.out
    assert SUBJECT not in ended.out and "张建国" not in ended.out and "110*************2X" in ended.out
    assert "法律依据" in ended.out and " 行  SHA-256 " in ended.out
    shown = clew("dossier", SUBJECT, "-C", night, "--purpose", "case", "--lang", "en")
    assert SUBJECT in shown.out and "张建国" in shown.out and "held by" in shown.out


def test_a_page_and_json_hide_as_much(clew: Clew, night: Path, tmp_path: Path) -> None:
    page = tmp_path / "made" / "dossier.html"
    ended = clew("dossier", SUBJECT, "-C", night, "--json", "--page", page)
    assert ended.code == 0
    found = json.loads(ended.out)
    assert len(found["clues"]) == 1 and found["holders"][0]["clue_id"] == found["clues"][0]["clue"]["clue_id"]
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and "http" not in html
    for text in (html, ended.out):
        assert SUBJECT not in text and "张建国" not in text


def test_nothing_is_known_of_a_stranger(clew: Clew, night: Path) -> None:
    ended = clew("dossier", "340103199001010011", "-C", night)
    assert ended.code == 2
    assert "no model says anything about this subject" in ended.err and "340103199001010011" not in ended.err
