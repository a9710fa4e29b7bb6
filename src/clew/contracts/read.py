"""Reading one ODCS document: YAML, then the official schema and models, then Clew's conventions, all errors at once.

Each table of a document becomes a contract of its own. The project folder is read strictly; any other document openly
(see :class:`~clew.contracts.reading.Reading`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from clew.contracts.file_format import read_file_format
from clew.contracts.model import Column, Contract, FileFormat, Kind
from clew.contracts.promises import promised, read_roles, read_service_levels
from clew.contracts.protection import read_protections
from clew.contracts.reading import Reading
from clew.contracts.regions import read_regions
from clew.contracts.repair_words import check_aliases
from clew.contracts.standard import json_value, validate_document
from clew.contracts.table import read_checks, read_columns, read_primary_key
from clew.contracts.vocabulary import (
    CONTRACT_WORDS,
    DESCRIPTION_KEYS,
    FORMATS,
    chosen,
    custom_words,
    required_text,
    text_of,
    with_article,
)
from clew.plan import Type
from clew.problems import Place, Problems, certainly_meant, did_you_mean
from clew.yaml_file import Node, read_yaml

SUFFIX = ".odcs.yaml"
DEFAULT_TOLERANCE = Decimal("0.01")


def read_document(
    path: Path, problems: Problems, shown: str | None = None, *, open_reading: bool = False, by_models: bool = True
) -> tuple[Contract, ...] | None:
    """The contracts of a document, one for each of its tables; None when it has an error.

    ``open_reading``: the document need not follow Clew's conventions, and may have no table at all. ``by_models``: the
    official models judge it beside the schema, which importing them makes 0.1 s longer.
    """
    reading = Reading(open=open_reading)
    node = read_yaml(path, reading, shown)
    found: list[Contract] = []
    if node is not None and not reading.errors and validate_document(node, reading, by_models=by_models):
        found = _contracts(node, path, shown or str(path), reading)
    problems.found.extend(problem for problem in reading.found if problem not in problems.found)
    return None if node is None or reading.errors else tuple(found)


def _contracts(node: Node, path: Path, shown: str, problems: Reading) -> list[Contract]:
    schema = node.get("schema")
    tables = schema.entries() if schema else []
    words = custom_words(node, CONTRACT_WORDS, problems)
    if not tables:
        problems.convention(node.place, "C003", "the contract describes no table", "add schema: with one entry")
    _check_names(node, tables, path, problems)
    _check_description(node.get("description"), problems)
    return [_contract(node, table, words, len(tables) == 1, path, shown, problems) for table in tables]


def _contract(
    node: Node, schema: Node, shared: Mapping[str, Node], alone: bool, path: Path, shown: str, problems: Reading
) -> Contract:
    """One table's contract. Clew's words stand under the table or, for all of them, under the document."""
    own = custom_words(schema, CONTRACT_WORDS, problems)
    words = {**shared, **own}
    dataset, description = text_of(schema.get("name")), node.get("description")
    columns = read_columns(schema, problems)
    check_aliases(columns, problems)
    kind = _kind(words.get("kind"), (node if alone or problems.open else schema).place, problems)
    event = _named_column(words.get("eventColumn"), columns, (Type.DATE, Type.TIMESTAMP), problems)
    if text_of(words.get("kind")) == Kind.EVENT and "eventColumn" not in words:
        problems.convention(
            node.place,
            "C004",
            "a contract of kind event must name its eventColumn",
            "add {property: eventColumn, value: <the date column that orders the rows>}",
        )
    title = text_of(node.get("name")) if alone else text_of(schema.get("businessName"))
    title_zh = required_text((words if alone else own).get("titleZh"), "titleZh", problems)
    levels = read_service_levels(node, dataset, alone, problems)
    freshness = promised(levels, "freshness")
    servers = node.get("servers")
    return Contract(
        dataset=dataset, title=title or dataset,
        title_zh=title_zh or text_of(schema.get("businessName")) or dataset,
        version=text_of(node.get("version")),
        description=text_of(description.get("purpose")) if description else "",
        owner=_owner(node, words, problems), columns=tuple(columns),
        primary_key=read_primary_key(schema, columns, problems),
        checks=tuple(read_checks(schema, dataset, columns, node, problems)), kind=kind, event_column=event,
        region_column=_named_column(words.get("regionColumn"), columns, (Type.TEXT,), problems),
        regions=read_regions(words.get("regions"), "regionColumn" in words, problems),
        freshness_days=freshness.days if freshness else None,
        tolerance=_tolerance(words.get("quarantineTolerance"), problems),
        file_format=_file_format(node, problems), sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        path=shown, place=node.place if alone else schema.place, document=json_value(node),
        servers=tuple(servers.entries() if servers else ()),
        service_levels=levels, frequency=promised(levels, "frequency"), latency=promised(levels, "latency"),
        retention=promised(levels, "retention"), roles=read_roles(node),
        protections=read_protections(words.get("protection"), schema, columns, problems),
    )  # fmt: skip


def _check_names(node: Node, tables: Sequence[Node], path: Path, problems: Reading) -> None:
    """One name everywhere: the id is the file's, and so is a single table's (C003)."""
    stem, seen = path.name.removesuffix(SUFFIX), set[str]()
    for table in tables:
        name = table.get("name")
        if name is None or not name.text.isidentifier():
            place = name.place if name else table.place
            problems.convention(
                place, "C003", "the table has no usable name", "use letters, digits and '_', as the file name"
            )
        elif name.text.lower() in seen:
            problems.error(name.place, "C003", f"two tables are named '{name.text}'", "give each its own name")
        seen.add(name.text.lower() if name else "")
    named = [("id", node.get("id"))]
    if len(tables) == 1:
        named.insert(0, ("name of the table", tables[0].get("name")))
    for what, found in named:
        if not problems.open and found is not None and found.text.isidentifier() and found.text != stem:
            problems.error(
                found.place,
                "C003",
                f"the {what} is '{found.text}' but the file is '{path.name}'",
                f"the dataset has one name everywhere: write {stem}, or rename the file to {found.text}{SUFFIX}",
            )


def _check_description(description: Node | None, problems: Reading) -> None:
    if description is None:
        return
    unknown = [key for key, _ in description.items() if key not in DESCRIPTION_KEYS]
    meant = [certainly_meant(key, DESCRIPTION_KEYS) for key in unknown]
    for key, word in zip(unknown, meant, strict=True):
        problems.convention(
            description.key_place(key),
            "C004",
            f"'{key}' is not a key of 'description'",
            did_you_mean(key, DESCRIPTION_KEYS),
            description.renamed(key, word) if meant.count(word) == 1 else (),
        )


def _file_format(node: Node, problems: Reading) -> FileFormat:
    """How delivered files look. An open reading takes the format of the first server that names one."""
    servers = node.get("servers")
    named = [text_of(entry.get("server")) for entry in (servers.entries() if servers else [])]
    if problems.open and "drop" not in named:
        formats = [text_of(entry.get("format")) for entry in (servers.entries() if servers else [])]
        return FileFormat(format=next((word for word in formats if word in FORMATS), FileFormat().format))
    aside = Problems()
    found = read_file_format(node, aside)
    problems.take(aside)
    return found


def _kind(node: Node | None, place: Place, problems: Reading) -> Kind:
    word = chosen(node, [item.value for item in Kind], "kind of dataset", problems)
    if node is None:
        problems.convention(
            place,
            "C004",
            "the contract does not say what kind of dataset this is",
            "add customProperties: {property: kind, value: register} (each delivery is the full list)"
            " or event (each delivery adds rows)",
        )
    return Kind(word) if word else Kind.EVENT


def _named_column(
    node: Node | None, columns: Sequence[Column], types: tuple[Type, ...], problems: Reading
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


def _owner(node: Node, words: Mapping[str, Node], problems: Reading) -> str:
    team = node.get("team")
    named = text_of(team.get("name")) if team is not None else ""
    return required_text(words.get("owner"), "owner", problems) or named


def _tolerance(node: Node | None, problems: Reading) -> Decimal:
    if node is None:
        return DEFAULT_TOLERANCE
    if isinstance(node.value, int | Decimal) and not isinstance(node.value, bool) and 0 <= node.value <= 1:
        return Decimal(node.value)
    problems.error(
        node.place, "C004", f"'{text_of(node)}' is not a share between 0 and 1", "0.01 is one row in a hundred"
    )
    return DEFAULT_TOLERANCE
