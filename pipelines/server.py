"""A Prefect server of this machine alone: on loopback, with a password, without telemetry, quiet.

``python -m pipelines.server`` keeps one running on port 4200 to look at past runs.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.error import URLError
from urllib.request import Request, urlopen

from clew.settings import Settings

START_SECONDS, STOP_SECONDS = 180, 20
UI_PORT = 4200

OFFLINE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # The second page asks a tracking service for its configuration whatever is set above; the first does not.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
}

# What the stages say goes to the task's log, where the server shows it; a person's screen stays clear of Prefect.
QUIET = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
}

# The server fetches a registry of Prefect's plug-ins when asked for worker types, and has a copy for when it
# cannot. No setting forbids it, so whatever it wants of the network meets a closed door.
CLOSED = "http://127.0.0.1:9"
NO_WAY_OUT = {"HTTP_PROXY": CLOSED, "HTTPS_PROXY": CLOSED, "ALL_PROXY": CLOSED, "NO_PROXY": "127.0.0.1,localhost"}


class ServerError(RuntimeError):
    """The server did not come up; the message says why and where its log is."""


@contextmanager
def local_server(home: Path, port: int | None = None) -> Iterator[str]:
    """Start a server that keeps its database in ``home``; yields its address and stops it at the end.

    While open, this process's environment points Prefect at the server, so import Prefect only inside.
    Raises ServerError when it does not come up, or when another server works in ``home``.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    port = port or free_port()
    password = f"clew:{stored_password(home)}"
    address = f"http://127.0.0.1:{port}"
    settings = (
        OFFLINE
        | QUIET
        | {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": f"{address}/api",
            "PREFECT_SERVER_API_AUTH_STRING": password,
            "PREFECT_API_AUTH_STRING": password,
        }
    )
    with only_one(home) as lock, environment(settings):
        server = start(port, home / "server.log", lock)
        try:
            wait_until_up(server, f"{address}/api/health", password, home / "server.log")
            yield address
        finally:
            stop(server)


def start(port: int, log: Path, lock: BinaryIO) -> subprocess.Popen[bytes]:
    """Start the server's process, out of reach of the terminal's Ctrl-C: whoever started it stops it in order."""
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            env=os.environ | NO_WAY_OUT | {name.lower(): value for name, value in NO_WAY_OUT.items()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock.fileno(),),
        )


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and make it."""
    server.terminate()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def only_one(home: Path) -> Iterator[BinaryIO]:
    """Hold the lock of ``home`` and let the server inherit it: one left behind by a killed parent is noticed."""
    with (home / "lock").open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerError(f"a Prefect server already works in {home}; stop it first") from None
        yield lock


@contextmanager
def environment(settings: dict[str, str]) -> Iterator[None]:
    """Set variables of this process's environment for a while."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def wait_until_up(server: subprocess.Popen[bytes], url: str, password: str, log: Path) -> None:
    """Return once the server answers; raise ServerError when it ends or stays silent for START_SECONDS."""
    token = base64.b64encode(password.encode()).decode()
    request = Request(url, headers={"Authorization": f"Basic {token}"})  # noqa: S310 - always http on loopback
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(request, timeout=2):  # noqa: S310 - as above
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise ServerError(f"the Prefect server did not start; its log is {log}")


def stored_password(home: Path) -> str:
    """The server's password, made once and readable by its owner only."""
    path = home / "password"
    if not path.exists():
        made = home / f"password.{os.getpid()}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(18), encoding="ascii")
        made.replace(path)
    return path.read_text(encoding="ascii")


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Serve until interrupted, and say where and with which password."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    home = Settings().state_dir / "prefect"
    try:
        with local_server(home, port=UI_PORT) as address:
            sys.stdout.write(f"Prefect: {address}  (password: clew:{stored_password(home)})\nCtrl-C stops it.\n")
            sys.stdout.flush()
            signal.pause()
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
