"""Whatever goes wrong is a sentence and a documented exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from clew.cli import opening
from clew.cli.failures import explain_failure
from clew.cli.main import run
from tests.cli.conftest import AS_OF, PAYMENTS, Clew

HEAVY = ("duckdb", "pyarrow", "polars", "pandas", "great_expectations", "prefect", "sqlglot", "pydantic", "ruamel",
         "rich", "xlsxwriter", "fastexcel")  # fmt: skip


def test_help_loads_nothing_heavy() -> None:
    code = f"import sys, clew.cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nonsense"], "No such command"),
        (["check", "--nonsense"], "No such option"),
        (["run", "--as-of", "2026-13-01"], "is no date"),
        (["clues", "--limit", "0"], "not in the range"),
        (["batches", "--project", "/nowhere/at/all"], "does not exist"),
        (["why"], "Missing argument"),
        (["demo-data", "--persons", "3"], "not in the range"),
    ],
)
def test_wrong_arguments_are_exit_2(clew: Clew, arguments: list[str], part: str) -> None:
    ended = clew(*arguments)
    assert ended.code == 2 and part in ended.err and ended.out == ""


def test_no_project_here(clew: Clew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = clew("check")
    assert ended.code == 2 and "there is no Clew project" in ended.err and "clew init DIR" in ended.err


def test_the_project_is_found_upward(clew: Clew, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fresh / "rules" / "example")
    assert clew("check", "paid_twice.yml").code == 0


def test_a_problem_is_told_with_its_place_as_seen_from_here(
    clew: Clew, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fresh / "rules" / "example" / "paid_twice.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("sum(payment.amount)", "sum(payment.amuont)"), "utf-8")
    monkeypatch.chdir(fresh / "rules")
    ended = clew("check", "--json")
    assert ended.code == 1
    told = clew("check", "example")
    assert "example/paid_twice.yml:" in told.err and "did you mean 'payment.amount'?" in told.err
    assert "1 errors" in clew("check", "example/paid_twice.yml").out  # the lock waits until the rule is sound
    assert "0 errors" in clew("check", "laws").out
    assert clew("check", "/").code == 2


def test_a_full_disk_is_told_and_the_same_command_goes_on(fresh: Path) -> None:
    """A limit on the size of files stands for the disk: the engine meets it as it would a full one."""
    heading, *rows = PAYMENTS.splitlines()
    many = [row.replace("P", f"P{number}-") for number in range(4_000) for row in rows]
    drop = fresh / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    (drop / "payments.csv").write_text("\n".join([heading, *many]) + "\n", encoding="utf-8")
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); from clew.cli.main import main; main()"
    )
    command = [sys.executable, "-c", limited.format(1_400_000), "ingest", "-C", str(fresh), "--as-of", AS_OF]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 3 and "run the same command again" in ended.stderr, ended.stderr
    assert run(["ingest", "-C", str(fresh), "--as-of", AS_OF]) == 0


def test_a_disk_that_is_full_at_the_commit_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    full = duckdb.TransactionException("Failed to commit: Could not write file: No space left on device")
    assert explain_failure(full, "ingest") == 3
    assert "the warehouse cannot be read or written" in capsys.readouterr().err
    assert explain_failure(OSError(errno.ENOSPC, "No space left on device", "landing/x"), "ingest") == 3
    assert "no room left on the disk (landing/x)" in capsys.readouterr().err


def test_content_with_errors_does_not_run(clew: Clew, office: Path) -> None:
    (office / "rules" / "example" / "broken.yml").write_text("rule: [\n", encoding="utf-8")
    ended = clew("run", "-C", office, "--as-of", AS_OF)
    assert ended.code == 1 and "broken.yml:" in ended.err and "E001" in ended.err


@pytest.mark.parametrize(
    ("text", "part"), [("memory = 1\n", "memory"), ("threads = 'many'\n", "threads"), ("= =\n", "clew.toml")]
)
def test_wrong_settings_are_exit_2(clew: Clew, fresh: Path, text: str, part: str) -> None:
    (fresh / "clew.toml").write_text(text, encoding="utf-8")
    ended = clew("check", "-C", fresh)
    assert ended.code == 2 and part in ended.err


def test_a_wrong_language_is_exit_2(clew: Clew, fresh: Path) -> None:
    assert clew("explain", "example.paid_twice", "-C", fresh, "--lang", "fr").code == 2


def test_an_unknown_clue_is_exit_2(clew: Clew, office: Path) -> None:
    ended = clew("why", "paid_twice-0000000000000000", "-C", office)
    assert ended.code == 2 and "there is no clue" in ended.err


def test_a_busy_warehouse_is_exit_4(clew: Clew, office: Path) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(office / "var" / "warehouse.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdin and holder.stdout and holder.stdout.readline()
    try:
        for command in (["clues"], ["run", "--as-of", AS_OF]):
            ended = clew(*command, "-C", office)
            assert ended.code == 4 and "another process is working" in ended.err
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def test_a_damaged_warehouse_is_exit_3(clew: Clew, office: Path) -> None:
    path = office / "var" / "warehouse.duckdb"
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[4096 : len(flipped) // 2] = bytes(len(flipped) // 2 - 4096)
    for content in (
        b"this is no database" * 1000,
        b"",
        whole[:100_000],
        bytes(flipped),
        b"SQLite format 3\0" + bytes(9000),
    ):
        path.write_bytes(content)
        for command in (["clues"], ["ingest"]):
            ended = clew(*command, "-C", office)
            assert ended.code == 3 and "damaged" in ended.err and "landing/" in ended.err, content[:20]
            assert "space" not in ended.err


def test_a_fault_is_reported_without_personal_data(clew: Clew, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("张建国 11010519491231002X")

    monkeypatch.setattr(opening, "find_settings", fail)
    ended = clew("why", "张建国", "-C", fresh)
    assert ended.code == 70
    report = Path(ended.err.strip().rsplit(" ", 1)[1])
    text = report.read_text(encoding="utf-8")
    report.unlink()
    assert "RuntimeError" in text and "clew why" in text and "clue_commands" in text
    assert "张建国" not in text + ended.err and "11010519491231002X" not in text + ended.err


@pytest.mark.parametrize("buffered", [True, False])
def test_a_reader_that_leaves_early_is_no_fault(night: Path, *, buffered: bool) -> None:
    environment = os.environ | ({} if buffered else {"PYTHONUNBUFFERED": "1"})
    for form in ((), ("--json",)):
        command = [sys.executable, "-m", "clew.cli", "clues", "-C", str(night), *form]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as reading:
            assert reading.stdout is not None and reading.stderr is not None
            reading.stdout.close()
            assert (reading.wait(), reading.stderr.read()) == (0, b"")


def test_demo_data_never_touches_a_drop_folder_that_is_no_demo(clew: Clew, office: Path) -> None:
    ended = clew("demo-data", "-C", office)
    assert ended.code == 2 and "nothing was changed" in ended.err
    assert (office / "var" / "drop" / "payment" / "payments.csv").is_file()


def test_an_interrupt_is_exit_130(clew: Clew, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(opening, "find_settings", stop)
    assert clew("check", "-C", fresh).code == 130


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("CLEW_MEMORY_LIMIT", "lots", "memory_limit: 'lots' is not a size"),
        ("CLEW_MEMRY_LIMIT", "1GB", "did you mean 'CLEW_MEMORY_LIMIT'?"),
        ("CLEW_THREADS", "0", "threads: '0' is no whole number from 1"),
        ("CLEW_PURPOSE", "curiosity", "purpose: 'curiosity' is none of list, case"),
    ],
)
def test_a_faulty_setting_is_refused_in_words(
    variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from clew.cli.main import run

    monkeypatch.setenv(variable, value)
    assert run(["clues"]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("name", ["\x1b[2J\x1b[31mred.csv", "a\u202evsc.exe.csv", "two\nlines.csv"])
def test_a_senders_name_moves_no_terminal_and_reads_one_way(clew: Clew, fresh: Path, name: str) -> None:
    drop = fresh / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    (drop / name).write_text("no heading of ours\n", encoding="utf-8")
    ended = clew("ingest", "-C", fresh, "--as-of", AS_OF)
    assert ended.code == 3
    assert not {"\x1b", "\u202e"} & set(ended.out + ended.err)
    assert any(line.startswith("drop/payment/") and "I010" in line for line in ended.err.splitlines())


def test_a_process_that_ends_well_leaves_nothing_on_standard_error(office: Path) -> None:
    program = [sys.executable, "-c", "from clew.cli.main import main; main()", "deliveries", "-C", str(office)]
    ended = subprocess.run(program, capture_output=True, text=True, check=True)
    assert "payments.csv" in ended.stdout and ended.stderr == ""
