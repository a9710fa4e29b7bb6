"""ODCS relationships -> Checks that keys are found in another dataset."""

from __future__ import annotations

from collections.abc import Sequence

from clew.contracts.actions import own_action
from clew.contracts.model import Action, Check, Column
from clew.contracts.reading import Reading
from clew.problems import did_you_mean
from clew.yaml_file import Node


def read_relationships(
    owner: Node, dataset: str, columns: Sequence[Column], column: Column | None, document: Node, problems: Reading
) -> list[Check]:
    """The foreign keys of a property (``to: dataset.column``) or of the schema object (``from`` and ``to``).

    A reference is a name (``dataset.column``) or, qualified, a path of ids (``schema/<table>/properties/<column>``),
    looked up in the ``document`` and, where that does not know the id, taken for the name.
    A key that is not found is warned of unless its ``action`` says otherwise: the other dataset may arrive later.
    """
    listed = owner.get("relationships")
    found: list[Check] = []
    for entry in listed.entries() if listed else []:
        source = (
            (column.name,)
            if column is not None
            else _own_columns(entry.get("from"), dataset, columns, document, problems)
        )
        target = _target(entry.get("to"), document, problems)
        if source is None or target is None:
            continue
        to_dataset, to_columns = target
        if len(source) != len(to_columns):
            problems.error(entry.place, "C008", f"{len(source)} columns cannot refer to {len(to_columns)}")
            continue
        action = own_action(entry, Action.WARN, tuple(Action), problems)
        found.append(
            Check(
                f"{'_'.join(source)}.in_{to_dataset}",
                "relationship",
                source,
                {"dataset": to_dataset, "columns": to_columns},
                action,
                "",
                entry.place,
            )
        )
    return found


def _own_columns(
    node: Node | None, dataset: str, columns: Sequence[Column], document: Node, problems: Reading
) -> tuple[str, ...] | None:
    target = _target(node, document, problems)
    if target is None or node is None:
        return None
    known = {item.name for item in columns}
    owner, names = target
    wrong = [name for name in names if name not in known]
    if owner != dataset or wrong:
        said = f"'{wrong[0]}' is not a column of this dataset" if wrong else f"'{owner}' is not this dataset"
        problems.error(node.place, "C008", said, did_you_mean(wrong[0], known) if wrong else f"write {dataset}.column")
        return None
    return names


def _target(node: Node | None, document: Node, problems: Reading) -> tuple[str, tuple[str, ...]] | None:
    if node is None:
        return None
    entries = node.entries() if node.is_list else [node]
    parts = [_qualified(entry.text, document) if "/" in entry.text else _named(entry.text) for entry in entries]
    found = [part for part in parts if part is not None]
    if len(found) != len(parts) or len({dataset for dataset, _ in found}) != 1:
        problems.convention(node.place, "C008", "this does not name columns of one dataset", "write dataset.column")
        return None
    return found[0][0], tuple(column for _, column in found)


def _named(text: str) -> tuple[str, str] | None:
    dataset, _, column = text.partition(".")
    return (dataset, column) if dataset and column and "." not in column else None


def _qualified(text: str, document: Node) -> tuple[str, str] | None:
    """``[file.yaml#][/]schema/<id>/properties/<id>`` as names; ids of another file are taken for the names."""
    file, _, path = text.rpartition("#")
    steps = path.strip("/").split("/")
    if len(steps) != 4 or steps[0] != "schema" or steps[2] != "properties":
        return None
    listed = document.get("schema") if not file else None
    table = _with_id(listed, steps[1])
    column = _with_id(table.get("properties") if table else None, steps[3])
    return _name_of(table, steps[1]), _name_of(column, steps[3])


def _with_id(listed: Node | None, identifier: str) -> Node | None:
    for entry in listed.entries() if listed else []:
        found = entry.get("id")
        if found is not None and found.text == identifier:
            return entry
    return None


def _name_of(entry: Node | None, identifier: str) -> str:
    name = entry.get("name") if entry is not None else None
    return name.text if name is not None else identifier
