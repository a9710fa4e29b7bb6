"""A Prefect server of this machine alone: on loopback, with a password, without telemetry, quiet.

``python -m pipelines.server`` keeps one running on port 4200 to look at past runs.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

START_SECONDS = 120

OFFLINE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_SERVICES_TELEMETRY_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


@contextmanager
def local_server(home: Path, port: int | None = None) -> Iterator[str]:
    """Start a server that keeps its database in ``home``; yields its address and stops it at the end.

    While open, this process's environment points Prefect at the server, so import Prefect only inside.
    Raises RuntimeError with the path of the server's log when it does not come up.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    password = f"clew:{stored_password(home)}"
    address = f"http://127.0.0.1:{port}"
    settings = OFFLINE | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    log = home / "server.log"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        wait_until_up(server, f"{address}/api/health", password, log)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def wait_until_up(server: subprocess.Popen[bytes], url: str, password: str, log: Path) -> None:
    """Return once the server answers; raise RuntimeError when it ends or stays silent for START_SECONDS."""
    token = base64.b64encode(password.encode()).decode()
    request = Request(url, headers={"Authorization": f"Basic {token}"})  # noqa: S310 - always http on loopback
    for _ in range(START_SECONDS * 4):
        if server.poll() is not None:
            break
        try:
            with urlopen(request, timeout=2):  # noqa: S310 - as above
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError(f"the Prefect server did not start; its log is {log}")


def stored_password(home: Path) -> str:
    """The server's password, made once and readable by its owner only."""
    path = home / "password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(18), encoding="ascii")
    return path.read_text(encoding="ascii")


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Serve until interrupted, and say where and with which password."""
    home = Path("var/prefect")
    with local_server(home, port=4200) as address:
        sys.stdout.write(f"Prefect: {address}  (user and password: clew:{stored_password(home)})\nCtrl-C stops it.\n")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main()
