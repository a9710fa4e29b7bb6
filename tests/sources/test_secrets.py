"""A secret is in no file that is written and in nothing that is said, also when the connection fails."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from clew.cli.main import run
from clew.settings import Settings
from tests.sources.office import Office, server
from tests.sources.remote import Site, Sshd
from tests.sources.servers import PASSWORD, Maria, Postgres

COLUMNS = """
- {name: id, logicalType: integer}
- {name: paid_on, logicalType: date}
"""
ANSWER = b'[{"id": 1, "paid_on": "2026-05-01"}]'


def spellings(secret: str) -> list[bytes]:
    encoded = [secret, quote(secret, safe=""), quote_plus(secret), base64.b64encode(secret.encode()).decode(),
               base64.b64encode(f"clerk:{secret}".encode()).decode(), repr(secret)[1:-1]]  # fmt: skip
    return [text.encode() for text in encoded]


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_no_secret_is_written_or_said(
    postgres: Postgres, maria: Maria, sshd: Sshd, site: Site, office: Office, monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes], right: bool,
) -> None:  # fmt: skip
    word = PASSWORD if right else "Wr0ng:w/ord'\\ é"
    key = sshd.key.read_text()
    for name in ("PG_PASSWORD", "MY_PASSWORD", "WEB_PASSWORD", "BOX_KEY_PASSPHRASE"):
        monkeypatch.setenv(f"CLEW_SECRET_{name}", word)
    monkeypatch.setenv("CLEW_SECRET_BOX_KEY", key if right else "-----BEGIN OPENSSH PRIVATE KEY-----\nbm8ga2V5\n")
    site.answer = lambda asked: (
        200 if right else 401,
        {},
        ANSWER if right else asked.headers["authorization"].encode(),
    )
    postgres.run("create table if not exists told as select 1 as id, date '2026-05-01' as paid_on")
    maria.run("create or replace table office.told as select 1 as id, date '2026-05-01' as paid_on")
    plain: dict[str, object] = {"fetch": "full", "tls": "none", "table": "told"}
    entries = {
        "a": server("pg", "postgresql", {"host": "127.0.0.1", "port": postgres.port, "database": "postgres",
                                         "schema": "public"}, plain | {"user": "owner"}),
        "b": server("my", "mysql", {"host": "127.0.0.1", "port": maria.port, "database": "office"},
                    plain | {"user": "reader"}),
        "c": server("web", "api", {"location": f"{site.address}/pay"},
                    {"fetch": "pages", "tls": "none", "auth": "basic", "user": "clerk"}),
        "d": server("box", "sftp", {"location": f'"{sshd.location}"'},
                    {"fetch": "files", "user": sshd.user, "hostKey": f'"{sshd.fingerprint}"', "settleSeconds": 0}),
    }  # fmt: skip
    for dataset, entry in entries.items():
        office.contract(dataset, COLUMNS, entry, event="paid_on")
    for folder in ("rules", "models"):
        (office.settings.project / folder).mkdir()
    ended = [
        run(["fetch", *more, "--project", str(office.settings.project)]) for more in ((), ("--json",), ("--check",))
    ]
    assert ended == ([0, 0, 0] if right else [3, 3, 3])
    office.ingest()
    written = b"".join(path.read_bytes() for path in office.settings.project.rglob("*") if path.is_file())
    said = b"".join(capfdbinary.readouterr())
    assert b"told" in said or b"pg" in said
    for spelling in spellings(word):
        assert spelling not in written
        assert spelling not in said
    assert key.splitlines()[2].encode() not in written + said


def test_a_secret_is_a_setting_that_is_never_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLEW_SECRET_HR_DB_PASSWORD", "hush-hush")
    assert "hush-hush" not in repr(Settings(project=tmp_path))
    monkeypatch.setenv("CLEW_SECRETS_HR_DB_PASSWORD", "x")
    with pytest.raises(ValueError, match="CLEW_SECRETS_HR_DB_PASSWORD is no setting"):
        Settings(project=tmp_path)
