"""A delivered file without a contract, read by the usual readers, and what its columns look like."""

from __future__ import annotations

import codecs
import json
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from clew.contracts.identity import identity_violated
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract, FileFormat, Kind, RepairOptions
from clew.contracts.observed import FORMS, Observed, Sample
from clew.contracts.read import DEFAULT_TOLERANCE
from clew.ingest.land.landed import land
from clew.ingest.land.sidecar import Sidecar
from clew.ingest.read import format_of, is_no_data, open_source
from clew.ingest.read.headers import shown_header
from clew.ingest.read.headings import listening
from clew.ingest.read.source import Request
from clew.ingest.repair.dates import iso_date
from clew.plan import Type
from clew.problems import Place, Problems

MOST_VALUES = 12
"""Values of a column that are kept when it has no more different ones."""
_DELIMITERS = ",\t;|"
_SCANNED = 200
_PLACE = Place("")
_TRIMMED = r"trim(regexp_replace({0}, '^[\s\x{{3000}}\x{{a0}}]+|[\s\x{{3000}}\x{{a0}}]+$', '', 'g'))"


def sampled(file: Path, problems: Problems, *, sheet: str | None = None, encoding: str | None = None) -> Sample | None:
    """What the columns of a file look like; None after noting why it cannot be read."""
    shown = str(file)
    with tempfile.TemporaryDirectory(prefix="clew-sample-") as folder:
        with file.open("rb", buffering=0) as received:
            landed = land(received, file.name, Path(folder) / "landing")
        if is_no_data(landed.path, Place(shown), problems):
            return None
        agreed = _looks(file, FileFormat(encoding=encoding or _encoding(file), sheet=sheet))
        kind = format_of(file.name, agreed, landed.path)
        with duckdb.connect(str(Path(folder) / "sample.duckdb")) as con:
            con.execute("set preserve_insertion_order = false")
            sidecar = Sidecar(date(2000, 1, 1))
            first = Request(con, landed, _contract(["\ufffc"], agreed), sidecar, shown, Path(folder) / "spill", 2)
            headings = _json_keys(file, agreed.encoding) if kind in ("json", "jsonl") else _headings(kind, first)
            if not headings:
                problems.error(Place(shown), "I013", "it has no line of headings", "one line must name the columns")
                return None
            if not all(map(_names_a_column, headings)):
                said = "what stands where its headings should be looks like data, or is no text"
                problems.error(Place(shown), "I013", said, "put a line that names the columns above it")
                return None
            request = replace(first, contract=_contract(headings, agreed))
            with open_source(kind, request, own := Problems()) as source:
                if source is None:
                    problems.found.extend(own.errors)
                    return None
                names = [column.name for column in request.contract.columns]
                texts = ", ".join(f"{quoted(f'{name}~0')} as {quoted(name)}" for name in names)
                reads = " union all ".join(f"select {texts} from ({one})" for one in source.relations)
                try:
                    con.execute(f"create table sample as {reads}")
                except duckdb.Error:
                    if source.fallback is None:
                        raise
                    with source.fallback() as exact:
                        reads = " union all ".join(f"select {texts} from ({one})" for one in exact.relations)  # type: ignore[union-attr]  # a fallback reads what the first could
                        con.execute(f"create table sample as {reads}")
            columns = tuple(_observed(con, name, heading) for name, heading in zip(names, headings, strict=True))
    return Sample(file.name, replace(agreed, format=kind), columns)


def _looks(file: Path, agreed: FileFormat) -> FileFormat:
    """The delimiter that stands most often, and equally often, in the first lines of a text."""
    try:
        with file.open(encoding=agreed.encoding, errors="strict", newline="") as text:
            lines = [line for _, line in zip(range(20), text, strict=False) if line.strip()]
    except (UnicodeError, ValueError):
        return agreed
    scores = {mark: min((line.count(mark) for line in lines[:5]), default=0) for mark in _DELIMITERS}
    best = max(scores, key=lambda mark: scores[mark])
    return replace(agreed, delimiter=best) if scores[best] else agreed


def _encoding(file: Path) -> str:
    """UTF-8 where the whole file is; else GB18030, which nearly every other Chinese text is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.open("rb") as data:
        try:
            while piece := data.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def _headings(kind: str, request: Request) -> list[str]:
    """The headings the reader met: of the first rows the one with most texts that differ and are no numbers."""
    with listening() as heard, open_source(kind, request, Problems()):
        pass
    tried = [line for one in heard if len(set(line := [name.strip() for name in one.names])) > 0]
    best: list[str] = []
    for line in tried:
        worth = len({name for name in line if name and not name.replace(".", "").isdigit()})
        if worth > len({name for name in best if name and not name.replace(".", "").isdigit()}):
            best = line
    return list(dict.fromkeys(name for name in best if name))


def _names_a_column(heading: str) -> bool:
    """Whether a draft may hold it: no number that tells people apart, and no bytes of something else."""
    return shown_header(heading).startswith("'") and not any(
        unicodedata.category(sign) in ("Cc", "Cn", "Co") or sign == "\ufffd" for sign in heading if not sign.isspace()
    )


def _json_keys(file: Path, encoding: str) -> list[str]:
    """The keys of the first records, in the order they come."""
    keys: dict[str, None] = {}
    with file.open(encoding=encoding, errors="replace") as text:
        start = text.read(1 << 26)
    try:
        whole = json.loads(start)
        records = whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        records = []
        for line in start.splitlines()[:_SCANNED]:
            try:
                records.append(json.loads(line))
            except (ValueError, RecursionError):
                continue
    for record in records[:_SCANNED]:
        if isinstance(record, dict):
            keys |= dict.fromkeys(str(key) for key in record)
    return list(keys)


def _contract(headings: Sequence[str], agreed: FileFormat) -> Contract:
    """A contract that takes every column as text."""
    columns = tuple(
        Column(f"c{index}", Type.TEXT, heading, heading, heading, _PLACE) for index, heading in enumerate(headings)
    )
    return Contract(
        "sample", "", "", "0", "", "", columns, (), (), Kind.REGISTER, None, None, None, DEFAULT_TOLERANCE, agreed,
        "", "", _PLACE,
    )  # fmt: skip


def _observed(con: duckdb.DuckDBPyConnection, name: str, heading: str) -> Observed:
    """One statement for a column: counts of every form, exact over all rows."""
    text = _TRIMMED.format(quoted(name))
    day = f"try_cast({iso_date('v', Type.DATE, RepairOptions())} as date) is not null"
    tests = {form: f"regexp_matches(v, {text_literal(pattern)})" for form, pattern in FORMS.items()}
    tests |= {"date": f"{tests['dated']} and {day}", "timed": f"{tests['dated']} and {tests['timed']}"}
    tests |= {kind: f"v is not null and not ({identity_violated(kind, 'upper(v)')})" for kind in ("id18", "uscc")}
    tests["json"] = "json_valid(v) and left(v, 1) in ('{', '[')"
    counts = ", ".join(f"count(*) filter ({test})" for test in tests.values())
    found = con.execute(
        f"""select count(*), count(v), count(distinct v), coalesce(max(length(v)), 0), coalesce(min(length(v)), 0),
        coalesce(max(length(regexp_extract(v, '\\.([0-9]+)', 1))), 0), {counts}
        from (select nullif({text}, '') as v from sample)"""
    ).fetchall()[0]
    values: tuple[str, ...] = ()
    if 0 < found[2] <= MOST_VALUES:
        listed = con.execute(
            f"select v from (select distinct {text} as v from sample) where v <> '' order by v"
        ).fetchall()
        values = tuple(row[0] for row in listed)
    forms = dict(zip(tests, found[6:], strict=True))
    return Observed(heading, found[0], found[1], found[2], found[3], found[4], found[5], forms, values)
