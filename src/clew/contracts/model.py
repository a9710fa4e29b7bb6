"""A data contract as the rest of Clew sees it: typed columns, keys, checks, promises, and how files look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from clew.contracts.limit import Limit as Limit
from clew.contracts.promises import Role, ServiceLevel, Span
from clew.contracts.shape import Shape
from clew.plan import Type
from clew.problems import Place
from clew.yaml_file import Node


class Classification(StrEnum):
    """How much a column says about a person; exports mask from ``personal`` upward."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"

    @property
    def title_zh(self) -> str:
        """As people call it."""
        return {"public": "公开", "internal": "内部", "personal": "个人信息", "sensitive": "敏感个人信息"}[self.value]


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
class RepairOptions:
    """How a column's repairs work: ``units`` says how many of the column's own ``unit`` one delivered unit is.

    ``divisions_on``: the day whose list of division codes counts (None: the newest). ``date_order``: how 01/02/2026 is
    read (dmy or mdy; '' not at all). ``date_month``: which day 2026年1月 stands for (first or last; '' none).
    """

    unit: str = ""
    units: Mapping[str, Fraction] = field(default_factory=dict)
    divisions_on: date | None = None
    date_order: str = ""
    date_month: str = ""


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
    aliases: tuple[str, ...] = ()  # further headings under which it may be delivered
    options: RepairOptions = field(default_factory=RepairOptions)
    sealed: bool = False  # a flag: rows in which it is true are protected
    logical: str = ""  # the ODCS logicalType where ``type`` says less: time, object, array, map or vector
    shape: Shape | None = None  # what a JSON text must hold: object, array, map or vector
    open_minimum: bool = False  # the minimum itself is not allowed
    open_maximum: bool = False
    multiple_of: Decimal | None = None
    form: str | None = None  # what a text must look like: uuid, email, ipv4, ipv6, hostname or uri
    labels: Mapping[str, str] = field(default_factory=dict)  # allowed value -> what it is called
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One check beyond a column's own constraints, with its action. ``name`` is stable and unique in a contract.

    ``kind`` is row_count | null_share | duplicate_rows | relationship | sql_value | sql_rows | expectation, or of one
    row not_null | missing | enum | pattern | sql_row | expected; ``arguments`` depend on it, and ``limit`` among them
    is what the number of violating rows must be.
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
    records: str = ""  # JSON, XML: the path of the list or element whose entries are the rows
    sheets: tuple[str, ...] = ()  # several sheets of one workbook; ("*",) is every one that can be seen
    members: tuple[str, ...] = ()  # of an archive: patterns of the members that are data; none is all of them
    skip: int | None = None  # rows above the headings; None looks for them in the first ten
    footer: str = ""  # a pattern: closing rows whose first value matches it are no records
    fields: tuple[tuple[int, int], ...] = ()  # fixed width: start and end of each column, from 0, half-open
    bytewise: bool = False  # fixed width: counted in bytes, not in characters


@dataclass(frozen=True)
class Protection:
    """Rows that may not be held. ``condition``: SQL over the typed columns, true of a protected row, never NULL."""

    kind: str
    condition: str
    columns: tuple[str, ...]
    reason_zh: str

    @property
    def reason(self) -> str:
        """Why such a row is set aside, as it stands in the quarantine."""
        return f"protection.{self.kind}: {self.reason_zh}"


@dataclass(frozen=True)
class Contract:
    """One dataset's contract: a table of an ODCS document.

    ``kind`` is EVENT where an open reading found none; the project folder demands it.
    """

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
    service_levels: tuple[ServiceLevel, ...] = ()
    frequency: Span | None = None  # how often a delivery is promised
    latency: Span | None = None  # how long after the event its row arrives at the latest
    retention: Span | None = None  # how long the data may be kept
    roles: tuple[Role, ...] = ()
    protections: tuple[Protection, ...] = ()  # rows that are not loaded, and of which nothing is kept
    regions: tuple[str, ...] = ()  # division code prefixes that must have sent something before the whole is complete
    servers: tuple[Node, ...] = field(default=(), repr=False)  # as written: what may be fetched is read from them

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in reversed(self.columns)}

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the contract's order."""
        return tuple(column.name for column in self.columns)
