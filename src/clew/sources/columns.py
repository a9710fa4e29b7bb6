"""Which column of a table feeds which column of the contract: only those are ever asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clew.contracts.model import Column
from clew.problems import Problem, ProblemError, did_you_mean
from clew.sources.source import Source


@dataclass(frozen=True)
class Chosen:
    """A column of the contract and the name of the table's column that holds it."""

    column: Column
    there: str


def choose(source: Source, named: Mapping[str, str], there: Iterable[str], table: str) -> tuple[Chosen, ...]:
    """The table's column for every contract column: the one named, else its physicalName, else its own name.

    Capital letters decide only where two columns differ by them alone. Raises ProblemError (N015), all at once.
    """
    present = list(there)
    folded = {name.casefold(): name for name in reversed(present)}
    chosen, problems = [], []
    for column in source.contract.columns:
        wanted = [named[column.name]] if column.name in named else [column.header, column.name]
        exact = next((name for name in wanted if name in present), None)
        found = exact or next((folded[name.casefold()] for name in wanted if name.casefold() in folded), None)
        if found is not None:
            chosen.append(Chosen(column, found))
            continue
        problems.append(
            Problem(
                source.at("columns") if column.name in named else source.at("table"),
                "N015",
                f"the table {table} has no column '{wanted[0]}' for '{column.name}'",
                f"{did_you_mean(wanted[0], present)}; or say columns: {{{column.name}: <its name there>}}".removeprefix(
                    "; "
                ),
            )
        )
    if problems:
        raise ProblemError(problems)
    return tuple(chosen)


def find_table(name: str, tables: Iterable[str]) -> str | None:
    """The table's own spelling; None when there is none of that name."""
    present = list(tables)
    if name in present:
        return name
    return next((one for one in present if one.casefold() == name.casefold()), None)
