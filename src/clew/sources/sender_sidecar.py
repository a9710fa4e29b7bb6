"""A sidecar that the sender laid beside a file, with where and when it was fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from clew.problems import Problems
from clew.sources.draft import sidecar_text
from clew.yaml_file import Node, parse_yaml


def with_source(text: bytes, ours: Mapping[str, object]) -> str:
    """The sender's words first, then ours; what the sender says wins, but not about source and cursor.

    A sidecar that cannot be read keeps its text: ingestion says what is wrong with it, and takes nothing.
    """
    if not text.strip():
        return sidecar_text(ours)
    given = text.decode("utf-8", errors="replace")
    problems = Problems()
    node = parse_yaml(given, "sidecar", problems)
    taken = {"source": ours["source"], "cursor": ours["cursor"]}
    if node is None or problems.errors or not node.is_mapping:
        return f"{given}\n{sidecar_text(taken)}"
    said = {key: _value(child) for key, child in node.items()}
    return sidecar_text({**ours, **said, **taken})


def _value(node: Node) -> object:
    if node.is_mapping:
        return {key: _value(child) for key, child in node.items()}
    if node.is_list:
        return [_value(child) for child in node.entries()]
    return node.value if isinstance(node.value, str | bool | int | date | Decimal) or node.value is None else node.text
