"""An office with deliveries of many kinds, a contract whose every text is an attack, and the catalogue of it all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from clew.catalogue_site.write import write_catalogue
from clew.cli.main import run
from clew.problems import Problems
from clew.project import Project, read_project
from clew.settings import Settings
from clew.warehouse import open_warehouse

AS_OF = date(2026, 6, 30)
HOSTILE = """</title><script>alert(1)</script><img src=x onerror=alert(2)>"' {{ 7*7 }} &amp; \u202e"""
HOSTILE_CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: hostile
version: 1.0.0
status: active
name: '{hostile}'
description: {{purpose: '{hostile}', usage: '{hostile}', limitations: '{hostile}'}}
servers:
  - {{server: drop, type: local, path: drop/hostile, format: csv, encoding: UTF-8}}
slaProperties:
  - {{property: freshness, value: 10, unit: d, description: '{hostile}'}}
roles:
  - {{role: '{hostile}', access: read, firstLevelApprovers: '{hostile}'}}
customProperties:
  - {{property: titleZh, value: '{hostile}'}}
  - {{property: owner, value: '{hostile}'}}
  - {{property: kind, value: register}}
schema:
  - name: hostile
    logicalType: object
    properties:
      - name: id
        physicalName: '编号"<b>'
        businessName: '{hostile}'
        description: '{hostile}'
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
        customProperties: [{{property: titleEn, value: '{hostile}'}}]
      - {{name: kept, logicalType: string, classification: sensitive}}
"""
PERSON = "张秘密"
SIDECAR = """\
sender: '{sender}'
letter: 示例函〔2026〕{number}号
received_on: 2026-0{month}-08
rows: {rows}
complete: true
"""


@dataclass(frozen=True)
class Site:
    """A project with its written catalogue."""

    project: Project
    folder: Path

    def write(self, folder: Path, as_of: date = AS_OF) -> Path:
        """Write the catalogue again, elsewhere."""
        with closing(open_warehouse(self.project.settings, read_only=True)) as connection:
            return write_catalogue(connection, self.project, folder, as_of)


def payments(month: int, rows: int) -> str:
    """A month's payments; every tenth line breaks the contract."""
    lines = ["支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码"]
    for at in range(rows):
        paid = "2026-13-45" if at % 10 == 9 else f"2026-0{month}-1{at % 9}"
        lines.append(f"P{month}-{at},11010519491231002X,{PERSON},2026-0{month}-01,{paid},{500 + at}.00,340102")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("catalogue") / "office"
    assert run(["init", str(folder)]) == 0
    quoted = HOSTILE.replace("'", "''")
    contract = HOSTILE_CONTRACT.format(hostile=quoted)
    (folder / "data_contracts" / "hostile.odcs.yaml").write_text(contract, encoding="utf-8")
    drop = folder / "var" / "drop"
    (drop / "payment").mkdir(parents=True)
    for month in range(1, 7):
        rows = 40 if month < 6 else 4
        (drop / "payment" / f"发放{month}.csv").write_text(payments(month, rows), encoding="utf-8")
        papers = SIDECAR.format(sender="示例发放单位", number=month, month=month, rows=rows)
        period = f"period: {{from: 2026-0{month}-01, to: 2026-0{month + 1}-01}}\n"
        (drop / "payment" / f"发放{month}.csv.yml").write_text(papers + period, encoding="utf-8")
    first, second, third = payments(1, 3).splitlines()[1:]
    head = payments(1, 0)
    for name, mode, content in (
        ("更正.csv", "correction", head + first.replace("500", "501") + "\n"),
        ("删除.csv", "deletion", f"支付编号\n{second.split(',')[0]}\n{third.split(',')[0]}\n"),
    ):
        (drop / "payment" / name).write_text(content, encoding="utf-8")
        (drop / "payment" / f"{name}.yml").write_text(f"received_on: 2026-06-20\nmode: {mode}\n", encoding="utf-8")
    (drop / "hostile").mkdir()
    name = "<img src=x onerror=alert(3)>.csv"
    (drop / "hostile" / name).write_text(f'"编号""<b>",kept\nA1,{PERSON}\n', encoding="utf-8")
    papers = SIDECAR.format(sender=quoted, number=9, month=6, rows=1)
    (drop / "hostile" / f"{name}.yml").write_text(papers, encoding="utf-8")
    (drop / "hostile" / "broken.csv").write_text("nothing,here\n1,2\n", encoding="utf-8")
    run(["ingest", "--project", str(folder), "--as-of", str(AS_OF)])
    problems = Problems()
    project = read_project(Settings(project=folder), problems)
    assert problems.errors == []
    made = Site(project, folder / "var" / "catalogue")
    made.write(made.folder)
    yield made
