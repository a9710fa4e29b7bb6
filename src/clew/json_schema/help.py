"""What an editor says of a key, in both languages; the texts stand in help.yml."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from clew.problems import Problems
from clew.yaml_file import parse_yaml


@cache
def _texts() -> dict[tuple[str, str], tuple[str, str]]:
    problems = Problems()
    text = (files("clew.json_schema") / "help.yml").read_text(encoding="utf-8")
    root = parse_yaml(text, "help.yml", problems)
    problems.raise_errors()
    found = {}
    for group, keys in root.items() if root else ():
        for key, texts in keys.items():
            en, zh = (entry.text for entry in texts.entries())
            found[group, key] = (en, zh)
    return found


def explained(schema: dict[str, Any], group: str, key: str) -> dict[str, Any]:
    """A schema with the help of a key. Raises KeyError where the key has none."""
    en, zh = _texts()[group, key]
    return {**schema, "description": f"{en} {zh}", "markdownDescription": f"{zh}\n\n{en}"}


def groups() -> set[tuple[str, str]]:
    """Every key that has help, with its group."""
    return set(_texts())
