"""Nothing looks beyond this machine, and nothing heavy is loaded before it is needed.

Prefect's server and flows stand under the same guard in ``tests/pipelines``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.network import Guard, guard_in

ROOT = Path(__file__).parents[2]
HEAVY = ("prefect", "great_expectations", "polars", "duckdb", "pyarrow", "sqlglot", "datacontract", "xlsxwriter")
PAYMENTS = """\
支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码
P1,11010519491231002X,张建国,2026-05-01,2026-05-10,1000.00,340102
P2,11010519491231002X,张建国,2026-05-01,2026-05-20,1000.00,340102
"""
COMMANDS = """
import sys
from clew.cli.main import run
for line in sys.argv[2:]:
    assert run(line.split()) == 0, line
sys.stderr.write("loaded: " + " ".join(name for name in sys.argv[1].split() if name in sys.modules))
"""
DOCS = """
import sys
from contextlib import closing
from pathlib import Path
from clew.contracts.catalogue import read_catalogue
from clew.ingest.report.data_docs import write_validation_docs
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse
settings = Settings(project=Path(sys.argv[1]))
catalogue = read_catalogue(settings.project / "data_contracts", Problems())
with closing(open_warehouse(settings, read_only=True)) as connection:
    sys.stdout.write(f"{write_validation_docs(connection, settings, catalogue)}")
"""


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    folder = tmp_path / "guard"
    folder.mkdir()
    return guard_in(folder)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A project that has received one file."""
    folder = tmp_path / "office"
    python(guard_in(tmp_path), COMMANDS, "", f"init {folder}")
    drop = folder / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    (drop / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    return folder


def python(guard: Guard, code: str, *arguments: str | Path, fails: bool = False) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process under the guard."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    ended = subprocess.run(command, env=guard.environment, capture_output=True, text=True, cwd=ROOT)
    assert bool(ended.returncode) == fails, ended.stderr
    return ended


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.gethostbyname('telemetry.example')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket().bind(('0.0.0.0', 0))",
        "__import__('subprocess').run([__import__('sys').executable, '-c', "
        "'import urllib.request as u; u.urlopen(\"http://192.0.2.1\")'], check=True)",
    ],
)
def test_the_guard_refuses_and_notes(guard: Guard, attempt: str) -> None:
    python(guard, f"import socket; {attempt}", fails=True)
    assert len(guard.attempts) == 1


def test_the_guard_lets_this_machine_talk_to_itself(guard: Guard) -> None:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    python(guard, code)
    assert guard.attempts == []


def test_a_night_of_the_command_line_needs_no_network_and_no_prefect(guard: Guard, office: Path) -> None:
    run = f"run --project {office} --as-of 2026-06-30 --json"
    ended = python(guard, COMMANDS, "prefect duckdb", run)
    assert json.loads(ended.stdout)["ingest"]["rows_loaded"] == 2
    assert ended.stderr.splitlines()[-1] == "loaded: duckdb"
    assert guard.attempts == []


def test_great_expectations_writes_its_pages_without_network(guard: Guard, office: Path) -> None:
    python(guard, COMMANDS, "", f"ingest --project {office} --as-of 2026-06-30")
    index = Path(python(guard, DOCS, office).stdout)
    assert index.is_file()
    assert guard.attempts == []


def test_help_loads_nothing_heavy(guard: Guard) -> None:
    ended = python(guard, COMMANDS, " ".join(HEAVY), "--help", "run --help")
    assert "Exit codes" in ended.stdout
    assert ended.stderr == "loaded: "
    assert guard.attempts == []
