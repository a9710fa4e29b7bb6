"""A project made by ``clew init``, and the same project after one night."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clew.cli.main import run

AS_OF = "2026-06-30"
PAYMENTS = """\
支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码
P1,11010519491231002X,张建国,2026-05-01,2026-05-10,1000.00,340102
P2,11010519491231002X,张建国,2026-05-01,2026-05-20,1000.00,340102
P3,11010519491231002X,张建国,2026-05-01,2026-05-21,1000.00,340102
P4,340102195003072712,李四,2026-05-01,2026-05-10,500.00,340102
"""
LETTER = """\
sender: 示例发放单位
letter: 示例函〔2026〕1号
received_by: 示例检察院
received_on: 2026-06-10
period: {from: 2026-05-01, to: 2026-06-01}
rows: 4
complete: true
"""


@dataclass(frozen=True)
class Ended:
    """How one command ended: exit code, and what it wrote."""

    code: int
    out: str
    err: str


Clew = Callable[..., Ended]


@pytest.fixture
def clew(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Clew:
    """Run the command line in this process."""
    monkeypatch.delenv("CLEW_PROJECT", raising=False)

    def call(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        written = capsys.readouterr()
        assert "Traceback" not in written.err + written.out
        assert "\x1b[" not in written.err + written.out
        return Ended(code, written.out, written.err)

    return call


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after one night; tests that change it take a copy (see ``office``)."""
    folder = tmp_path_factory.mktemp("night") / "office"
    assert run(["init", str(folder)]) == 0
    drop = folder / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    (drop / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    (drop / "payments.csv.yml").write_text(LETTER, encoding="utf-8")
    assert run(["run", "--project", str(folder), "--as-of", AS_OF]) == 0
    return folder


@pytest.fixture
def office(night: Path, tmp_path: Path) -> Path:
    """A copy of the project after one night, to be changed."""
    return Path(shutil.copytree(night, tmp_path / "office"))


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A project just made, with nothing received."""
    assert run(["init", str(tmp_path / "fresh")]) == 0
    return tmp_path / "fresh"
