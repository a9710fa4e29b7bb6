"""Problems as the workflow commands with which GitHub, Gitea and Forgejo mark the lines of a change."""

from __future__ import annotations

from clew.problems import Problem


def annotation(problem: Problem) -> str:
    """One line: ``::error file=...,line=...,col=...,title=CODE::message``."""
    text = f"{problem.message}\nhelp: {problem.help}" if problem.help else problem.message
    place = problem.place
    where = f"file={_property(place.path)},line={place.line},col={place.column},title={_property(problem.code)}"
    return f"::{problem.severity.value} {where}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
