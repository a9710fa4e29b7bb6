"""Real servers on loopback, each with its data in a temporary folder, ended with the tests that use it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import adbc_driver_postgresql.dbapi as postgresql
import pymysql

PASSWORD = "s3cret:Pa/ss wörd'\\x"  # noqa: S105 - of servers that live as long as a test run
"""With every sign that a connection string could trip over."""
START_SECONDS = 60


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(ready: Callable[[], object], server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once ``ready`` does not raise; fail with the server's log when it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            ready()
        except Exception:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text(errors="replace")[-2000:]) from None
            time.sleep(0.05)
        else:
            return


def _as_other_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the folder is given to its own user, and commands run as that one."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL; the user ``owner`` has PASSWORD."""

    port: int

    def run(self, *statements: str) -> None:
        """Execute and commit."""
        with postgresql.connect(self.uri) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """All rows."""
        with postgresql.connect(self.uri) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    @property
    def uri(self) -> str:
        word = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        return f"host=127.0.0.1 port={self.port} user=owner password='{word}' dbname=postgres sslmode=disable"


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start PostgreSQL."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folder, port = Path(mkdtemp(prefix="clew-pg-")), free_port()
    try:
        word, data, log = folder / "word", folder / "data", folder / "log"
        word.write_text(PASSWORD, encoding="utf-8")
        word.chmod(0o644)
        other = _as_other_user(folder)
        base = [*other, "env", "LC_ALL=C.UTF-8"]
        subprocess.run(
            [*base, programs / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "--pwfile", word,
             "--no-sync", "-E", "UTF8"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*base, programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
                 "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "timezone=America/New_York"],
                stdout=output, stderr=output, cwd=folder,
            )  # fmt: skip
        try:
            found = Postgres(port)
            wait_for(lambda: postgresql.connect(found.uri).close(), server, log)
            yield found
        finally:
            server.terminate()
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Maria:
    """A running MariaDB; the user ``reader`` has PASSWORD and may read ``office``, ``root`` writes."""

    port: int

    def connect(self) -> pymysql.Connection:
        """As root."""
        return pymysql.connect(host="127.0.0.1", port=self.port, user="root", charset="utf8mb4", autocommit=True)

    def run(self, *statements: str) -> None:
        """Execute."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@contextmanager
def maria_server() -> Iterator[Maria]:
    """Start MariaDB."""
    folder, port = Path(mkdtemp(prefix="clew-my-")), free_port()
    try:
        data, log = folder / "data", folder / "log"
        user = pwd.getpwuid(os.geteuid()).pw_name
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={user}", "--skip-test-db",
             "--auth-root-authentication-method=normal"],
            check=True, capture_output=True,
        )  # fmt: skip
        with log.open("wb") as output:
            server = subprocess.Popen(
                ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--user={user}", f"--port={port}",
                 "--bind-address=127.0.0.1", f"--socket={folder}/sock", f"--pid-file={folder}/pid",
                 "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin",
                 "--default-time-zone=-05:00"],
                stdout=output, stderr=output,
            )  # fmt: skip
        try:
            found = Maria(port)
            wait_for(lambda: found.connect().close(), server, log)
            word = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
            found.run("create database office character set gbk collate gbk_chinese_ci",
                      f"create user reader@'127.0.0.1' identified by '{word}'",
                      "grant select on office.* to reader@'127.0.0.1'")  # fmt: skip
            yield found
        finally:
            server.terminate()
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder)
