"""The kinds of source: one file each. A kind reads its words when contracts are read, and works only in a fetch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from clew.contracts.model import Contract
from clew.sources import api_words, database_words, sftp_words
from clew.sources.job import Haul, Job
from clew.sources.words import Words


@dataclass(frozen=True)
class Kind:
    """What a kind of source takes and does. ``fetch`` and ``check`` import what they need when they are called."""

    words: Collection[str]
    ways: Collection[str]  # values of 'fetch'
    read: Callable[[Words, Contract], Any]
    identity: Callable[[str, Any], str]
    fetch: Callable[[Job], Haul]
    check: Callable[[Job], Haul]


def _postgresql(job: Job) -> Haul:
    from clew.sources import database, postgresql

    return database.fetch(job, postgresql.open_postgresql)


def _check_postgresql(job: Job) -> Haul:
    from clew.sources import database, postgresql

    return database.check(job, postgresql.open_postgresql)


def _dialect(job: Job) -> Haul:
    from clew.sources import database, dialect

    return database.fetch(job, dialect.open_dialect)


def _check_dialect(job: Job) -> Haul:
    from clew.sources import database, dialect

    return database.check(job, dialect.open_dialect)


def _sftp(job: Job) -> Haul:
    from clew.sources import sftp

    return sftp.fetch(job)


def _check_sftp(job: Job) -> Haul:
    from clew.sources import sftp

    return sftp.check(job)


def _api(job: Job) -> Haul:
    from clew.sources import http_api

    return http_api.fetch(job)


def _check_api(job: Job) -> Haul:
    from clew.sources import http_api

    return http_api.check(job)


DATABASE_WAYS = ("full", "incremental")

KINDS: Mapping[str, Kind] = {
    "postgresql": Kind(database_words.WORDS, DATABASE_WAYS, database_words.read_postgresql, database_words.identity,
                       _postgresql, _check_postgresql),
    "dialect": Kind(database_words.DIALECT_WORDS, DATABASE_WAYS, database_words.read_dialect, database_words.identity,
                    _dialect, _check_dialect),
    "sftp": Kind(sftp_words.WORDS, ("files",), sftp_words.read_sftp, sftp_words.identity, _sftp, _check_sftp),
    "api": Kind(api_words.WORDS, ("pages", "incremental"), api_words.read_api, api_words.identity, _api, _check_api),
}  # fmt: skip


def kind_of(words: Words) -> str:
    """The kind of a server: by its ``dialect`` when it names one, else by its type; empty when Clew has none."""
    type_ = words.text("type")
    if "dialect" in words.found or type_ in database_words.DIALECTS:
        return "dialect"
    return {"postgresql": "postgresql", "postgres": "postgresql", "sftp": "sftp", "api": "api"}.get(type_, "")
