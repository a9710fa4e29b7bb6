"""An SFTP drop: whole files and their sidecars, from a server whose key is known, taken up again where they broke off.

The cursor of a fetched file is its size and time on the server, with its sidecar's: what was loaded so is not fetched
again, and a file or sidecar that changed there is.
"""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import os
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from clew.problems import Problem, ProblemError
from clew.sources.draft import Draft, aside
from clew.sources.job import CONNECT_SECONDS, Haul, Job
from clew.sources.sender_sidecar import with_source
from clew.sources.sftp_words import Sftp

if TYPE_CHECKING:
    from paramiko import PKey, SFTPClient, SSHClient

CHUNK = 1024 * 1024
SIDECAR_BYTES = 64 * 1024
PASSED_OVER = (".part", ".tmp", ".crdownload")


@dataclass(frozen=True)
class Waiting:
    """A file on the server: its name, and the text that tells this state of it and its sidecar from any other."""

    name: str
    size: int
    state: str
    sidecar: bool


def check(job: Job) -> Haul:
    """Connect and look into the folder."""
    with _connected(job) as client:
        _look(job, client)
    return Haul()


def fetch(job: Job) -> Haul:
    """Fetch every file that is whole and not known. Raises ProblemError; files fetched before that are in place."""
    details: Sftp = job.source.details
    known = {(one.file, one.cursor) for one in job.loaded}
    with _connected(job) as client:
        first = _look(job, client)
        new = {name: one for name, one in first.items() if (name, one.state) not in known and not _dropped(job, one)}
        if new:
            time.sleep(details.settle)
        second = _look(job, client) if new else {}
        for name, one in sorted(new.items()):
            if second.get(name) != one or not _take(job, client, one):
                job.problems.warn(
                    job.source.place, "N026", f"'{name}' is still being written; it is left for the next fetch",
                    "nothing needs to be done",
                )  # fmt: skip
    return Haul()


def _look(job: Job, client: SFTPClient) -> dict[str, Waiting]:
    """The files of the folder that match the pattern, by name."""
    details: Sftp = job.source.details
    with _remote(job, f"the folder {details.path}"):
        found = {entry.filename: entry for entry in client.listdir_attr(details.path)}
    files: dict[str, Waiting] = {}
    for name, entry in found.items():
        if name.startswith((".", "~$")) or name.endswith((*PASSED_OVER, ".yml")):
            continue
        if not stat.S_ISREG(entry.st_mode or 0) or not fnmatchcase(name, details.pattern):
            continue
        if not name.isprintable() or "/" in name or "\\" in name or len(name.encode()) > 200:
            job.problems.warn(
                job.source.place, "N027", "a file there has a name that cannot be taken", "ask the sender to rename it"
            )
            continue
        papers = found.get(f"{name}.yml")
        state = f"{entry.st_size}@{entry.st_mtime}" + (f"+{papers.st_size}@{papers.st_mtime}" if papers else "")
        files[name] = Waiting(name, int(entry.st_size or 0), state, papers is not None)
    return files


def _take(job: Job, client: SFTPClient, one: Waiting) -> bool:
    """Download and put in place; False when the file changed meanwhile."""
    details: Sftp = job.source.details
    remote = f"{details.path.rstrip('/')}/{one.name}"
    digest = hashlib.sha256(f"{job.source.identity}/{one.name}/{one.state}".encode()).hexdigest()
    path = aside(job.folder, f"fetch-{digest[:24]}")
    text = b""
    if one.sidecar:
        with _remote(job, f"the sidecar of '{one.name}'"), client.open(f"{remote}.yml", "rb") as file:
            text = file.read(SIDECAR_BYTES)
    have = path.stat().st_size if path.exists() else 0
    with path.open("ab") as kept:
        if have > one.size:
            kept.truncate(have := 0)
        with _remote(job, f"'{one.name}'"):
            source = client.open(remote, "rb")
        with source:
            with _remote(job, f"'{one.name}'"):
                source.seek(have)
                source.prefetch(one.size)
            while have < one.size:
                with _remote(job, f"'{one.name}'"):
                    chunk = source.read(min(CHUNK, one.size - have))
                if not chunk:
                    break
                kept.write(chunk)
                have += len(chunk)
                job.say(f"{job.source.name}: {one.name}: {have} of {one.size} bytes")
        kept.flush()
        os.fsync(kept.fileno())
    if have != one.size or _look(job, client).get(one.name) != one:
        path.unlink()
        return False
    job.deliver(Draft(path, one.name, with_source(text, job.papers(cursor=one.state))))
    return True


def _dropped(job: Job, one: Waiting) -> bool:
    """Whether the drop folder holds the file in this state already, not yet loaded."""
    papers = job.folder / f"{one.name}.yml"
    line = f'cursor: "{one.state}"'
    return (job.folder / one.name).exists() and papers.exists() and line in papers.read_text("utf-8", "replace")


@contextmanager
def _connected(job: Job) -> Iterator[SFTPClient]:

    # A library's own log may name more than an office wants on its screen; what went wrong is told as a problem.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
    details: Sftp = job.source.details
    user = details.user or job.secrets.get("USER")
    key = _key(job)
    password = job.secret("PASSWORD", "KEY", "KEY_FILE") if key is None else None
    with closing(_client(job, details)) as client:
        with _remote(job, "the server"):
            client.connect(
                details.host, details.port, username=user, password=password, pkey=key, allow_agent=False,
                look_for_keys=False, timeout=CONNECT_SECONDS, banner_timeout=CONNECT_SECONDS,
                auth_timeout=CONNECT_SECONDS,
            )  # fmt: skip
            files = client.open_sftp()
            files.get_channel().settimeout(CONNECT_SECONDS * 3)
        with files:
            yield files


def _client(job: Job, details: Sftp) -> SSHClient:
    """A client that refuses a server before it tells it anything, unless the server's key is known."""
    import paramiko

    class Fingerprints:
        """Takes a key only when its fingerprint is configured."""

        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002 - paramiko's signature
            shown = fingerprint(key.asbytes())
            if shown not in details.host_keys:
                raise ProblemError([_unknown_key(job, shown)])

    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(Fingerprints())
    if details.known_hosts and not details.host_keys:
        path = job.project_file(details.known_hosts)
        try:
            client.load_host_keys(path)
        except OSError as error:
            said = f"the file of known hosts cannot be read: {error.strerror}"
            raise ProblemError([Problem(job.source.at("knownHosts"), "N013", said, "check its path")]) from None
    return client


def fingerprint(key: bytes) -> str:
    """A key's fingerprint as ssh-keygen -l shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _unknown_key(job: Job, shown: str) -> Problem:
    return Problem(
        job.source.at("hostKey"), "N013",
        f"the server '{job.source.server}' shows another key than the one that is known: {shown}",
        "somebody may stand between: ask its administrator, on another way, before changing anything here",
    )  # fmt: skip


def _key(job: Job) -> PKey | None:
    import paramiko

    path, text = job.secrets.get("KEY_FILE"), job.secrets.get("KEY")
    word = job.secrets.get("KEY_PASSPHRASE") or None
    try:
        if path:
            return paramiko.PKey.from_path(job.project_file(path), word.encode() if word else None)
        for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey) if text else ():
            try:
                return kind.from_private_key(io.StringIO(text.replace("\\n", "\n") + "\n"), word)
            except paramiko.PasswordRequiredException:
                raise
            except (paramiko.SSHException, ValueError):
                continue
    except (OSError, paramiko.SSHException, paramiko.UnknownKeyType, ValueError, TypeError):
        text = "unreadable"
    if not text:
        return None
    said = f"the private key of the server '{job.source.server}' cannot be read"
    raise ProblemError(
        [Problem(job.source.place, "N008", said, "check the secret KEY or KEY_FILE, and KEY_PASSPHRASE")]
    )


@contextmanager
def _remote(job: Job, what: str) -> Iterator[None]:
    """Tell a failure of the other side; a full disk of our own is none, so nothing local stands inside."""
    import paramiko

    source = job.source
    try:
        yield
    except ProblemError:
        raise
    except paramiko.BadHostKeyException as fault:
        problem = _unknown_key(job, fingerprint(fault.key.asbytes()))
    except paramiko.AuthenticationException:
        said = f"the server '{source.server}' refused the login"
        problem = Problem(source.place, "N011", said, "check the user, and the secret PASSWORD, KEY or KEY_FILE")
    except (FileNotFoundError, PermissionError) as fault:
        problem = Problem(source.at("location"), "N027", f"{what} cannot be read there: {fault.strerror or 'refused'}",
                          "check the folder in location, and the rights of the user")  # fmt: skip
    except (paramiko.SSHException, EOFError, OSError) as fault:
        said = job.secrets.scrub(str(fault).splitlines()[0] if str(fault) else type(fault).__name__)
        problem = Problem(source.place, "N010", f"{what} on '{source.server}' cannot be reached: {said}",
                          "check host and port, and whether the server is up")  # fmt: skip
    else:
        return
    raise ProblemError([problem])
