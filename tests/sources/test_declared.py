"""What a contract says of its servers: every mistake at its word, all at once, and no network before a fetch."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from clew.cli.main import run
from clew.problems import Problems
from clew.sources.api_words import AUTHS, PAGINGS
from clew.sources.database_words import TLS
from clew.sources.declared import COMMON
from clew.sources.kinds import KINDS
from tests.sources.office import Office, server

ROOT = Path(__file__).parents[2]
COLUMNS = """
- {name: payment_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
- {name: flag, logicalType: boolean}
- {name: paid_on, logicalType: date}
"""
PG: dict[str, object] = {"host": "db", "port": 5432, "database": "hr", "schema": "public"}
WORDS: dict[str, object] = {"fetch": "full", "table": "t", "user": "u"}


def found(office: Office, *entries: str) -> list[str]:
    office.contract("payment", COLUMNS, "\n".join(entries), event="paid_on")
    problems = Problems()
    office.sources(problems)
    return [f"{problem.code} {problem.message} {problem.help}" for problem in problems]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"tabel": "t"}, "N001 'tabel' is not a word of a server of the kind postgresql did you mean 'table'"),
        ({"fetch": "ful"}, "N003 'fetch' cannot be 'ful' did you mean 'full'"),
        ({"table": "''"}, "N003 'table' must be one line of text"),
        ({"tls": "of"}, "N003 'tls' cannot be 'of'"),
        ({"timezone": "Asia/Hefei"}, "N003 'timezone' cannot be 'Asia/Hefei'"),
        ({"region": "皖"}, "N003 'region' must be a division code"),
        ({"columns": "{amonut: x}"}, "N006 'amonut' is not a column of this contract"),
        ({"columns": "[x]"}, "N003 'columns' must be {word: text}"),
        ({"overlap": "3d"}, "N003 'overlap' belongs to a fetch that is incremental"),
        ({"fetch": "incremental"}, "N002 the server does not say its 'cursorColumn'"),
        ({"fetch": "incremental", "cursorColumn": "paid_no"}, "N005 'paid_no' cannot be the cursor"),
        ({"fetch": "incremental", "cursorColumn": "flag"}, "N005 'flag' cannot be the cursor: it is a boolean"),
        ({"fetch": "incremental", "cursorColumn": "paid_on", "overlap": "3"}, "N003 'overlap' cannot be '3'"),
        ({"fetch": "incremental", "cursorColumn": "paid_on", "certifies": "{from: 2026-01-01, to: 2026-02-01}"},
         "N003 'certifies' belongs to a table that is read in full"),
        ({"certifies": "{from: 2026-01-01}"}, "N003 'certifies' must be {from: date, settledAfter: 10d}"),
        ({"certifies": "{from: 2026-01-01, settledAfter: 0d}"}, "N003 'settledAfter' must be"),
        ({"certifies": "{from: 2026-03-01, to: 2026-02-01}"}, "N003 the period ends"),
        ({"certifies": "{from: soon, to: 2026-02-01}"}, "N003 'from' must be a date"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_word(office: Office, words: dict[str, object], said: str) -> None:
    (problem,) = found(office, server("pg", "postgresql", PG, WORDS | words))
    assert said in problem


def test_all_mistakes_at_once_and_where_they_stand(office: Office) -> None:
    entries = [
        server("pg", "postgresql", PG, {"fetch": "full", "tls": "maybe"}),
        server("1x", "postgresql", PG, WORDS),
        server("snow", "snowflake", {"account": "a", "database": "b", "schema": "c"}, {"fetch": "full"}),
        server("box", "sftp", {"location": '"sftp://u:pw@h/f"'}, {"fetch": "files", "hostKey": "md5"}),
        server("web", "api", {"location": "http://h/pay"}, {"fetch": "pages", "paging": "cursor", "auth": "basic"}),
    ]
    office.contract("payment", COLUMNS, "\n".join(entries), event="paid_on")
    problems = Problems()
    office.sources(problems)
    text = (office.settings.project / "data_contracts/payment.odcs.yaml").read_text("utf-8").splitlines()
    told = [(one.code, text[one.place.line - 1].strip()[:30]) for one in problems]
    assert told == [
        ("N002", "- server: pg"), ("N003", "- {property: tls, value: maybe"), ("N004", "- server: 1x"),
        ("N003", "type: snowflake"), ("N003", 'location: "sftp://u:pw@h/f"'),
        ("N003", "- {property: hostKey, value: m"),
        ("N002", "- server: web"), ("N002", "- server: web"), ("N003", "location: http://h/pay"),
    ]  # fmt: skip
    assert "pw" not in "".join(str(one) for one in problems)


def test_names_that_would_share_their_secrets_are_refused(office: Office) -> None:
    entries = [server("hr_db", "postgresql", PG, WORDS), server("hr-db", "postgresql", PG, WORDS | {"table": "s"})]
    (problem,) = found(office, *entries)
    assert problem.startswith("N004 two servers of this contract are named 'hr_db' and 'hr-db'")


def test_two_lists_of_one_register_need_regions(office: Office) -> None:
    entries = [server(name, "postgresql", PG, WORDS) for name in ("hefei", "wuhu")]
    office.contract("payment", COLUMNS, "\n".join(entries), kind="register")
    problems = Problems()
    office.sources(problems)
    assert [problem.code for problem in problems] == ["N004"]
    entries = [server(name, "postgresql", PG, WORDS | {"region": f'"{code}"'})
               for name, code in (("hefei", "3401"), ("wuhu", "3402"))]  # fmt: skip
    office.contract("payment", COLUMNS, "\n".join(entries), kind="register")
    assert [source.region for source in office.sources()] == ["3401", "3402"]


def test_a_server_that_only_describes_is_left_alone(office: Office) -> None:
    drop = "- {server: drop, type: local, path: drop/payment, format: csv}"
    assert found(office, drop, "- {server: prod, type: postgres, host: db, port: 5432, database: hr, schema: x}") == []
    assert office.sources() == ()


def test_reading_checking_and_ingesting_open_no_connection(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    office.contract("payment", COLUMNS, server("pg", "postgresql", PG, WORDS), event="paid_on")
    for folder in ("rules", "models"):
        (office.settings.project / folder).mkdir()
    project = str(office.settings.project)
    assert run(["ingest", "--project", project]) == 0
    assert run(["check", "--project", project]) in (0, 1)
    office.contract("payment", COLUMNS, server("pg", "postgresql", PG, WORDS | {"tabel": "t"}), event="paid_on")
    capsys.readouterr()
    assert run(["check", "--project", project]) == 1
    assert "N001 'tabel'" in capsys.readouterr().err
    assert run(["fetch", "--project", project]) == 1
    assert "N001 'tabel'" in capsys.readouterr().err


def test_fetch_names_what_it_does_not_know(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.contract("payment", COLUMNS, server("pg", "postgresql", PG, WORDS), event="paid_on")
    for folder in ("rules", "models"):
        (office.settings.project / folder).mkdir()
    assert run(["fetch", "paymnt", "--project", str(office.settings.project)]) == 2
    assert "N030" in (said := capsys.readouterr().err) and "did you mean 'payment'" in said


def test_the_command_line_loads_no_driver(tmp_path: Path) -> None:
    code = (
        "import sys; from clew.cli.main import run; run(['fetch', '--help']);"
        "from clew.sources.declared import read_sources;"
        "print([m for m in ('sqlalchemy', 'adbc_driver_postgresql', 'paramiko', 'httpx', 'pymysql', 'pyarrow.parquet')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_word_of_every_kind_is_documented() -> None:
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    words = {*COMMON, *TLS, *PAGINGS, *AUTHS, *(word for kind in KINDS.values() for word in (*kind.words, *kind.ways))}
    assert sorted(word for word in words if not re.search(rf"[`\s]{word}[`:,]|fetch: {word}`", text)) == []


def test_the_server_of_the_documentation_is_read(office: Office) -> None:
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    (entry,) = re.findall(r"^```yaml server\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = entry.splitlines()
    assert found(office, "\n".join(["- " + lines[0], *("  " + line for line in lines[1:])])) == []
    (source,) = office.sources()
    assert (source.kind, source.details.dialect, source.identity) == (
        "dialect",
        "dm+dmPython",
        "dm_db/SOCIAL.V_ALLOWANCE",
    )
