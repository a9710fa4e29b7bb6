"""Personal data stay in the landed file and the contract's columns: not in words, logs, manifests or other columns."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from clew.cli.main import run
from tests.promises.office import ACCOUNT, HEADERS, IDS, NAMES, Night, Office, entitled, payment, usual

SECRETS = (*IDS, *NAMES, ACCOUNT)
PHONE, WARD = "13900001234", "某某精神病院"


def said(text: str) -> list[str]:
    return [secret for secret in (*SECRETS, PHONE, WARD) if secret in text]


def test_no_word_of_a_night_names_anybody(
    office: Office, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    usual(office)
    office.drop(
        "payment",
        "坏行.csv",
        [
            payment(0, "2026-02-30", "B1"),
            payment(1, "2026-02-03", "B2", "十元"),
            payment(1, "2026-02-03", "B2"),
            f"{IDS[0][:-1]}9,{NAMES[0]},340103,2026-02-03,1,{ACCOUNT},B3",
            f'"{NAMES[2]},{IDS[2]}',
            f"{IDS[3]}",
        ],
    )
    office.drop("shelter", "无表头.csv", [f"{IDS[1]},{NAMES[1]},340103"], header=f"{IDS[0]},{NAMES[0]},340103")
    office.drop("entitled", "缺列.csv", entitled(0), header=f"{IDS[0]},姓名,区划,起始")
    with caplog.at_level(logging.DEBUG):
        night = office.night()
    assert night.ingest.refused == 2
    words = capfd.readouterr()
    told = [
        caplog.text,
        words.out,
        words.err,
        *(str(one) for one in night.ingest.problems),
        *(str(one) for one in night.screening.problems),
        night.screening.to_json(),
        *(row[0] or "" for row in night.rows("select problem from clew.delivery")),
    ]
    assert [said(text) for text in told if said(text)] == []
    assert said(str(night.ingest.as_dict())) == []


def test_the_sealed_folder_names_nobody_in_full(usual_night: Night) -> None:
    texts = [path for batch in usual_night.batches for path in batch.path.iterdir() if path.suffix in (".json", ".csv")]
    assert texts
    for path in texts:
        assert said(path.read_text("utf-8-sig")) == [], path.name


def test_columns_outside_the_contract_are_stored_nowhere(office: Office) -> None:
    usual(office)
    rows = [f"{payment(0, '2026-01-03', 'N1')},{PHONE},{WARD}", f"{payment(0, '2026-02-30', 'N2')},{PHONE},{WARD}"]
    office.drop("payment", "多列.csv", rows, "complete: false", header=f"{HEADERS['payment']},电话,病历")
    office.ingest()
    night = office.night()
    assert night.rows("select count(*) from clew.quarantine") == [(1,)]
    tables = night.rows("select schema_name, table_name from duckdb_tables() where not internal")
    assert len(tables) > 10
    for schema, table in tables:
        assert said_of_strangers(night, schema, table) == [], table
    assert PHONE.encode() not in office.settings.warehouse_path.read_bytes()


def said_of_strangers(night: Night, schema: str, table: str) -> list[str]:
    text = str(night.rows(f'select * from "{schema}"."{table}"'))
    return [secret for secret in (PHONE, WARD) if secret in text]


def test_evidence_holds_only_the_columns_the_rules_read(usual_night: Night) -> None:
    shown = usual_night.rows("select distinct dataset, unnest(json_keys(record)) from clew.evidence order by all")
    assert ("payment", "account") not in shown and ("payment", "payment_id") not in shown
    assert ("payment", "amount") in shown


def test_a_rule_cannot_read_a_column_without_saying_so(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    """The columns of other datasets, of the warehouse and of the lineage are not there to be named."""
    rule = office.settings.project / "rules" / "care" / "much.yml"
    text = rule.read_text("utf-8")
    for stranger in ("payment._file", "payment._batch", "entitled.name", "clew.delivery.sha256", "payment.telephone"):
        rule.write_text(text.replace("payment.amount < 10", f"{stranger} is not null"), "utf-8")
        assert run(["check", "--project", str(office.settings.project)]) == 1, stranger
        told = capfd.readouterr()
        assert "much.yml" in told.out + told.err


def test_a_fault_tells_no_data(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    usual(office)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{IDS[0]} {NAMES[0]}")

    monkeypatch.setattr("clew.night.screen", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run(["run", "--project", str(office.settings.project), "--as-of", "2026-06-30"]) != 0
    [report] = tmp_path.glob("clew-fault-*")
    told = capfd.readouterr()
    assert said(report.read_text("utf-8") + told.out + told.err) == []
