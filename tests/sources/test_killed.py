"""Killed anywhere up to the last rename: no file without its papers, nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.sources.office import Office, server
from tests.sources.servers import Postgres

COLUMNS = """
- {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
- {name: paid_on, logicalType: date}
"""


@pytest.fixture(autouse=True)
def table(postgres: Postgres) -> Iterator[None]:
    postgres.run(
        "create table dying as select g as id, date '2026-05-01' + g % 20 as paid_on from generate_series(1, 50) g"
    )
    yield
    postgres.run("drop table dying")


def contract(office: Office, port: int, way: str) -> None:
    keys: dict[str, object] = {"host": "127.0.0.1", "port": port, "database": "postgres", "schema": "public"}
    words: dict[str, object] = {"fetch": way, "user": "owner", "tls": "none", "table": "dying"}
    more = {"cursorColumn": "paid_on", "overlap": "30d"} if way == "incremental" else {}
    office.contract("dying", COLUMNS, server("pg", "postgresql", keys, words | more), event="paid_on")


def killed_at(office: Office, moment: int) -> bool:
    """Fetch in a child that kills itself before its ``moment``-th change of a name; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = [moment]

        def dying(change: str) -> None:
            kept = getattr(Path, change)

            def die(self: Path, *arguments: object, **words: object) -> object:
                if "drop" in self.parts:
                    left[0] -= 1
                    if left[0] == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                return kept(self, *arguments, **words)

            setattr(Path, change, die)

        for change in ("replace", "unlink", "write_text"):
            dying(change)
        office.fetch(today=date(2026, 7, 1))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("way", ["full", "incremental"])
def test_killed_at_every_change_of_a_file(postgres: Postgres, office: Office, way: str) -> None:
    contract(office, postgres.port, way)
    office.fetch()
    office.ingest()
    postgres.run("update dying set paid_on = '2026-05-30' where id = 1", "insert into dying values (51, '2026-05-30')")
    moment = 0
    while killed_at(office, moment := moment + 1):
        names = office.dropped("dying")
        assert [name for name in names if not name.endswith(".yml") and f"{name}.yml" not in names] == []
        assert moment < 40
    assert moment > 4
    report = office.ingest(date(2026, 7, 1))
    assert [str(problem) for problem in report.problems] == []
    assert report.rows_quarantined == 0
    assert office.rows("""select count(*), sum(id) from data.dying where _batch in
        (select batch from clew.delivery where status = 'loaded' and superseded_by is null)
        and (_batch, _row) not in (select (batch, row) from clew.withdrawn)""") == [(51, 51 * 52 // 2)]  # fmt: skip
    again = office.fetch(today=date(2026, 7, 2))
    assert again.status == ("unchanged" if way == "full" else "nothing new")
