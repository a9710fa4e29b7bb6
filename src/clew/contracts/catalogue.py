"""The catalogue: every contract of a folder, and what they say about each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clew.contracts.model import Contract
from clew.contracts.read import SUFFIX, read_document
from clew.problems import Place, Problems, did_you_mean


@dataclass(frozen=True)
class Catalogue:
    """Contracts by dataset name, in the order of their names. ``broken`` are the names of files that could not be
    read as contracts: their faults are already noted.
    """

    contracts: Mapping[str, Contract] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def get(self, dataset: str) -> Contract | None:
        """The contract of a dataset, or None."""
        return self.contracts.get(dataset)


def read_catalogue(folder: Path, problems: Problems, shown: str | None = None) -> Catalogue:
    """Every ``*.odcs.yaml`` of a folder; contracts with errors are left out and their problems noted.

    ``shown`` is the folder as messages should name it. C020: nothing to read; C021: a reference that leads nowhere.
    """
    name = shown or str(folder)
    if not folder.is_dir():
        problems.error(
            Place(name),
            "C020",
            "there is no such folder of data contracts",
            "run from the project folder, or make one with: clew init",
        )
        return Catalogue()
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    contracts: dict[str, Contract] = {}
    refused: set[str] = set()
    for path in paths:
        place = f"{name}/{path.name}"
        if path.suffix in (".yaml", ".yml") and not path.name.endswith(SUFFIX):
            problems.error(Place(place), "C020", f"a contract's file name ends in {SUFFIX}", "rename the file")
            refused.add(path.stem)
        if not path.name.endswith(SUFFIX):
            continue
        found = read_document(path, problems, place)
        if found is None:
            refused.add(path.name.removesuffix(SUFFIX))
        for contract in found or ():
            if contract.dataset in contracts:
                problems.error(
                    contract.place,
                    "C020",
                    f"the dataset '{contract.dataset}' has a contract already: {contracts[contract.dataset].path}",
                    "give each its own name",
                )
            contracts.setdefault(contract.dataset, contract)
    if not contracts and not refused:
        problems.error(Place(name), "C020", "the folder holds no data contract", f"add <dataset>{SUFFIX}")
    _check_references(contracts, refused, problems)
    return Catalogue(contracts, frozenset(refused))


def _check_references(contracts: Mapping[str, Contract], refused: set[str], problems: Problems) -> None:
    for contract in contracts.values():
        for check in contract.checks:
            dataset = str(check.arguments.get("dataset", ""))
            if check.kind != "relationship" or dataset in refused:
                continue  # a contract with errors of its own is the root cause
            target = contracts.get(dataset)
            if target is None:
                problems.error(
                    check.place,
                    "C021",
                    f"there is no contract of a dataset '{dataset}'",
                    did_you_mean(dataset, contracts),
                )
                continue
            for own, other in zip(check.columns, check.arguments["columns"], strict=True):
                _check_pair(contract, own, target, other, check.place, problems)


def _check_pair(contract: Contract, own: str, target: Contract, other: str, place: Place, problems: Problems) -> None:
    source, found = contract.column(own), target.column(other)
    if found is None:
        problems.error(
            place, "C021", f"the dataset '{target.dataset}' has no column '{other}'", did_you_mean(other, target.names)
        )
    elif source is not None and source.type is not found.type:
        problems.error(
            place,
            "C021",
            f"'{own}' is {source.type.value} but '{target.dataset}.{other}' is "
            f"{found.type.value}: they can never be equal",
            "give both the same logicalType",
        )
