"""Reading one contract file: YAML, then the official schema and models, then Clew's conventions, all errors at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from clew.contracts.columns import read_column
from clew.contracts.file_format import read_file_format
from clew.contracts.model import Check, Column, Contract, Kind
from clew.contracts.quality import read_quality
from clew.contracts.relationships import read_relationships
from clew.contracts.standard import json_value, validate_document
from clew.contracts.vocabulary import (
    CONTRACT_WORDS,
    DESCRIPTION_KEYS,
    SERVICE_LEVELS,
    chosen,
    custom_words,
    required_text,
    text_of,
    with_article,
)
from clew.plan import Type
from clew.problems import Place, Problems, did_you_mean
from clew.yaml_file import Node, read_yaml

SUFFIX = ".odcs.yaml"
_DEFAULT_TOLERANCE = Decimal("0.01")
_DAYS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}


def read_contract(path: Path, problems: Problems, shown: str | None = None) -> Contract | None:
    """The contract in a file, or None when it has an error (E0xx YAML, C001-C002 standard, C003-C009 conventions)."""
    before = len(problems.errors)
    node = read_yaml(path, problems, shown)
    if node is None or len(problems.errors) > before or not validate_document(node, problems):
        return None
    contract = _contract(node, path, shown or str(path), problems)
    return contract if len(problems.errors) == before else None


def _contract(node: Node, path: Path, shown: str, problems: Problems) -> Contract | None:
    words = custom_words(node, CONTRACT_WORDS, problems)
    schema = _only_object(node, path, problems)
    if schema is None:
        return None
    dataset = text_of(schema.get("name"))
    columns = _columns(schema, problems)
    kind = _kind(words.get("kind"), node.place, problems)
    event = _named_column(words.get("eventColumn"), columns, (Type.DATE, Type.TIMESTAMP), problems)
    if text_of(words.get("kind")) == Kind.EVENT and "eventColumn" not in words:
        problems.error(
            node.place,
            "C004",
            "a contract of kind event must name its eventColumn",
            "add {property: eventColumn, value: <the date column that orders the rows>}",
        )
    title_zh = required_text(words.get("titleZh"), "titleZh", problems)
    description = node.get("description")
    for key, _ in description.items() if description else ():
        if key not in DESCRIPTION_KEYS and description is not None:
            problems.error(
                description.key_place(key),
                "C004",
                f"'{key}' is not a key of 'description'",
                did_you_mean(key, DESCRIPTION_KEYS),
            )
    return Contract(
        dataset=dataset, title=text_of(node.get("name")) or dataset,
        title_zh=title_zh or text_of(schema.get("businessName")) or dataset,
        version=text_of(node.get("version")),
        description=text_of(description.get("purpose")) if description else "",
        owner=_owner(node, words, problems), columns=tuple(columns),
        primary_key=_primary_key(schema, columns, problems),
        checks=tuple(_checks(schema, dataset, columns, problems)), kind=kind, event_column=event,
        region_column=_named_column(words.get("regionColumn"), columns, (Type.TEXT,), problems),
        freshness_days=_freshness(node, problems), tolerance=_tolerance(words.get("quarantineTolerance"), problems),
        file_format=read_file_format(node, problems), sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        path=shown, place=node.place, document=json_value(node),
        servers=tuple(listed.entries() if (listed := node.get("servers")) else ()),
    )  # fmt: skip


def _only_object(node: Node, path: Path, problems: Problems) -> Node | None:
    listed = node.get("schema")
    objects = listed.entries() if listed else []
    if len(objects) != 1:
        place = objects[1].place if len(objects) > 1 else node.place
        problems.error(
            place,
            "C003",
            f"a contract describes one table; this one has {len(objects)}",
            "write one file for each table" if objects else "add schema: with one entry",
        )
        return None
    name, identifier = objects[0].get("name"), node.get("id")
    if name is None or not name.text.isidentifier():
        place = name.place if name else objects[0].place
        problems.error(place, "C003", "the table has no usable name", "use letters, digits and '_', as the file name")
        return None
    stem = path.name.removesuffix(SUFFIX)
    for what, found in (("name of the table", name), ("id", identifier)):
        if found is not None and found.text != stem:
            problems.error(
                found.place,
                "C003",
                f"the {what} is '{found.text}' but the file is '{path.name}'",
                f"the dataset has one name everywhere: write {stem}, or rename the file to {found.text}{SUFFIX}",
            )
    return objects[0]


def _columns(schema: Node, problems: Problems) -> list[Column]:
    listed = schema.get("properties")
    columns = [column for entry in (listed.entries() if listed else []) if (column := read_column(entry, problems))]
    if listed is None or not listed.entries():
        problems.error(schema.place, "C005", "the table has no columns", "add properties: with one entry per column")
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


def _primary_key(schema: Node, columns: Sequence[Column], problems: Problems) -> tuple[str, ...]:
    known = {column.name for column in columns}
    keyed: list[tuple[int, int, str]] = []
    listed = schema.get("properties")
    for index, entry in enumerate(listed.entries() if listed else []):
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


def _checks(schema: Node, dataset: str, columns: Sequence[Column], problems: Problems) -> list[Check]:
    found = read_quality(schema, dataset, columns, None, problems)
    found += read_relationships(schema, dataset, columns, None, problems)
    by_name = {column.name: column for column in columns}
    listed = schema.get("properties")
    for entry in listed.entries() if listed else []:
        column = by_name.get(text_of(entry.get("name")))
        if column is not None:
            found += read_quality(entry, dataset, columns, column, problems)
            found += read_relationships(entry, dataset, columns, column, problems)
    seen: dict[str, Place] = {}
    for check in found:
        if check.name in seen:
            problems.error(
                check.place,
                "C007",
                f"the check '{check.name}' is named twice; the first is on line {seen[check.name].line}",
                "give each rule its own name",
            )
        seen.setdefault(check.name, check.place)
    return found


def _kind(node: Node | None, place: Place, problems: Problems) -> Kind:
    word = chosen(node, [item.value for item in Kind], "kind of dataset", problems)
    if node is None:
        problems.error(
            place,
            "C004",
            "the contract does not say what kind of dataset this is",
            "add customProperties: {property: kind, value: register} (each delivery is the full list)"
            " or event (each delivery adds rows)",
        )
    return Kind(word) if word else Kind.EVENT


def _named_column(
    node: Node | None, columns: Sequence[Column], types: tuple[Type, ...], problems: Problems
) -> str | None:
    if node is None:
        return None
    column = next((item for item in columns if item.name == node.text), None)
    if column is None:
        problems.error(
            node.place,
            "C004",
            f"'{text_of(node)}' is not a column of this contract",
            did_you_mean(text_of(node), [item.name for item in columns]),
        )
        return None
    if column.type not in types:
        problems.error(
            node.place,
            "C004",
            f"'{column.name}' is {with_article(column.type.value)} column",
            f"name a column of type {' or '.join(types)}",
        )
        return None
    return column.name


def _owner(node: Node, words: Mapping[str, Node], problems: Problems) -> str:
    team = node.get("team")
    named = text_of(team.get("name")) if team is not None else ""
    return required_text(words.get("owner"), "owner", problems) or named


def _freshness(node: Node, problems: Problems) -> int | None:
    listed = node.get("slaProperties")
    for entry in listed.entries() if listed else []:
        value, unit, word = entry.get("value"), entry.get("unit"), entry.get("property")
        if word is None or value is None or chosen(word, SERVICE_LEVELS, "service level", problems) != "freshness":
            continue  # the other levels are agreements between people
        days = _DAYS.get(text_of(unit))
        if days is None:
            place = unit.place if unit else entry.place
            problems.error(place, "C004", f"freshness is counted in days, not in '{text_of(unit)}'", "write unit: d")
        elif not isinstance(value.value, int) or isinstance(value.value, bool) or value.value < 1:
            problems.error(value.place, "C004", "freshness must be a whole number of days, 1 or more")
        else:
            return value.value * days
    return None


def _tolerance(node: Node | None, problems: Problems) -> Decimal:
    if node is None:
        return _DEFAULT_TOLERANCE
    if isinstance(node.value, int | Decimal) and not isinstance(node.value, bool) and 0 <= node.value <= 1:
        return Decimal(node.value)
    problems.error(
        node.place, "C004", f"'{text_of(node)}' is not a share between 0 and 1", "0.01 is one row in a hundred"
    )
    return _DEFAULT_TOLERANCE
