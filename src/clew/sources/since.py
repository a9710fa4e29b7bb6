"""What an interface is asked for since the last fetch, and its records as text columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from clew.contracts.model import Column
from clew.plan import Type
from clew.sources import records
from clew.sources.cursor import Value, value_of
from clew.sources.increments import Window
from clew.sources.job import Job
from clew.sources.standing import standing

if TYPE_CHECKING:
    import pyarrow as pa

_FORMATS = {Type.DATE: "%Y-%m-%d", Type.TIMESTAMP: "%Y-%m-%dT%H:%M:%S"}


@dataclass
class Since:
    """One incremental fetch. ``start`` is where it begins; afterwards ``high`` is how far it came.

    A record below ``start`` is left out, so an interface that answers more than it was asked for does no harm.
    ``undated``: records without a value that can be a cursor. Moments with a zone are told in UTC.
    """

    job: Job
    cursor: Column
    start: Value | None
    high: Value | None = None
    undated: int = 0

    @staticmethod
    def of(job: Job) -> Since:
        """Where the loaded deliveries of the source say that it begins."""
        details, contract = job.source.details, job.source.contract
        column = contract.column(details.cursor)
        assert column is not None  # noqa: S101 - refused when the contract was read
        return Since(job, column, standing(job).start(column.name, column.type, details.overlap))

    @property
    def parameters(self) -> dict[str, str]:
        """What is sent with every request; nothing for the first fetch."""
        details = self.job.source.details
        if self.start is None:
            return {}
        if isinstance(self.start, datetime):
            return {details.since_parameter: self.start.strftime(details.since_format or _FORMATS[self.cursor.type])}
        return {details.since_parameter: str(self.start)}

    @property
    def window(self) -> Window:
        """What the increment spans."""
        high = self.high.isoformat(" ") if isinstance(self.high, datetime) else str(self.high)
        return Window(self.cursor.type, self.start, high)

    def batches(self, pages: Iterable[list[dict[str, Any]]]) -> Iterator[pa.RecordBatch]:
        """The records of each page that count, each contract column as text."""
        import pyarrow as pa

        columns = self.job.source.contract.columns
        for page in pages:
            taken = [record for record in page if self._counts(record)]
            arrays = [pa.array([_text(record, column) for record in taken], pa.string()) for column in columns]
            yield pa.RecordBatch.from_arrays(arrays, names=[column.name for column in columns])

    def _counts(self, record: dict[str, Any]) -> bool:
        value = self._value(record)
        if value is None:
            self.undated += 1
            return False
        if self.start is not None and value < self.start:  # type: ignore[operator]  # both of the cursor's type
            return False
        self.high = value if self.high is None else max(self.high, value)
        return True

    def _value(self, record: dict[str, Any]) -> Value | None:
        text = _text(record, self.cursor)
        try:
            value = value_of(text, self.cursor.type) if text else None
        except (ValueError, ArithmeticError):
            return None
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC).replace(tzinfo=None)
        return value


def _text(record: dict[str, Any], column: Column) -> str | None:
    """A column's value in a record, under its heading or its name; lists and objects stay JSON."""
    for path in dict.fromkeys((column.header, column.name)):
        found = record.get(path) if path in record else records.at(record, path)
        if found is not None:
            return found if isinstance(found, str) else records.written(found)
    return None
