"""Given tables of a trial, typed by the data contracts and never by their first row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Column, Contract
from clew.engine import Coverage, TrialData
from clew.plan import Type
from clew.problems import Place, Problems, did_you_mean
from clew.rules.model import GivenTable, Trial

ALWAYS = date(1, 1, 1)
"""The first day covered in a trial that does not say."""


def trial_data(trial: Trial, datasets: Mapping[str, str], catalogue: Catalogue, problems: Problems) -> TrialData:
    """The tables and the coverage of a trial.

    ``datasets`` maps the names its tables may have (a rule's aliases; a model's datasets) to datasets. A dataset
    is given once: each of its aliases reads all of that table. Faults are noted as E109.
    """
    from clew.rules.given_table import given_table  # checking needs no tables, and importing pyarrow takes 0.1 s

    contracts = {name: one for name in datasets.values() if (one := catalogue.get(name)) is not None}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in contracts}
    for table, contract in _given(trial, datasets, catalogue, problems):
        values = _columns(table, contract, problems)
        rows[contract.dataset] += [
            {name: column[at] for name, column in values.items()} for at in range(len(table.rows))
        ]
    tables = {name: given_table(rows[name], contract) for name, contract in contracts.items()}
    return TrialData(tables, _coverage(trial, datasets, problems))


def check_given(trials: Iterable[Trial], datasets: Mapping[str, str], catalogue: Catalogue, problems: Problems) -> None:
    """Note the faults of what trials give (E109), as :func:`trial_data` would."""
    sound = set()
    for trial in trials:
        for table, contract in _given(trial, datasets, catalogue, problems):
            content = (contract.dataset, table.header, table.rows)
            if content in sound:
                continue  # the trials of a rule repeat half of their tables
            before = len(problems.found)
            _columns(table, contract, problems)
            if len(problems.found) == before:
                sound.add(content)
        _coverage(trial, datasets, problems)


def _given(
    trial: Trial, datasets: Mapping[str, str], catalogue: Catalogue, problems: Problems
) -> Iterator[tuple[GivenTable, Contract]]:
    """The tables of datasets that have a contract."""
    first: dict[str, str] = {}
    for table in trial.given:
        contract = catalogue.get(datasets.get(table.name, ""))
        if table.name not in datasets:
            problems.error(
                table.place,
                "E109",
                f"the test gives a table '{table.name}' that is not among the datasets",
                did_you_mean(table.name, datasets),
            )
        elif (earlier := first.setdefault(datasets[table.name], table.name)) != table.name:
            problems.error(
                table.place,
                "E109",
                f"the tables '{earlier}' and '{table.name}' are both the dataset '{datasets[table.name]}'",
                f"each alias reads every row of a dataset: put all rows into the table '{earlier}'",
            )
        elif contract is not None:
            yield table, contract


def _columns(table: GivenTable, contract: Contract, problems: Problems) -> dict[str, list[Any]]:
    """The values of each column that the contract has."""
    found = {}
    for index, name in enumerate(table.header):
        column = contract.column(name)
        if column is None:
            problems.error(
                Place(table.place.path, table.header_line),
                "E109",
                f"'{contract.dataset}' has no column '{name}'",
                did_you_mean(name, contract.names),
            )
        else:
            found[name] = _values(table, index, column, problems)
    if contract.primary_key and found.keys() >= set(contract.primary_key):
        _once(table, list(zip(*(found[name] for name in contract.primary_key), strict=True)), contract, problems)
    return found


def _once(table: GivenTable, keys: list[tuple[Any, ...]], contract: Contract, problems: Problems) -> None:
    """Note rows that share a primary key: of such rows none, or one, would come in."""
    if len(set(keys)) == len(keys):
        return
    seen: set[tuple[Any, ...]] = set()
    for at, key in enumerate(keys):
        if key in seen and None not in key:
            problems.error(
                Place(table.place.path, table.lines[at]) if table.lines else table.place,
                "E109",
                f"two rows of '{table.name}' have the same {' and '.join(contract.primary_key)}, the key of "
                f"'{contract.dataset}'",
                "give the rows different keys: of rows that share one, only one or none comes in",
            )
        seen.add(key)


def _values(table: GivenTable, index: int, column: Column, problems: Problems) -> list[Any]:
    """The cells of a column as values of its type."""
    texts = [row[index] for row in table.rows]
    if column.type not in _READERS and not column.enum:
        return texts
    lines = table.lines or (table.place.line,) * len(texts)
    return [
        _value(text, column, table.place.path, line, problems) if text else None
        for text, line in zip(texts, lines, strict=True)
    ]


def _value(text: str, column: Column, path: str, line: int, problems: Problems) -> Any:
    """A cell as a value of its column's type; None (and E109) when it is none."""
    try:
        value = parsed(text, column.type)
    except (ValueError, InvalidOperation):
        problems.error(
            Place(path, line),
            "E109",
            f"'{text}' is no {column.type.value} for '{column.name}'",
            {Type.DATE: "write dates like 2026-06-30", Type.BOOLEAN: "write true or false"}.get(column.type, ""),
        )
        return None
    if column.enum and text not in column.enum:
        message = f"'{text}' is not a value of '{column.name}'"
        problems.error(Place(path, line), "E109", message, did_you_mean(text, column.enum))
    return value


def parsed(text: str, kind: Type) -> Any:
    """Text as a value. Raises ValueError or InvalidOperation."""
    reader = _READERS.get(kind)
    return reader(text) if reader else text


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: Mapping[Type, Callable[[str], Any]] = {
    Type.INTEGER: int,
    Type.DECIMAL: _number,
    Type.BOOLEAN: _flag,
    Type.DATE: date.fromisoformat,
    Type.TIMESTAMP: datetime.fromisoformat,
}


def _coverage(trial: Trial, datasets: Mapping[str, str], problems: Problems) -> tuple[Coverage, ...]:
    """What is certified: as the trial says, else everywhere and always up to and including ``as_of``."""
    found: list[Coverage] = []
    said: set[str] = set()
    for name in (*trial.watermark, *trial.coverage):
        if name not in datasets:
            problems.error(
                trial.place,
                "E109",
                f"the test speaks of coverage of '{name}', which is not among the datasets",
                did_you_mean(name, datasets),
            )
    for name, day in trial.watermark.items():
        if name in datasets:
            said.add(datasets[name])
            found.append(Coverage(datasets[name], "", ALWAYS, day + timedelta(days=1)))
    for name, periods in trial.coverage.items():
        if name in datasets:
            said.add(datasets[name])
            found += [Coverage(datasets[name], region, start, end) for region, start, end in periods]
    last = trial.as_of + timedelta(days=1)
    found += [Coverage(name, "", ALWAYS, last) for name in sorted(set(datasets.values()) - said)]
    return tuple(found)
