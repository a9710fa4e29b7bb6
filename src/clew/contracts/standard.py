"""The Open Data Contract Standard itself: a document against the newest official JSON schema and models.

The schema is strict about nested keys where the official models silently drop them, so both are asked: first the
schema, with every error brought back to the line that causes it, then the models.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from clew.contracts.official_schema import NEWEST, follows
from clew.problems import Problems
from clew.yaml_file import Node


def validate_document(node: Node, problems: Problems, *, by_models: bool = True) -> bool:
    """Whether a document is a valid ODCS contract; every root cause is noted (C001, C002) where it stands.

    The newest schema judges it; one that only the schema of the version it declares lets through is valid too. A
    file of another standard, or of an ODCS before version 3, is refused by its name (C010). Without ``by_models`` the
    schema alone is asked, which is the stricter.
    """
    before = len(problems.errors)
    if not node.is_mapping:  # a delivered file named by mistake: what stands in it is nobody's to read in a message
        problems.error(
            node.place, "C001", "this file is no contract: a contract is a block of keys", "name an ODCS file"
        )
        return False
    if _other_standard(node, problems):
        return False
    document, declared = json_value(node), node.get("apiVersion")
    version = declared.text if declared is not None else NEWEST
    older = _older(version)
    if not follows(document, NEWEST):
        if older and follows(document | {"apiVersion": older}, older):
            return True
        _explain(document, node, problems)
    if older and "status" not in document:
        problems.error(
            node.place,
            "C001",
            "the key 'status' is missing from the contract",
            f"version {version} asks for it, as in status: active; since v3.2.0 it may be left out",
        )
    if by_models and len(problems.errors) == before:
        _read_official_model(document, node, problems)
    return len(problems.errors) == before


def _explain(document: Any, node: Node, problems: Problems) -> None:
    from clew.contracts.schema_error import explain  # few documents have a fault, and the import takes a while

    explain(document, node, problems)


def _other_standard(node: Node, problems: Problems) -> bool:
    """Whether the file is no ODCS of version 3 (C010)."""
    foreign, declared = node.get("dataContractSpecification"), node.get("apiVersion")
    if foreign is not None:
        problems.error(
            node.key_place("dataContractSpecification"),
            "C010",
            f"this file follows the Data Contract Specification {foreign.text}, which is another standard",
            "write it anew as ODCS v3.2.0: models become schema, fields become properties",
        )
        return True
    if declared is None and node.get("schema") is None and (table := node.get("dataset")) is not None:
        problems.error(
            table.place, "C010", "this file follows ODCS version 2, which is another standard than version 3", _TO_3
        )
        return True
    if declared is not None and declared.text.startswith("v2."):
        problems.error(
            declared.place,
            "C010",
            f"this file follows ODCS {declared.text}, which is another standard than version 3",
            _TO_3,
        )
        return True
    return False


_TO_3 = "write it anew for v3.2.0: dataset becomes schema, columns become properties"


def _older(version: str) -> str | None:
    """The schema at hand for a version before the newest; those before 3.0.2 differ from it in nothing we read."""
    if version in ("v3.0.0", "v3.0.1", "v3.0.2"):
        return "v3.0.2"
    return version if version == "v3.1.0" else None


def json_value(node: Node) -> Any:
    """The node's value as JSON has it: a date is its text."""
    if node.is_mapping:
        return {key: json_value(child) for key, child in node.items()}
    if node.is_list:
        return [json_value(child) for child in node.entries()]
    return node.text if isinstance(node.value, date) else node.value


def _read_official_model(document: Any, node: Node, problems: Problems) -> None:
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError as ModelError

    try:
        OpenDataContractStandard.model_validate(document)
    except ModelError as error:
        for detail in error.errors():
            place = _at(node, detail["loc"]).place
            problems.error(place, "C002", f"the official ODCS model refuses this: {detail['msg']}")


def _at(node: Node, path: tuple[Any, ...]) -> Node:
    for step in path:
        child = node.entries()[step] if isinstance(step, int) and step < len(node.entries()) else node.get(str(step))
        if child is None:
            return node
        node = child
    return node
