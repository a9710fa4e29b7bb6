"""Parquet: every value as text, so that one contract reads every format the same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.ingest.read.headers import match_headers
from clew.ingest.read.source import Request, Source, select
from clew.problems import Place, Problems


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a Parquet file in parallel; a file that is not one is I015. Row numbers are positions in the file."""
    relation = f"read_parquet({text_literal(str(request.landed.path))}, file_row_number = true)"
    try:
        found = request.connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        # The engine names the landed copy: the sender knows the file by the name it was sent under.
        said = str(error).splitlines()[0].replace(str(request.landed.path), request.shown)
        problems.error(
            Place(request.shown),
            "I015",
            f"this is not a readable Parquet file: {said}",
            "ask the sender for it again",
        )
        yield None
        return
    columns = [(name, type_) for name, type_, *_ in found if name != "file_row_number"]
    headers = match_headers([name for name, _ in columns], request.contract, request.shown, problems)
    if headers is None:
        yield None
        return
    cells = ", ".join(
        f"{_text(name, type_)} as c{index}"
        for index, (name, type_) in enumerate(columns)
        if index in headers.positions.values()
    )
    texts = f"(select file_row_number, {cells} from {relation})"
    yield Source((select(texts, headers, "file_row_number + 1"),))


def _text(name: str, type_: str) -> str:
    """A value as text; a moment at midnight is written as its day, since senders store days as moments."""
    value = quoted(name)
    if type_.startswith("TIMESTAMP"):
        moment = f"({value} at time zone 'UTC')" if "ZONE" in type_ else value
        return f"case when {moment} = {moment}::date then {moment}::date::varchar else {moment}::varchar end"
    return f"{value}::varchar"
