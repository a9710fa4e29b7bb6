"""An SFTP server over real SSH whose only login is a password: OpenSSH takes passwords of the system's users alone."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import paramiko


@dataclass(frozen=True)
class Box:
    """A running server and the fingerprint of its host key."""

    port: int
    fingerprint: str


@contextmanager
def password_server(folder: Path, user: str, password: str) -> Iterator[Box]:
    """Serve the files of a folder, read-only, to whoever knows the password."""

    class Login(paramiko.ServerInterface):  # type: ignore[misc]  # paramiko comes without types
        def get_allowed_auths(self, username: str) -> str:
            return "password"

        def check_auth_password(self, username: str, given: str) -> int:
            good = (username, given) == (user, password)
            return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

        def check_channel_request(self, kind: str, chanid: int) -> int:
            return int(paramiko.OPEN_SUCCEEDED)

    class Files(paramiko.SFTPServerInterface):  # type: ignore[misc]
        def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
            return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in folder.iterdir()]

        def stat(self, path: str) -> paramiko.SFTPAttributes | int:
            real = folder / path.strip("/")
            return paramiko.SFTPAttributes.from_stat(real.stat()) if real.exists() else paramiko.SFTP_NO_SUCH_FILE

        lstat = stat

        def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
            real = folder / path.strip("/")
            if flags & (os.O_WRONLY | os.O_RDWR):
                return paramiko.SFTP_PERMISSION_DENIED
            if not real.is_file():
                return paramiko.SFTP_NO_SUCH_FILE
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = real.open("rb")
            return handle

    key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server(("127.0.0.1", 0))
    open_: list[paramiko.Transport] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                transport = paramiko.Transport(listener.accept()[0])
                open_.append(transport)
                transport.add_server_key(key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=Login())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    try:
        yield Box(listener.getsockname()[1], f"SHA256:{digest}")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for transport in open_:
            transport.close()
        thread.join(timeout=10)
