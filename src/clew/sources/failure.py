"""What a driver raises, as one located problem: what to mend, no secret, and nothing that a row may hold."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from clew.problems import Problem, ProblemError
from clew.sources.job import Job
from clew.sources.secret import variable

_LOGIN = re.compile(r"authentication failed|access denied|no password supplied|role .* does not exist|28P01|28000"
                    r"|\b(1044|1045|1698)\b|ORA-01017", re.IGNORECASE)  # fmt: skip
_TLS = re.compile(r"\bSSL\b|\bTLS\b|certificate|root\.crt", re.IGNORECASE)
_TELLABLE_STATES = ("08", "25", "40", "42", "53", "54", "55", "57", "58")
_TELLABLE_NUMBERS = {1054, 1142, 1143, 1146, 1205, 1213, 1317, 1356, 1370, 1969, 2006, 2013, 3024}
"""SQLSTATE classes and MySQL errors that speak of tables, rights and connections; others may quote a row's value."""


@contextmanager
def failed(job: Job, *, during: Literal["connect", "read"]) -> Iterator[None]:
    """Turn a database driver's error into ProblemError: N010 to N012 while connecting, N016 afterwards.

    Everything else (a full disk, a problem of our own) passes through.
    """
    try:
        yield
    except Exception as fault:
        if not _is_driver(fault):
            raise
        problem = _while_connecting(job, fault) if during == "connect" else _while_reading(job, fault)
    else:
        return
    raise ProblemError([problem])


def _is_driver(fault: Exception) -> bool:
    kinds = (("adbc_driver_manager", "Error"), ("sqlalchemy.exc", "SQLAlchemyError"), ("pymysql.err", "Error"))
    return any(isinstance(fault, getattr(sys.modules.get(module), name, ())) for module, name in kinds)


def _while_connecting(job: Job, fault: Exception) -> Problem:
    source, said = job.source, _first_line(job, fault)
    if _LOGIN.search(said):
        wanted = variable(source.server, "PASSWORD")
        return Problem(source.place, "N011", f"the server '{source.server}' refused the login: {said}",
                       f"check the user, and the secret in {wanted}")  # fmt: skip
    if _TLS.search(said):
        return Problem(source.place, "N012", f"no trusted connection to '{source.server}': {said}",
                       "name the office's certificate authority under 'certificate'; tls: none only inside a network"
                       " where nobody else listens")  # fmt: skip
    return Problem(source.place, "N010", f"the server '{source.server}' cannot be reached: {said}",
                   "check host, port and database, and whether the server is up")  # fmt: skip


def _while_reading(job: Job, fault: Exception) -> Problem:
    original = getattr(fault, "orig", None) or fault
    state = str(getattr(original, "sqlstate", None) or "")
    number = original.args[0] if original.args and isinstance(original.args[0], int) else None
    if state[:2] in _TELLABLE_STATES or number in _TELLABLE_NUMBERS:
        said = _first_line(job, fault)
    else:
        said = " ".join(part for part in (type(original).__name__, state, str(number or "")) if part)
    return Problem(job.source.place, "N016", f"the server '{job.source.server}' stopped the reading: {said}",
                   "nothing was taken; fetch again")  # fmt: skip


def _first_line(job: Job, fault: Exception) -> str:
    original = getattr(fault, "orig", None) or fault
    text = str(original).removeprefix("IO: [libpq] ").splitlines()[0] if str(original) else type(original).__name__
    return job.secrets.scrub(text)
