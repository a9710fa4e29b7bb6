"""ODCS relationships -> Checks that keys are found in another dataset."""

from __future__ import annotations

from collections.abc import Sequence

from clew.contracts.actions import own_action
from clew.contracts.model import Action, Check, Column
from clew.problems import Problems, did_you_mean
from clew.yaml_file import Node


def read_relationships(
    owner: Node, dataset: str, columns: Sequence[Column], column: Column | None, problems: Problems
) -> list[Check]:
    """The foreign keys of a property (``to: dataset.column``) or of the schema object (``from`` and ``to``).

    A key that is not found is warned of unless its ``action`` says otherwise: the other dataset may arrive later.
    """
    listed = owner.get("relationships")
    found: list[Check] = []
    for entry in listed.entries() if listed else []:
        source = (column.name,) if column is not None else _own_columns(entry.get("from"), dataset, columns, problems)
        target = _target(entry.get("to"), problems)
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
    node: Node | None, dataset: str, columns: Sequence[Column], problems: Problems
) -> tuple[str, ...] | None:
    target = _target(node, problems)
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


def _target(node: Node | None, problems: Problems) -> tuple[str, tuple[str, ...]] | None:
    if node is None:
        return None
    parts = [entry.text.split(".") for entry in (node.entries() if node.is_list else [node])]
    if not all(len(part) == 2 and all(part) for part in parts) or len({part[0] for part in parts}) != 1:
        problems.error(node.place, "C008", "this does not name columns of one dataset", "write dataset.column")
        return None
    return parts[0][0], tuple(part[1] for part in parts)
