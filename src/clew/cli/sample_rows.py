"""Rows of an intermediate relation, made fit to be shown: no row identities, personal data masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Column
from clew.delivery import masking
from clew.plan import Plan


@dataclass(frozen=True)
class Rows:
    """A few rows under their column names (``alias.column``, or a derived name)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def as_dicts(self) -> list[dict[str, Any]]:
        """The rows as plain values."""
        return [dict(zip(self.headings, row, strict=True)) for row in self.rows]


def shown_rows(table: pa.Table, plan: Plan, catalogue: Catalogue, *, mask: bool, first: Sequence[str] = ()) -> Rows:
    """The table's columns that mean something to a person, masked by the contracts' classes; those ``first`` named."""
    own = [name for name in table.column_names if "#" not in name and not name.startswith("?")]
    names = [*(name for name in first if name in own), *(name for name in own if name not in first)]
    columns = {name: _column(name, plan, catalogue) for name in names}
    rows = tuple(
        tuple(_shown(row[name], columns[name], derived="." not in name) if mask else row[name] for name in names)
        for row in table.select(names).to_pylist()
    )
    return Rows(tuple(names), rows)


def _column(name: str, plan: Plan, catalogue: Catalogue) -> Column | None:
    """The contract's column behind ``alias.column``, None for a derived one."""
    alias, _, column = name.partition(".")
    dataset = next((one.dataset for one in plan.inputs if one.alias == alias), None)
    contract = catalogue.get(dataset) if dataset and column else None
    return contract.column(column) if contract else None


def _shown(value: Any, column: Column | None, *, derived: bool) -> Any:
    """A derived text may be made of a person's name: only codes (plain ASCII words) are shown whole."""
    if column is None and derived:
        if not isinstance(value, str):
            return value
        return masking.masked_text(value) if value.isascii() else masking.masked_personal(value)
    return masking.masked(value, column)
