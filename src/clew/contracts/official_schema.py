"""The official JSON schemas of the Open Data Contract Standard, and whether a document follows one."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft201909Validator

NEWEST = "v3.2.0"
"""The version of the standard that contracts are validated against, whichever version they declare."""


def follows(document: Any, version: str) -> bool:
    """Whether a document has no fault by the schema of a version. Which fault it has, :mod:`schema_error` says."""
    return bool(_validator(version).is_valid(document))


def official_schema(version: str) -> Any:
    """The schema of a version, 'v3.2.0'."""
    spec = find_spec("datacontract")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    text = (folder / "schemas" / f"odcs-{version.removeprefix('v')}.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


@cache
def _validator(version: str) -> Draft201909Validator:
    return Draft201909Validator(official_schema(version))
