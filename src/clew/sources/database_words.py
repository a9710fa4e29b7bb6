"""The words of a database server, read into a :class:`~clew.sources.database.Database`."""

from __future__ import annotations

from clew.contracts.model import Contract
from clew.problems import did_you_mean
from clew.sources.cursor_words import overlap_of, read_cursor
from clew.sources.database import Database
from clew.sources.words import Words

WORDS = ("table", "user", "columns", "cursorColumn", "overlap", "timezone", "tls", "certificate", "certifies")
DIALECT_WORDS = (*WORDS, "dialect", "isolation", "options")
TLS = ("verify", "none")
DIALECTS = {"mysql": "mysql+pymysql", "oracle": "oracle+oracledb", "sqlserver": "mssql+pyodbc", "db2": "ibm_db_sa"}
"""The dialect of a server type of the standard, where the contract names none."""


def read_postgresql(words: Words, contract: Contract) -> Database:
    """A PostgreSQL server; host, port, database and schema are keys of the standard."""
    return _database(words, contract, "")


def read_dialect(words: Words, contract: Contract) -> Database:
    """A server behind any SQLAlchemy dialect that is installed."""
    dialect = words.text("dialect") or DIALECTS.get(words.text("type"), "")
    return _database(words, contract, dialect)


def identity(server: str, details: Database) -> str:
    """How the ledger calls a table: another table of the server is another source, with a cursor of its own."""
    return f"{server}/{details.schema}.{details.table}" if details.schema else f"{server}/{details.table}"


def _database(words: Words, contract: Contract, dialect: str) -> Database:
    cursor = read_cursor(words, contract, "full")
    options = dict(words.mapping("options"))
    if service := words.text("serviceName"):
        options.setdefault("service_name", service)
    return Database(
        table=words.needed("table", "name the table or view to read: {property: table, value: <its name>}"),
        host=words.text("host"), port=words.whole("port", 0) or None, database=words.text("database"),
        schema=words.text("schema"), user=words.text("user"), columns=_columns(words, contract), cursor=cursor,
        overlap=overlap_of(words, contract, cursor), timezone=words.zone("timezone"),
        tls=words.choice("tls", TLS, "verify"), certificate=words.text("certificate"), dialect=dialect,
        isolation=words.text("isolation").upper(), options=options,
    )  # fmt: skip


def _columns(words: Words, contract: Contract) -> dict[str, str]:
    named = dict(words.mapping("columns"))
    node = words.found.get("columns")
    for name in named:
        if contract.column(name) is None and node is not None:
            words.problems.error(
                node.key_place(name), "N006", f"'{name}' is not a column of this contract",
                did_you_mean(name, contract.names),
            )  # fmt: skip
    return named
