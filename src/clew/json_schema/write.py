"""Writing the schemas of a project, and the lines that tell an editor which file each is for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clew.json_schema.entitlement import entitlement_schema
from clew.json_schema.exclusion import exclusion_schema
from clew.json_schema.holidays import holidays_schema
from clew.json_schema.law import law_schema
from clew.json_schema.model import model_schema
from clew.json_schema.names import Names
from clew.json_schema.parts import Schema
from clew.json_schema.rule import rule_schema, tests_schema

FILES: Mapping[str, tuple[str, ...]] = {
    "law.schema.json": ("rules/laws/*.yml",),
    "exclusion.schema.json": ("rules/exclusions/*.yml",),
    "entitlement.schema.json": ("rules/entitlements/*.yml",),
    "holidays.schema.json": ("rules/holidays/*.yml",),
    "rule.schema.json": (
        "rules/*/*.yml",
        "!rules/laws/*.yml",
        "!rules/exclusions/*.yml",
        "!rules/entitlements/*.yml",
        "!rules/holidays/*.yml",
    ),
    "model.schema.json": ("models/*/model.yml",),
    "tests.schema.json": ("models/*/tests.yml",),
}
"""Schema file -> the files of a project it is for."""


def schemas(names: Names) -> dict[str, Schema]:
    """File name -> schema."""
    made = (
        law_schema(),
        exclusion_schema(),
        entitlement_schema(),
        holidays_schema(),
        rule_schema(names),
        model_schema(names),
        tests_schema(names),
    )
    return dict(zip(FILES, made, strict=True))


def write_schemas(names: Names, folder: Path) -> list[Path]:
    """Write every schema; the same names give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas(names).items():
        path = folder / name
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return written


def editor_settings(folder: str) -> dict[str, Any]:
    """Settings of VS Code (and of every editor that drives yaml-language-server): schemas by file."""
    return {"yaml.schemas": {f"./{folder}/{name}": list(patterns) for name, patterns in FILES.items()}}
