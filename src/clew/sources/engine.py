"""The SQLAlchemy engine of a database: its address, options and secrets; and what to install where it is missing."""

from __future__ import annotations

import ssl
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from clew.problems import Problem, ProblemError, did_you_mean
from clew.sources.database import Database
from clew.sources.job import CONNECT_SECONDS, Job

if TYPE_CHECKING:
    from sqlalchemy import Engine

MYSQL = ("mysql", "mariadb")
_OWN = ("mysql+pymysql", "sqlite")
_PACKAGES = {
    "oracle": "pip install oracledb",
    "dm": "pip install dmSQLAlchemy dmPython",
    "kingbase": "install the two packages of the Kingbase client, or write 'type: postgresql'",
    "mssql": "pip install pyodbc, and the ODBC driver of SQL Server",
    "ibm_db_sa": "pip install ibm-db-sa",
    "firebird": "pip install sqlalchemy-firebird",
    "duckdb": "pip install duckdb-engine",
}
"""What brings the dialects that offices are likeliest to have."""


def engine_of(job: Job) -> Engine:
    """The engine, not connected yet. Raises ProblemError: N007 for a dialect that is missing or not to be loaded."""
    from sqlalchemy import create_engine
    from sqlalchemy.engine import URL
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    details: Database = job.source.details
    user = details.user or job.secrets.get("USER")
    password = job.secret("PASSWORD") if user else None
    mysql = details.dialect.split("+")[0] in MYSQL
    address = URL.create(
        details.dialect, user or None, None if mysql else password, details.host or None, details.port,
        details.database or None, details.options,
    )  # fmt: skip
    more: dict[str, Any] = {"connect_args": _mysql_arguments(job, details, password)} if mysql else {}
    level = details.isolation or ("REPEATABLE READ" if mysql else "")
    if level:
        more["isolation_level"] = level
    try:
        return create_engine(address, poolclass=NullPool, hide_parameters=True, **more)
    except NoSuchModuleError:
        raise _faulty(job, f"the dialect '{details.dialect}' is not installed here", _to_install(details)) from None
    except (ArgumentError, TypeError):
        said = f"'{details.dialect}' does not take these options, or is no dialect"
        raise _faulty(job, said, "write dialect+driver, and under 'options' what its address takes") from None
    except ImportError as error:
        missing = f" ({error.name})" if error.name else ""
        said = f"the driver of the dialect '{details.dialect}' is not installed here{missing}"
        raise _faulty(job, said, _to_install(details)) from None
    except Exception as error:  # a dialect of others looks for its driver in ways of its own
        said = f"the dialect '{details.dialect}' cannot be loaded ({type(error).__name__})"
        raise _faulty(job, said, _to_install(details)) from None


def _faulty(job: Job, said: str, help: str) -> ProblemError:
    return ProblemError([Problem(job.source.at("dialect"), "N007", said, help)])


def _to_install(details: Database) -> str:
    name = details.dialect.split("+")[0]
    if (known := _PACKAGES.get(name)) is not None:
        return f"in Clew's environment: {known}"
    installed = sorted({*_OWN, *(point.name.replace(".", "+") for point in entry_points(group="sqlalchemy.dialects"))})
    return f"{did_you_mean(details.dialect, installed)}; or install the database's SQLAlchemy package beside Clew"


def _mysql_arguments(job: Job, details: Database, password: str | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {"charset": "utf8mb4", "connect_timeout": CONNECT_SECONDS}
    if password is not None:
        arguments["password"] = password.encode()  # a text would be sent as Latin-1
    if details.tls == "none":
        return arguments | {"ssl_disabled": True}
    authority = job.project_file(details.certificate) if details.certificate else None
    return arguments | {"ssl": ssl.create_default_context(cafile=authority)}
