"""A data contract as the rest of Clew sees it: typed columns, keys, checks, freshness, and how files look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from clew.plan import Type
from clew.problems import Place


class Classification(StrEnum):
    """How much a column says about a person; exports mask from ``personal`` upward."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Kind(StrEnum):
    """``register``: each delivery is the full current list. ``event``: each delivery adds dated rows."""

    REGISTER = "register"
    EVENT = "event"


class Action(StrEnum):
    """What a failed check does: stop the delivery, set its rows aside, or say so and go on."""

    STOP = "stop"
    QUARANTINE = "quarantine"
    WARN = "warn"


@dataclass(frozen=True)
class Limit:
    """The largest share in percent that may violate: up to ``percent``, or less than it when ``strict``."""

    percent: Decimal
    strict: bool = False

    def holds(self, count: int, rows: int) -> bool:
        """Whether ``count`` of ``rows`` stays inside; no row at all always does."""
        if rows == 0:
            return True
        share, bound = Decimal(count) * 100, self.percent * rows
        return share < bound if self.strict else share <= bound


@dataclass(frozen=True)
class Column:
    """One column. ``header`` is its name in delivered files; ``repairs`` are the declared normalisations."""

    name: str
    type: Type
    header: str
    title: str
    title_zh: str
    place: Place
    description: str = ""
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    minimum: Decimal | str | None = None
    maximum: Decimal | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    classification: Classification = Classification.INTERNAL
    repairs: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)  # delivered code -> canonical value
    identity: str | None = None  # 'id18' or 'uscc': the value must carry a valid check digit
    precision: tuple[int, int] = (18, 2)  # digits and scale of a DECIMAL column


@dataclass(frozen=True)
class Check:
    """One check beyond a column's own constraints, with its action. ``name`` is stable and unique in a contract.

    ``kind`` is row_count | null_share | duplicate_rows | relationship, or of one row not_null | enum | pattern |
    sql_row; ``arguments`` depend on it, and ``limit`` among them is the share that may violate.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]
    action: Action
    description: str
    place: Place


@dataclass(frozen=True)
class FileFormat:
    """How delivered files of this dataset look when the file itself does not say."""

    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    sheet: str | None = None
    records: str = ""  # JSON: the path of the list whose elements are the rows


@dataclass(frozen=True)
class Contract:
    """One dataset's contract, read from ``data_contracts/<dataset>.odcs.yaml``."""

    dataset: str
    title: str
    title_zh: str
    version: str
    description: str
    owner: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    checks: tuple[Check, ...]
    kind: Kind
    event_column: str | None
    region_column: str | None
    freshness_days: int | None
    tolerance: Decimal  # largest share of quarantined rows under which a delivery still certifies coverage
    file_format: FileFormat
    sha256: str
    path: str
    place: Place
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the contract's order."""
        return tuple(column.name for column in self.columns)
