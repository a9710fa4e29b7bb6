"""Test suites made elsewhere: every file loads right, or is refused or set aside with its place. Nothing crashes."""

from __future__ import annotations

import csv as python_csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clew.contracts.literal import quoted
from tests.ingest.house import House

BAD = Path(__file__).parents[4] / "shared" / "data" / "bad-input"
pytestmark = pytest.mark.skipif(not BAD.is_dir(), reason=f"THE TEST DATA IS NOT HERE: {BAD}")
SPECTRUM = sorted((BAD / "csv-spectrum" / "csvs").glob("*.csv")) if BAD.is_dir() else []


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_csv_spectrum_equals_its_json_twin(house: House, path: Path) -> None:
    twin = json.loads((path.parent.parent / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    content = path.read_bytes()
    if path.stem.endswith("_crlf"):  # the copy at hand has lost its carriage returns
        content = content.replace(b"\r", b"").replace(b"\n", b"\r\n")
    if path.stem == "location_coordinates":  # its twin is one record, and disagrees on the telephone number
        twin = [twin | {"Contact Phone Number": "2095257564"}]
    names = list(twin[0])
    house.contract(
        "twin",
        "\n".join(
            f"  - {{name: c{index}, physicalName: {json.dumps(name)}, logicalType: string}}"
            for index, name in enumerate(names)
        ),
    )
    house.drop("twin", path.name, content)
    (file,) = house.ingest().files
    columns = ", ".join(f"c{index}" for index in range(len(names)))
    found = house.rows(f"select {columns} from data.twin order by _row")
    assert file.rows_quarantined == 0
    assert [dict(zip(names, row, strict=True)) for row in found] == [
        {name: value or None for name, value in record.items()} for record in twin
    ]


def test_the_json_test_suite_never_crashes_and_every_record_is_somewhere(house: House) -> None:
    house.contract("json", "  - {name: a, logicalType: string}\n  - {name: b, logicalType: string}")
    suite = [path for path in sorted((BAD / "json-test-suite").glob("*.json")) if path.stat().st_size]
    assert len(suite) > 300
    alone = [path for path in suite if not one_line_without_object(path.read_bytes())]
    together = [path.read_bytes().strip() for path in suite if path not in alone]
    for number, path in enumerate(alone):
        house.drop("json", f"{number:03d}.json", path.read_bytes())
    house.drop("json", "together.jsonl", b"\n".join(together))
    *reports, rest = house.ingest().files
    assert (rest.rows_read, rest.rows_quarantined) == (len(together), len(together)), "no object, no row"
    for file, path in zip(reports, alone, strict=True):
        broken_off = file.status == "refused" and "I040" in file.problem and not path.name.startswith("y_")
        empty = "I065" in file.problem  # a list without a row, after one with rows
        assert file.status in ("loaded", "unchanged") or broken_off or empty, path.name
        if path.name.startswith("n_"):
            assert file.rows_loaded == 0, path.name
        elif path.name.startswith("y_object") and b"\n" not in path.read_bytes().strip():
            repeated_or_nul = "duplicate" in path.name or "null" in path.name
            assert file.rows_quarantined == 0 or repeated_or_nul, path.name


def one_line_without_object(content: bytes) -> bool:
    """Whether the text is one line, not blank, that does not begin an object."""
    line = content.strip()
    return bool(line) and not line.startswith((b"{", b"\xef\xbb", b"\xff", b"\xfe")) and b"\n" not in line


def test_naughty_strings_come_back_as_they_went_in(house: House) -> None:
    strings = json.loads((BAD / "blns.json").read_text(encoding="utf-8"))
    text = io.StringIO()
    writer = python_csv.writer(text, lineterminator="\n", quoting=python_csv.QUOTE_ALL)
    writer.writerow(["n", "s"])
    writer.writerows(enumerate(strings))
    house.contract("naughty", "  - {name: n, logicalType: integer}\n  - {name: s, logicalType: string}")
    house.drop("naughty", "a.csv", text.getvalue())
    house.drop(
        "naughty",
        "b.jsonl",
        "\n".join(
            json.dumps({"n": number, "s": string}, ensure_ascii=False)
            for number, string in enumerate(strings, start=10_000)
        ),
    )
    report = house.ingest()
    assert [file.status for file in report.files] == ["loaded", "loaded"]
    for first, origin in ((0, "a.csv"), (10_000, "b.jsonl")):
        found = dict(house.rows("select n, s from data.naughty where _file = ?", origin))
        aside = {
            row
            for (row,) in house.rows(
                "select q.row from clew.quarantine q join clew.delivery d using (batch) where d.file = ?", origin
            )
        }
        for number, string in enumerate(strings):
            if "\0" in string:
                assert number + 1 in aside
            else:
                assert found[first + number] == (string or None), string


CELLS = st.text(st.sampled_from([*"ab12\",\n\r é张\t\0 ;'", "\ufeff"]), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(CELLS, max_size=12).map(",".join),
    raw=st.binary(max_size=12),
    encoding=st.sampled_from(["UTF-8", "GB18030"]),
)
@example(body='x,"y\n1,2', raw=b"", encoding="UTF-8")
def test_every_record_read_is_loaded_or_set_aside(house: House, body: str, raw: bytes, encoding: str) -> None:
    number = house.rows("select count(*) from clew.delivery")[0][0]
    dataset = f"any{number}"
    house.contract(
        dataset, "  - {name: a, logicalType: string}\n  - {name: b, logicalType: integer}", encoding=encoding
    )
    content = b"a,b\nfirst,1\n" + body.encode(encoding, errors="replace") + raw + b"\nlast,2\n"
    dropped = house.drop(dataset, "x.csv", content)
    (file,) = house.ingest().files
    dropped.unlink()
    (house.settings.project / "data_contracts" / f"{dataset}.odcs.yaml").unlink()
    assert file.status == "loaded"
    assert file.rows_read == file.rows_loaded + file.rows_quarantined
    table = f"data.{quoted(dataset)}"
    rows = house.rows(f"select _row from {table} union all select row from clew.quarantine where dataset = '{dataset}'")
    assert sorted(rows) == [(row,) for row in range(1, file.rows_read + 1)], "each record once, numbered without gap"
    assert house.rows(f"select a, b from {table} where _row = 1") == [("first", 1)]
