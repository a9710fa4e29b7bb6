"""From an author's one line to a tree: what can be written at all, before names and types are looked at.

Two gates stand in a row. The first reads the line letter by letter and knows numbers, quoted text, words, ``$names``
and eleven signs: nothing else reaches the second, sqlglot's parser, entered at "condition" so that no statement can be
read, and given the names of functions in a form that is in none of its own tables. What it returns is judged class by
class in :mod:`clew.rules.expression`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from clew.rules.chinese_writing import logical_word, number_help

MAX_LENGTH = 2000
"""Longest expression, in characters."""
MAX_WORDS = 400
"""Most words and signs in one expression."""
MAX_DEPTH = 24
"""Deepest nesting of parentheses."""
MAX_DIGITS = 18
"""Most digits of a number: what DECIMAL(18) holds."""

_PIECE = re.compile(
    r"""(?P<space>[ \t\n]+)
      | (?P<text>'(?:[^']|'')*')
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.$']))
      | (?P<word>\$?[^\W\d]\w*(?![\w$']))
      | (?P<sign><>|!=|<=|>=|[<>=+\-*/(),]|\.(?=[^\W\d]))""",
    re.VERBOSE,
)
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Signs nobody sees, and those that turn the direction of what is seen (Boucher and Anderson 2021, Trojan Source)."""
_KEYWORDS = frozenset(
    (
        "and",
        "or",
        "not",
        "in",
        "between",
        "is",
        "null",
        "case",
        "when",
        "then",
        "else",
        "end",
        "true",
        "false",
    )
)
_REFUSED = ("--", "/*", "==")
_HINTS = (
    ("--", "leave comments out of the expression: put them after # on a line of their own"),
    ("/*", "leave comments out of the expression: put them after # on a line of their own"),
    ("==", "write '='"),
    ("&&", "write 'and'"),
    ("||", "write 'or'"),
    ("::", "types come from the data contracts and cannot be cast"),
    ("!", "write 'not' or '<>'"),
    ('"', "write text in single quotes, and names without quotes"),
    ("'", "a quoted text has no end: close it with '"),
    ("“", "write text in straight single quotes: '...'"),
    ("‘", "write text in straight single quotes: '...'"),
    ("，", "write the comma as ','"),
    ("（", "write the parenthesis as '('"),
    ("）", "write the parenthesis as ')'"),
    ("＝", "write '='"),
    ("≥", "write '>='"),
    ("≤", "write '<='"),
    ("≠", "write '<>'"),
    ("＞", "write '>'"),
    ("＜", "write '<'"),
    ("；", "one expression only, and no ';'"),
    (";", "one expression only, and no ';'"),
    ("$", "a parameter is written $name"),
)
_MEANT = (
    ("==", "="),
    ("，", ","),
    ("（", "("),
    ("）", ")"),
    ("＝", "="),
    ("＞", ">"),
    ("＜", "<"),
    ("≥", ">="),
    ("≤", "<="),
    ("≠", "<>"),
)
"""Signs that have one meaning in the language, whatever stands beside them: most come from a Chinese keyboard."""


_CALLED = "clew_function_"
"""Stands before the name of a function while sqlglot reads it: it knows no such function, so that each becomes
Anonymous and is looked up in our own table. The compiled parser cannot be given other tables by a subclass.
"""


@dataclass(frozen=True)
class Unreadable:
    """Why an expression cannot be read, and at which character (from 0). ``slip`` as in a refusal of the typist."""

    code: str
    message: str
    help: str
    offset: int
    slip: tuple[str, str] | None = None


@lru_cache(maxsize=4096)
def read_condition(text: str) -> exp.Expr | Unreadable:
    """The raw tree of an expression (shared: never change it), or why it cannot be read."""
    refused = _scan(text)
    if refused:
        return refused
    try:
        trees = Parser().parse_into(exp.Condition, _unknown_to_parser(Tokenizer().tokenize(text)), text)
    except SqlglotError as error:
        return _parse_failure(error, text)
    except RecursionError:
        return Unreadable("E302", "the expression is nested too deeply", "split it with a derive step", 0)
    if len(trees) != 1 or trees[0] is None:
        return Unreadable("E301", "one expression is wanted here", "", 0)
    for call in trees[0].find_all(exp.Anonymous):
        call.set("this", call.name.removeprefix(_CALLED))
    return trees[0]


def _unknown_to_parser(tokens: list[Token]) -> list[Token]:
    """The tokens, functions renamed so that the parser's own tables do not know them; ``current_date`` and its like,
    functions without parentheses, become names.
    """
    for token, following in pairwise(tokens):
        if following.token_type is TokenType.L_PAREN and token.text.lower() not in _KEYWORDS and _is_word(token):
            token.text = _CALLED + token.text
    for token in tokens:
        if token.token_type in Parser.NO_PAREN_FUNCTIONS:
            token.token_type = TokenType.VAR
    return tokens


def _is_word(token: Token) -> bool:
    return token.token_type is not TokenType.STRING and token.text[:1].isidentifier()


def normal_form(text: str) -> str:
    """An expression without its layout: one space between pieces, keywords in small letters. Other text is only
    freed of surplus blanks. Stable across versions of the parser, for hashes.
    """
    pieces = []
    offset = 0
    for piece in _PIECE.finditer(text):
        if piece.start() != offset:
            break
        offset, found, kind = piece.end(), piece.group(), piece.lastgroup
        if kind == "word" and found.lower() in _KEYWORDS:
            found = found.lower()
        if kind != "space":
            pieces.append("<>" if found == "!=" else found)
    return " ".join(pieces if offset == len(text) else text.split())


def _scan(text: str) -> Unreadable | None:
    """The first gate: every letter must belong to a known piece, and the whole must stay small."""
    if not text.strip():
        return Unreadable("E301", "the expression is empty", "", 0)
    if len(text) > MAX_LENGTH:
        return Unreadable(
            "E302",
            f"the expression has {len(text)} characters, {MAX_LENGTH} are allowed",
            "split it with a derive step",
            0,
        )
    offset = words = depth = 0
    while offset < len(text):
        piece = _PIECE.match(text, offset)
        if piece is None or text.startswith(_REFUSED, offset):
            return _strange(text, offset)
        words += piece.lastgroup != "space"
        found = piece.group()
        hidden = _HIDDEN.search(found) if piece.lastgroup == "text" else None
        if hidden is not None:
            sign = f"U+{ord(hidden.group()):04X}"
            return Unreadable("E301", f"a text holds the invisible sign {sign}", "take it out", offset + hidden.start())
        depth += (found == "(") - (found == ")")
        if depth > MAX_DEPTH or words > MAX_WORDS:
            return Unreadable(
                "E302", "the expression is too long or nested too deeply", "split it with a derive step", offset
            )
        if piece.lastgroup == "number" and len(found.replace(".", "")) > MAX_DIGITS:
            return Unreadable("E302", f"a number may have {MAX_DIGITS} digits", "", offset)
        if found.lower() == "if":
            return Unreadable("E302", "'if' is not part of expressions", "write: case when … then … else … end", offset)
        if found.lower() in ("date", "timestamp") and text[piece.end() :].lstrip().startswith("'"):
            return Unreadable(
                "E302", f"'{found}' does not stand before a text", "a day is written '2026-01-31'", offset
            )
        offset = piece.end()
    return None


def _strange(text: str, offset: int) -> Unreadable:
    rest = text[offset:]
    hint = next((help for start, help in _HINTS if rest.startswith(start)), "") or number_help(text, offset)
    chinese = _chinese_logic(text) if re.match(r"[0-9.]+[且或并而]", rest) else None
    if chinese is not None:
        return chinese
    end = re.match(r"--|/\*|==|&&|\|\||::|[\w.]+|.", rest, re.DOTALL)
    word = end.group() if end else rest[:1]
    shown = word[:40] if word.isprintable() else ascii(word[:10]).strip("'")
    slip = next(((sign, meant) for sign, meant in _MEANT if rest.startswith(sign)), None)
    return Unreadable("E301", f"'{shown}' cannot be read in an expression", hint, offset, slip)


def _chinese_logic(text: str) -> Unreadable | None:
    found = logical_word(text)
    if found is None:
        return None
    written, meant, offset = found
    return Unreadable("E301", f"'{written}' cannot be read in an expression", f"write '{meant}'", offset)


def _parse_failure(error: SqlglotError, text: str) -> Unreadable:
    chinese = _chinese_logic(text)
    if chinese is not None:
        return chinese
    details = getattr(error, "errors", None) or [{}]
    found = details[0]
    word = str(found.get("highlight") or "")
    lines = text.split("\n")
    line, column = int(found.get("line") or 1), int(found.get("col") or 1)
    offset = sum(len(before) + 1 for before in lines[: line - 1]) + max(column - max(len(word), 1), 0)
    message = f"the expression cannot be read at '{word}'" if word else "the expression cannot be read to its end"
    return Unreadable(
        "E301",
        message,
        "something is missing, or stands twice, at or before this place",
        min(offset, max(len(text) - 1, 0)),
    )
