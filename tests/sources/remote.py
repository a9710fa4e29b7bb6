"""A real OpenSSH server with an SFTP folder, and a real HTTP server with pages of JSON, on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import parse_qs, urlsplit

from tests.sources.servers import free_port, wait_for


@dataclass(frozen=True)
class Sshd:
    """A running server: its folder of files, its host key's fingerprint, and a private key it lets in."""

    port: int
    folder: Path
    fingerprint: str
    host_key: Path
    key: Path

    @property
    def user(self) -> str:
        return pwd.getpwuid(os.geteuid()).pw_name

    @property
    def location(self) -> str:
        return f"sftp://127.0.0.1:{self.port}{self.folder}"


@contextmanager
def ssh_server() -> Iterator[Sshd]:
    """Start sshd with a host key of its own; logins by key, as the user who runs the tests."""
    home, port = Path(mkdtemp(prefix="clew-ssh-")), free_port()
    try:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # sshd, started as root, asks for this folder
        host, key, files = home / "host", home / "key", home / "files"
        files.mkdir()
        for path in (host, key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        shutil.copy(f"{key}.pub", home / "authorized")
        config, log = home / "config", home / "log"
        config.write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile {home}/pid\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {home}/authorized\nPermitRootLogin yes\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\nForceCommand internal-sftp\n"
        )
        with log.open("wb") as output:
            server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", config], stdout=output, stderr=output)
        try:
            wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close(), server, log)
            shown = subprocess.run(
                ["ssh-keygen", "-l", "-f", f"{host}.pub"], check=True, capture_output=True, text=True
            )
            yield Sshd(port, files, shown.stdout.split()[1], host, key)
        finally:
            server.terminate()
            server.wait(timeout=30)
    finally:
        shutil.rmtree(home)


@dataclass
class Asked:
    """One request as the server saw it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Site:
    """A running HTTP server. ``answer`` makes status, headers and body of a request; ``asked`` keeps all requests."""

    port: int
    answer: Callable[[Asked], tuple[int, dict[str, str], bytes]]
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def http_server(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Start the server in a thread, with TLS when a context is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            asked = Asked(parts.path, query, {name.lower(): value for name, value in self.headers.items()})
            site.asked.append(asked)
            status, headers, body = site.answer(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site = Site(server.server_port, lambda _: (404, {}, b""))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
