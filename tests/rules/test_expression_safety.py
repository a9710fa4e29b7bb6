"""Nothing but a closed language passes: attack lines, adversarial forms and random text are refused, or harmless."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import Quantity
from clew.rules.expression import Scope, Typed, parse_expression, references
from clew.rules.grammar import MAX_WORDS
from clew.rules.model import Text

ATTACKS = Path(__file__).parents[2].parent / "shared" / "data" / "sql-injection"
SCOPE = Scope(
    {
        "a": Type.INTEGER,
        "x": Type.TEXT,
        "id": Type.INTEGER,
        "user": Type.TEXT,
        "t.ok": Type.BOOLEAN,
        "t.day": Type.DATE,
    },
    {"p": Quantity(1, "day"), "n": Quantity(3, "count")},
    date(2026, 6, 30),
)
HARMLESS = {
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Paren,
    exp.And,
    exp.Or,
    exp.Not,
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.Between,
    exp.In,
    exp.Is,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Neg,
    exp.Case,
    exp.If,
    exp.Coalesce,
    exp.Least,
    exp.Greatest,
    exp.Abs,
    exp.Round,
    exp.Anonymous,
    exp.Cast,
    exp.DataType,
    exp.DataTypeParam,
    exp.Count,
    exp.Sum,
    exp.Min,
    exp.Max,
    exp.Distinct,
    exp.Filter,
    exp.Where,
    exp.Star,
}


def outcome(text: str) -> Typed | None:
    """The typed expression or None; in which case a problem must say why."""
    problems = Problems()
    typed = parse_expression(Text(text, Place("x.yml", 1, 1), 0), SCOPE, problems, aggregates=True)
    references(Text(text, Place("x.yml", 1, 1), 0), Problems())
    if typed is None:
        assert problems.errors
    else:
        assert not problems.errors
        assert_harmless(typed)
    return typed


def assert_harmless(typed: Typed) -> None:
    for node in typed.tree.walk():
        assert type(node) in HARMLESS, type(node)
        if type(node) is exp.Column:
            assert node.name in SCOPE.columns and node.this.args["quoted"] and len(node.parts) == 1
        if type(node) is exp.Anonymous:
            assert str(node.this).startswith("clew_")
        if type(node) is exp.Cast:
            assert node.to.sql("duckdb") in ("DATE", "TIMESTAMP", "BIGINT", "DECIMAL(38, 6)")


def test_every_attack_line_is_refused_or_harmless() -> None:
    files = sorted(ATTACKS.glob("*.txt"))
    if not files:
        pytest.skip(f"NOT RUN: the attack lines are not at {ATTACKS}")
    lines = [line for file in files for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    attacks = {form for line in lines if line.strip() for form in (line, unquote_plus(line))}
    accepted = [line for line in sorted(attacks) if outcome(line) is not None]
    assert len(attacks) > 1500
    # What passes compares constants: outside its quoted texts there is no word, comment or second statement.
    for line in accepted:
        outside = re.sub(r"'(?:[^']|'')*'", "''", line.lower())
        assert not any(sign in outside for sign in ("select", "--", "/*", ";", "union", "@", "\\")), line


OUTSIDE = r"""
(select 1) | exists(select 1) | a in (select 1) | a = any(select 1) | a = all(array(1)) | read_csv('/etc/passwd')
getenv('HOME') | session_user() | current_user | version() | rand() > 0.5 | now() > t.day | cast(x as int) = 1
x::int = 1 | try_cast(x as int) = 1 | date '2020-01-01' = t.day | interval '1' day | x like '%a' | x ilike 'a'
x similar to 'a' | x glob 'a' | x ~ 'a' | x collate nocase = 'a' | a[1] = 1 | x.y.z = 1 | t.* | * | count(*) over ()
sum(a) over (partition by x) | sum(a) filter (where a > 1) = 1 | count(distinct a) | list(x order by x)
a; drop table x | a -- c | a /* c */ | a # c | a % 2 = 0 | a & 1 = 1 | a << 1 = 2 | ~a = 1 | a is distinct from 1
a is true | struct(a) | {'a': 1} | [1, 2] | lambda y: y | y -> y | x = "user" | x = `user` | $1 = a | ? = a | :a = a
@a = 1 | @@version | 0x1F = a | 1e400 = a | b'1' | x'1F' | n'text' | e'\n' | U&'x' | $$text$$ | if(t.ok, 1, 2)
case a when 1 then 2 end | grouping(a) | unnest(x) | a in unnest(x) | a in x | row(1, 2) | (1, 2) = (a, id)
a between symmetric 1 and 2 | t.day at time zone 'UTC' | extract(year from t.day) | substring(x from 1 for 2)
trim(both 'a' from x) | position('a' in x) | clew_divide(a, 0) | clew_rows(a) | values (1) | from t | pragma version
set a = 1 | a := 1 | prior a | connect_by_root a | next value for s | () | ( | ) | ' | . | , | and | not | case
case when | case end | null = null | a = null | a and | a b | a a a | 1 2 | 'a' 'b' | a..b | .a | a. | $ | $$ | a$b
a = = 1 | a == 1 | 1_000 = a | 1. = a | .5 = a | а = 1 | ａ = 1 | a = １ | a，b | a（1） | “a” = x | a ＝ 1
"""
"""Forms of SQL, and slips of the hand, that are not in the language; ' | ' stands between them."""

FORMS = [form for line in OUTSIDE.strip().splitlines() for form in line.split(" | ")]
OVERGROWN = [
    "",
    " ",
    "\n",
    "\x00",
    "a\x00b",
    "\ufeffa",
    "a\u2028= 1",
    "x = 'a' || 'b'",
    "9" * 40,
    "a = " + "9" * 19,
    "(" * 200 + "a" + ")" * 200,
    "not " * 500 + "t.ok",
    "-" * 300 + "a",
    "- " * 300 + "a",
    "case when t.ok then " * 200 + "1",
    "a" * 100000,
    "a + " * 500 + "a",
    "a + " * 70 + "a",
    "abs(" * 100 + "a" + ")" * 100,
    "a." * 300 + "a",
    "'" * 1001,
    "a in (" + "1," * 900 + "1)",
]
MOST_WORK = [
    "a in (" + "1," * 190 + "1)",
    " and ".join(["(a = 1)"] * 66),
    "(" * 24 + "a" + ")" * 24 + " = 1",
    "case when t.ok then 1 else " * 40 + "1 " + "end " * 40,
    "'" * 1999,
    "x = " + "''" * 900,
    "contains(x, '" + "%" * 1900 + "')",
    "not " * 390 + "t.ok",
    "a between 1 and 2 " * 30,
    "coalesce(" * 24 + "a" + ", 1)" * 24 + " = 1",
    "a" + " * a" * 199,
]
"""The most work that stays within the bounds, or just does not."""
WORDS = """a x t.ok t.day id $p $as_of ( ) , and or not in between is null = <> < + - * / case when then else end 'a' 1
2.5 count sum coalesce month_end select from where over . [ ] : ; -- /* ' " $ % interval cast as date"""


@pytest.mark.parametrize("text", FORMS + OVERGROWN)
def test_forms_outside_the_language_are_refused(text: str) -> None:
    assert outcome(text) is None


def test_the_largest_allowed_expression_renders() -> None:
    typed = outcome(" and ".join(["a = 1"] * 60))
    assert typed is not None
    assert typed.tree.sql("duckdb").count("AND") == 59
    nested = outcome("abs(" * 23 + "a" + ")" * 23)
    assert nested is not None and nested.tree.sql("duckdb")


TURNING = "\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Signs that cannot be seen, or that turn the direction of what can."""


@pytest.mark.parametrize("sign", TURNING)
def test_a_text_that_does_not_read_as_it_looks_is_refused(sign: str) -> None:
    problems = Problems()
    text = f"x = 'valid{sign} -- ' or x = 'b'"
    assert parse_expression(Text(text, Place("x.yml", 1, 1), 0), SCOPE, problems) is None
    [problem] = problems
    assert problem.code == "E301" and f"U+{ord(sign):04X}" in problem.message and problem.place.column == 11


@pytest.mark.parametrize("text", OVERGROWN + MOST_WORK)
def test_no_line_makes_more_than_a_bounded_amount_of_work(text: str) -> None:
    """Bounds on length, words, depth and digits stand before the parser; what passes them gives a small tree."""
    typed = outcome(text)
    assert typed is None or len(list(typed.tree.walk())) < 10 * MAX_WORDS


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
def test_random_text_is_refused_or_typed(text: str) -> None:
    typed = outcome(text)
    assert typed is None or typed.tree.sql("duckdb")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_in_quotes_stays_one_literal(text: str) -> None:
    quoted = text.replace("'", "''")
    typed = outcome(f"x = '{quoted}'")
    if any((unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n") or sign in TURNING for sign in text):
        assert typed is None
        return
    if typed is None:
        assert any(unicodedata.category(sign) == "Cf" for sign in text)
        return
    assert [node.name for node in typed.tree.find_all(exp.Literal)] == [text]
