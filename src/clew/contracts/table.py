"""One table of an ODCS document: its columns, its key and its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from clew.contracts.columns import read_column
from clew.contracts.model import Check, Column
from clew.contracts.quality import read_quality
from clew.contracts.reading import Reading
from clew.contracts.relationships import read_relationships
from clew.contracts.vocabulary import text_of
from clew.problems import Place
from clew.yaml_file import Node


def read_columns(schema: Node, problems: Reading) -> list[Column]:
    """The columns of a table; two of one name (C005) are an error in any reading."""
    columns = [column for entry in _properties(schema) if (column := read_column(entry, problems))]
    if not _properties(schema):
        problems.convention(
            schema.place, "C005", "the table has no columns", "add properties: with one entry per column"
        )
    for what, key in (("column name", "name"), ("delivered header", "header")):
        counts = Counter(getattr(column, key).lower() for column in columns)
        seen: set[str] = set()
        for column in columns:
            word = getattr(column, key)
            if word.lower() in seen:
                problems.error(
                    column.place,
                    "C005",
                    f"the {what} '{word}' stands {counts[word.lower()]} times",
                    "names differ by more than capital letters",
                )
            seen.add(word.lower())
    return columns


def read_primary_key(schema: Node, columns: Sequence[Column], problems: Reading) -> tuple[str, ...]:
    """The columns of the primary key in its order."""
    known = {column.name for column in columns}
    keyed: list[tuple[int, int, str]] = []
    for index, entry in enumerate(_properties(schema)):
        name, flag, position = text_of(entry.get("name")), entry.get("primaryKey"), entry.get("primaryKeyPosition")
        at = position.value if position is not None and isinstance(position.value, int) else -1
        if flag is None or flag.value is not True:
            if position is not None and at != -1:
                problems.error(
                    position.place,
                    "C009",
                    f"'{name}' has a primaryKeyPosition but is no primaryKey",
                    "add primaryKey: true, or remove the position",
                )
            continue
        if position is not None and at >= 1 and any(at == other for other, _, _ in keyed):
            problems.error(position.place, "C009", f"two columns have primaryKeyPosition {at}", "count them 1, 2, 3")
        if name in known:
            keyed.append((at if at >= 1 else 1_000_000, index, name))
    return tuple(name for _, _, name in sorted(keyed))


def read_checks(
    schema: Node, dataset: str, columns: Sequence[Column], document: Node, problems: Reading
) -> list[Check]:
    """The quality rules and relationships of a table and of its columns, each under a name of its own."""
    table = (dataset, *(name for key in ("name", "physicalName") if (name := text_of(schema.get(key)))))
    found = read_quality(schema, table, columns, None, problems)
    found += read_relationships(schema, dataset, columns, None, document, problems)
    by_name = {column.name: column for column in columns}
    for entry in _properties(schema):
        column = by_name.get(text_of(entry.get("name")))
        if column is not None:
            found += read_quality(entry, table, columns, column, problems)
            found += read_relationships(entry, dataset, columns, column, document, problems)
    return _named_apart(found, problems)


def _named_apart(checks: Sequence[Check], problems: Reading) -> list[Check]:
    """Each name once: a second one is refused, or numbered in an open reading, so that no check is lost."""
    seen: dict[str, Place] = {}
    kept: list[Check] = []
    for check in checks:
        if check.name not in seen:
            seen[check.name] = check.place
            kept.append(check)
            continue
        problems.convention(
            check.place,
            "C007",
            f"the check '{check.name}' is named twice; the first is on line {seen[check.name].line}",
            "give each rule its own name",
        )
        number = next(n for n in range(2, len(checks) + 2) if f"{check.name}.{n}" not in seen)
        seen[f"{check.name}.{number}"] = check.place
        kept.append(replace(check, name=f"{check.name}.{number}"))
    return kept


def _properties(schema: Node) -> list[Node]:
    listed = schema.get("properties")
    return listed.entries() if listed else []
