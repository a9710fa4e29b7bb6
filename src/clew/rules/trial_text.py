"""A trial as the YAML an author would write: the other way round of reading one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class TrialText:
    """What a trial gives and expects. ``given``: table name -> rows, all with the same columns."""

    name: str
    as_of: date
    parameters: Mapping[str, Decimal]
    watermark: Mapping[str, date]
    given: Mapping[str, Rows]
    expect: Rows

    def lines(self) -> list[str]:
        """The trial as an entry of ``tests:``, indented as in the shipped rules."""
        found = [f"  - name: {json.dumps(self.name, ensure_ascii=False)}", f"    as_of: {self.as_of}"]
        if self.parameters:
            found.append(f"    with: {_flow(self.parameters)}")
        if self.watermark:
            found.append(f"    watermark: {_flow(self.watermark)}")
        found.append("    given:")
        for name, rows in self.given.items():
            found += [f"      {name}: |", *(f"        {line}" for line in _table(rows))]
        found.append("    expect:")
        return found + [f"      - {_flow(row)}" for row in self.expect]


def cell_text(value: Any) -> str:
    """A value as a cell of a given table."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return " ".join(str(value).split())


def _table(rows: Rows) -> list[str]:
    """A header and rows, the cells of a column under one another."""
    names = list(rows[0])
    cells = [names, *([_quoted(cell_text(row[name])) for name in names] for row in rows)]
    widths = [max(_width(line[at]) for line in cells) + 1 for at in range(len(names))]
    last = len(names) - 1
    return [
        " ".join(
            f"{cell}{',' if at < last else ''}{' ' * (widths[at] - _width(cell) - 1)}" for at, cell in enumerate(line)
        ).rstrip()
        for line in cells
    ]


def _width(cell: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in cell)


def _quoted(cell: str) -> str:
    """A cell as the reader of given tables splits it."""
    if not any(sign in cell for sign in ',"\t'):
        return cell
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow([cell])
    return text.getvalue()


def _flow(values: Mapping[str, Any]) -> str:
    """A flow mapping; text in quotes, so that a number written as text stays text."""
    parts = []
    for name, value in values.items():
        key = name if name.replace("_", "a").replace(".", "a").isalnum() else json.dumps(name, ensure_ascii=False)
        said = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else cell_text(value) or "null"
        parts.append(f"{key}: {said}")
    return "{" + ", ".join(parts) + "}"
