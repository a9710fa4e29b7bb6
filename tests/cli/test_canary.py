"""A planted name and number come out of no command, report, page or log that a list may travel with."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from clew.cli.main import run
from tests.cli.conftest import AS_OF, Clew

NAME, SPACED = "金丝雀鸟", "金丝 雀鸟"
NUMBER, LOWER = "34010219630824118X", "34010219630824118x"
HEAD = "支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码"
SECRETS = (NAME, SPACED, NUMBER, LOWER, "金丝", "630824")

GOOD = [f"P{number},{LOWER},{SPACED},2026-05-01,2026/5/{number},1000.00,340102" for number in range(1, 4)]
BAD = [
    f"B1,{NUMBER},{NAME},2026-05-01,when,1000.00,340102",
    f"B2,{NUMBER},{NAME},2026-05-01,2026-05-10,{NAME},340102",
    f"B3,{NUMBER},{NAME},2026-05-01,2026-05-10,-1,{NAME}",
    f"B4,{NUMBER},{NAME}",
    f"B5,{NAME},{NUMBER},2026-05-01,2026-05-10,1,340102",
    *(f"C{index},{NUMBER},{NAME},2026-05-01,2026-05-10,1,{NUMBER}" for index in range(12)),
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that received the canary in good rows, in bad ones, and in files refused for each kind of reason."""
    folder = tmp_path_factory.mktemp("canary") / "office"
    assert run(["init", str(folder)]) == 0
    drop = folder / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    deliveries = {
        "good.csv": [HEAD, *GOOD],
        "bad.csv": [HEAD, *GOOD[:1], *BAD],
        "no_headings.csv": [line.replace("P", "N") for line in GOOD],
        "renamed.csv": [HEAD.replace("身份证号", "身份证号码"), *(line.replace("P", "R") for line in GOOD)],
        "column_too_many.csv": [f"{HEAD},备注", *(f"{line.replace('P', 'T')},{NAME}" for line in GOOD)],
        "heading_is_data.csv": [f"{HEAD},{NUMBER}", *(f"{line.replace('P', 'H')},{NAME}" for line in GOOD)],
        "wrong.xlsx": [HEAD, *GOOD],
        "broken.jsonl": [f'{{"支付编号": "J1", "身份证号": "{NUMBER}", "姓名": "{NAME}"', f'"{NAME}"'],
    }
    for name, lines in deliveries.items():
        (drop / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def clean(text: str, where: str) -> None:
    for secret in SECRETS:
        assert secret not in text, f"{secret} stands in {where}: {text[max(0, text.find(secret) - 200) :][:400]}"


def test_the_canary_is_nowhere(planted: Path, clew: Clew) -> None:
    ended = clew("run", "--project", planted, "--as-of", AS_OF)
    clean(ended.out + ended.err, "run")
    listed = clew("clues", "--project", planted).out
    clue = re.search(r"paid_twice-[0-9a-f]+", listed)
    assert clue is not None, ended.err
    commands: list[tuple[str, ...]] = [
        ("clues",), ("clues", "--json"), ("why", clue[0]), ("why", clue[0], "--json"), ("why", clue[0], "--lang", "en"),
        ("quarantine",), ("quarantine", "--json"), ("drift",), ("drift", "--json"), ("drift", "--lang", "en"),
        ("deliveries",), ("deliveries", "--json"), ("health", "--json"), ("coverage",), ("batches", "--json"),
        ("verify",), ("ingest", "--json"), ("catalogue", "--out", str(planted / "site")), ("data-docs",),
    ]  # fmt: skip
    batches = set(re.findall(r"payment/[0-9]+", clew("quarantine", "--project", planted).out))
    commands += [("quarantine", "show", batch) for batch in sorted(batches)]
    commands += [("quarantine", "show", batch, "--json") for batch in sorted(batches)]
    assert batches
    for command in commands:
        ended = clew(*command, "--project", planted)
        clean(ended.out + ended.err, " ".join(command))
    written = 0
    for path in sorted(planted.rglob("*")):
        parts = path.relative_to(planted).parts
        meant_to_hold = {"drop", "landing", "batches"} & {*parts} or path.name.startswith("warehouse.duckdb")
        if path.is_file() and not meant_to_hold:
            clean(path.read_bytes().decode("utf-8", "replace"), "/".join(parts))
            written += 1
    assert written > 20, "the pages were looked at"


def test_why_shows_what_was_delivered_to_those_who_may_see_it(planted: Path, clew: Clew, tmp_path: Path) -> None:
    office = Path(shutil.copytree(planted, tmp_path / "office"))
    assert clew("run", "--project", office, "--as-of", AS_OF).code in (0, 3)
    clue = re.search(r"paid_twice-[0-9a-f]+", clew("clues", "--project", office).out)
    assert clue is not None
    shown = clew("why", clue[0], "--project", office, "--purpose", "case").out
    said = [line for line in shown.splitlines() if "修复前原值" in line]
    assert said and all(f"身份证号={LOWER}" in line and f"姓名={SPACED}" in line for line in said), shown
    assert any("发放日期=2026/5/1" in line for line in said)
