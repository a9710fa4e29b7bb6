"""The workbook library (calamine, through fastexcel), with every way it has of failing brought to one exception."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import fastexcel
import pyarrow as pa


class WorkbookError(ValueError):
    """The library cannot read the file; the text says why as far as that names no value of a cell."""


class Book:
    """An open workbook. Raises WorkbookError wherever it is damaged."""

    def __init__(self, path: Path) -> None:
        try:
            self._reader = fastexcel.read_excel(str(path))
        except fastexcel.FastExcelError as error:
            raise WorkbookError(str(error).splitlines()[0].split(" at ")[0]) from None
        except BaseException as error:
            raise _panicked(error) from None

    @property
    def names(self) -> list[str]:
        """The sheets, in order, hidden ones too."""
        return list(self._reader.sheet_names)

    def visible(self, name: str) -> bool:
        """Whether a person who opens the workbook sees the sheet, and something in it."""
        try:
            top = self._reader.load_sheet(name, header_row=None, skip_rows=0, n_rows=1, dtypes="string")
        except fastexcel.FastExcelError:
            raise WorkbookError("a sheet cannot be read") from None
        except BaseException as error:
            raise _panicked(error) from None
        return bool(top.visible == "visible" and top.total_height)

    def cells(
        self,
        name: str,
        *,
        rows: int | None = None,
        kind: Literal["string", "duration"] = "string",
        columns: list[int] | None = None,
    ) -> tuple[pa.Table, list[Any]]:
        """Cells from row 1 on, as ``kind``, and the cells that are no such thing, by position from 0."""
        try:
            loaded = self._reader.load_sheet(
                name, header_row=None, skip_rows=0, n_rows=rows, dtypes=kind, use_columns=columns
            )
            batch, errors = loaded.to_arrow_with_errors()
        except fastexcel.FastExcelError:
            raise WorkbookError(f"the sheet '{name}' cannot be read") from None
        except BaseException as error:
            raise _panicked(error) from None
        return pa.table(pa.record_batch(batch)), list(errors.errors) if errors else []


def _panicked(error: BaseException) -> BaseException:
    """A fault inside the library comes as an exception of a class that no module exports; any other stays itself."""
    return WorkbookError("it is damaged") if type(error).__name__ == "PanicException" else error
