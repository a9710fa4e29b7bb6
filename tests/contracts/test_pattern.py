"""ECMA-262 patterns on RE2."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest

from clew.contracts.pattern import PatternError, check_pattern


@pytest.mark.parametrize(("pattern", "matches", "misses"), [
    (r"^[\u4e00-\u9fa5]{2,4}$", "张三", "Zhang"),
    (r"^\u{1F600}$", "😀", "u"),
    (r"^\\u4e00$", r"\u4e00", "一"),
    (r"^a\(\?=b$", "a(?=b", "ab"),
    (r"^\d{3}$", "123", "123\n"),
    (r"^(?:a|b)+$", "abba", "abc"),
])  # fmt: skip
def test_translated_patterns_mean_the_same(pattern: str, matches: Sequence[str], misses: Sequence[str]) -> None:
    translated = check_pattern(pattern)
    found = duckdb.execute("select regexp_matches(?, $1) from (select 1)".replace("$1", "?"), [matches, translated])
    assert found.fetchall() == [(True,)]
    assert duckdb.execute("select regexp_matches(?, ?)", [misses, translated]).fetchall() == [(False,)]


@pytest.mark.parametrize(("pattern", "why"), [
    (r"^(?=.*\d).+$", "lookahead"),
    (r"^(?<!a)b$", "lookbehind"),
    (r"^(a)\1$", "back-references"),
    (r"^(?<x>a)\k<x>$", "back-references"),
    (r"^\cA$", "control letters"),
    ("^[a-$", "]"),
    ("^(a$", "missing"),
    ("^a{1,2000}$", "repetition"),
])  # fmt: skip
def test_what_re2_cannot_match_is_refused_with_its_reason(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=why if why.isalpha() else None):
        check_pattern(pattern)


def test_an_escaped_backslash_before_a_digit_is_no_back_reference() -> None:
    assert check_pattern(r"^\\1$") == r"^\\1$"
