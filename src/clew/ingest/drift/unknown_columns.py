"""A look at delivered columns that the contract does not name: only counts leave it, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Column, Contract
from clew.ingest.drift.form import Sampled
from clew.ingest.read import open_source
from clew.ingest.read.engine_fault import NO_FILE_TO_BLAME, short_reads_blamed
from clew.ingest.read.source import FAULT, ROW, Request
from clew.ingest.validate.validation import Validation
from clew.plan import Type
from clew.problems import Place, Problems

ROWS = 2000
MOST = 40
"""Unknown columns that are looked at; a file with more of them is another file."""


def sample(request: Request, format_: str, missing: Sequence[Column], unknown: Sequence[str]) -> dict[str, Sampled]:
    """The first rows of each unknown heading, tried as each missing column; nothing where they cannot be read."""
    single = [name for name in unknown if unknown.count(name) == 1][:MOST]
    if not single:
        return {}
    place = Place(request.shown)
    looked = [Column(f"h{index}", Type.TEXT, name, name, name, place) for index, name in enumerate(single)]
    contract = replace(
        request.contract, columns=tuple(looked), primary_key=(), checks=(), event_column=None, region_column=None
    )
    con = request.connection.cursor()
    try:
        with (
            short_reads_blamed(),
            open_source(format_, replace(request, connection=con, contract=contract), Problems()) as source,
        ):
            if source is None:
                return {}
            rows = " union all ".join(f"(select * from ({relation}) limit {ROWS})" for relation in source.relations)
            con.execute(f"create or replace temp table drift_sample as {rows} limit {ROWS}").fetchall()
        return {column.header: _sampled(con, column, missing, request.contract) for column in looked}
    except NO_FILE_TO_BLAME:
        raise
    except duckdb.Error:
        return {}  # irregular where this look was regular: the delivery itself has said so
    finally:
        con.close()


def _sampled(con: duckdb.DuckDBPyConnection, looked: Column, missing: Sequence[Column], contract: Contract) -> Sampled:
    text = f"trim({quoted(f'{looked.name}~0')})"
    values, longest, whole, numbers, days = con.execute(
        f"select count({text}), coalesce(max(length({text})), 0), "
        rf"count(*) filter (regexp_matches({text}, '^-?(0|[1-9][0-9]{{0,8}})$')), "
        rf"count(*) filter (regexp_matches({text}, '^-?(0|[1-9][0-9]{{0,11}})(\.[0-9]+)?$')), "
        rf"count(*) filter (regexp_matches({text}, '^(19|20)[0-9]{{2}}[-/年.][0-9]{{1,2}}[-/月.][0-9]{{1,2}}日?$')) "
        "from drift_sample"
    ).fetchall()[0]
    type_ = Type.TEXT
    if values:
        guesses: Mapping[Type, int] = {Type.DATE: days, Type.INTEGER: whole, Type.DECIMAL: numbers}
        type_ = next((one for one, count in guesses.items() if count == values), Type.TEXT)
    fits = {column.name: _fit(con, looked, column, contract) for column in missing}
    return Sampled(looked.header, type_, longest, values, fits)


def _fit(con: duckdb.DuckDBPyConnection, looked: Column, column: Column, contract: Contract) -> float:
    """The share of the values that the column's repairs and checks would let through."""
    alone = replace(contract, columns=(replace(column, required=False),), primary_key=(), checks=(), protections=())
    relation = (
        f"select {quoted(ROW)}, {quoted(FAULT)}, {quoted(f'{looked.name}~0')} as {quoted(f'{column.name}~0')} "
        f"from drift_sample where {quoted(FAULT)} is null and {quoted(f'{looked.name}~0')} is not null"
    )
    judged = Validation(alone).select(relation, 0, "")
    names = ", ".join(f"v{index}" for index in range(6))
    good, rows = con.execute(f"select count(*) filter (v3 > 0), count(*) from ({judged}) judged({names})").fetchall()[0]
    return good / rows if rows else 0.0
