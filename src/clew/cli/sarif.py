"""Problems as SARIF 2.1.0, the format in which code hosts and editors take what a checker found.

OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clew.cli.meanings import meanings
from clew.problems import Edit, Place, Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """One run with one result for each problem; columns count characters, paths are as the problems give them."""
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "clew", "version": version("clew"), "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    meant = meanings()[code]
    return {"id": code, "shortDescription": {"text": meant.said}, "help": {"text": meant.mend}}


def _result(problem: Problem, index: int) -> dict[str, Any]:
    text = f"{problem.message}\nhelp: {problem.help}" if problem.help else problem.message
    region = {"startLine": problem.place.line, "startColumn": problem.place.column}
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(problem.place.path)}, "region": region}}],
    }
    if problem.edits:
        change = {
            "artifactLocation": {"uri": _uri(problem.place.path)},
            "replacements": [_replacement(edit) for edit in problem.edits],
        }
        result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _replacement(edit: Edit) -> dict[str, Any]:
    place: Place = edit.place
    return {
        "deletedRegion": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.line,
            "endColumn": place.column + len(edit.old),
        },
        "insertedContent": {"text": edit.new},
    }


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path)
