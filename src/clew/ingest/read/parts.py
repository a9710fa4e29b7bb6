"""Several parts, one delivery: sheets or members read one after the other, their rows numbered on.

Each part is read by the reader of its own format and kept in a temporary Parquet file of text rows, so that the load
sees them all at once, however many there are and whatever each of them is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.ingest.read.engine_fault import NO_FILE_TO_BLAME, short_reads_blamed
from clew.ingest.read.headers import NONE_NAMED
from clew.ingest.read.source import FAULT, ROW, Part, Request, Source
from clew.problems import Place, Problem, Problems


@dataclass(frozen=True)
class Unread:
    """A part before it is read: its name, its place in messages, and how to open it."""

    name: str
    shown: str
    open: Callable[[Problems], AbstractContextManager[Source | None]]


@contextmanager
def joined(request: Request, problems: Problems, unread: Sequence[Unread], word: str) -> Iterator[Source | None]:
    """One source of all parts; None when one of them cannot be read, after every part has said what is wrong.

    ``word`` is that of the contract which names the parts that are data.
    """
    if len(unread) == 1:
        with unread[0].open(problems) as source:
            yield None if source is None else _named(source, unread[0].name)
        return
    request.spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="parts-", dir=request.spill) as folder:
        relations: list[str] = []
        parts: list[Part] = []
        last = 0
        good = True
        for index, one in enumerate(unread):
            own = Problems()
            kept = _kept(one, request, own, Path(folder) / f"part-{index}.parquet")
            problems.found += [_or_left_out(problem, word) for problem in own.found if problem not in problems.found]
            good = good and kept is not None
            if kept is not None:
                relations.append(_moved(kept.path, last, request))
                parts += _shifted(kept, one.name, last)
                last += kept.last
        yield Source(tuple(relations), parts=tuple(parts)) if good and relations else None


def _or_left_out(problem: Problem, word: str) -> Problem:
    """A part without the columns may be no data at all: a summary, a letter."""
    if problem.code != "I013" and problem.message != NONE_NAMED:
        return problem
    left_out = f"if this part is no data, name those that are under '{word}'"
    return replace(problem, help=f"{problem.help}; {left_out}" if problem.help else left_out)


@dataclass(frozen=True)
class _Kept:
    """A part at rest: its file of text rows, how many, the highest row number, and the parts it has itself."""

    path: Path
    rows: int
    last: int
    parts: tuple[Part, ...]


def _kept(one: Unread, request: Request, problems: Problems, path: Path) -> _Kept | None:
    before = len(problems.errors)
    with one.open(problems) as source:
        if source is None:
            return None
        try:
            return _copied(source, request, path)
        except NO_FILE_TO_BLAME:
            raise
        except duckdb.Error:
            if source.fallback is None:
                _unreadable(one, problems, before)
                return None
        with source.fallback() as exact:
            try:
                return None if exact is None else _copied(exact, request, path)
            except NO_FILE_TO_BLAME:
                raise
            except duckdb.Error:
                _unreadable(one, problems, before)
                return None


def _unreadable(one: Unread, problems: Problems, before: int) -> None:
    if len(problems.errors) == before:
        problems.error(Place(one.shown), "I015", "this part cannot be read", "ask the sender for it again")


def _copied(source: Source, request: Request, path: Path) -> _Kept:
    con, texts = request.connection, [quoted(f"{name}~0") for name in request.contract.names]
    columns = ", ".join((quoted(ROW), quoted(FAULT), *texts))
    rows = " union all ".join(f"select {columns} from ({relation})" for relation in source.relations)
    with short_reads_blamed():
        con.execute(f"copy ({rows}) to {text_literal(str(path))} (format parquet)")
    counted = f"select count(*), coalesce(max({quoted(ROW)}), 0) from read_parquet({text_literal(str(path))})"
    count, last = con.execute(counted).fetchall()[0]
    return _Kept(path, int(count), int(last), source.parts)


def _moved(path: Path, before: int, request: Request) -> str:
    texts = ", ".join(quoted(f"{name}~0") for name in request.contract.names)
    row = f"{quoted(ROW)} + {before} as {quoted(ROW)}"
    return f"select {row}, {quoted(FAULT)}, {texts} from read_parquet({text_literal(str(path))})"


def _shifted(kept: _Kept, name: str, before: int) -> list[Part]:
    inner = kept.parts or (Part("", 1),)
    return [
        Part(_path(name, part.name), before + part.first_row, kept.rows if part.rows is None else part.rows)
        for part in inner
    ]


def _named(source: Source, name: str) -> Source:
    inner = source.parts or (Part("", 1),)
    named = tuple(Part(_path(name, part.name), part.first_row, part.rows) for part in inner)
    if source.fallback is None:
        return replace(source, parts=named)
    exact = source.fallback

    @contextmanager
    def fallback() -> Iterator[Source | None]:
        with exact() as again:
            yield None if again is None else replace(again, parts=named)

    return replace(source, parts=named, fallback=fallback)


def _path(outer: str, inner: str) -> str:
    return " / ".join(text for text in (outer, inner) if text)
