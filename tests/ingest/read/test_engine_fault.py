"""An error of the engine over one file refuses that file; it tells nobody's data, and the other files go on."""

from __future__ import annotations

import json

import pytest

from tests.ingest.house import House

COLUMNS = "  - {name: a, logicalType: string}\n  - {name: b, logicalType: integer}\n  - {name: d, logicalType: date}"
NUMBER = "110101199001011237"


def checked(condition: str) -> str:
    """A table check in SQL, as the contract's author wrote it."""
    query = json.dumps("SELECT COUNT(*) FROM {object} WHERE " + condition)
    return f"    quality:\n      - {{name: odd, type: sql, query: {query}, mustBe: 0}}\n"


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        ("b * b > 5", "OutOfRangeException"),
        ("a > 5", "BinderException"),
        ("d > 'x'", "ConversionException"),
    ],
)
@pytest.mark.parametrize("file", ["a.csv", "a.jsonl"])
def test_a_check_the_engine_cannot_run_refuses_only_its_file(
    house: House, condition: str, error: str, file: str
) -> None:
    house.contract("bad", COLUMNS, quality=checked(condition))
    house.contract("good", COLUMNS)
    content = (
        f"a,b,d\nx,{NUMBER},2026-01-05\n"
        if file.endswith("csv")
        else json.dumps({"a": "x", "b": NUMBER, "d": "2026-01-05"}) + "\n"
    )
    house.drop("bad", file, content)
    house.drop("good", "z.csv", "a,b,d\nx,5,\n")
    for _ in range(2):
        report = house.ingest()
        refused = next(one for one in report.files if one.dataset == "bad")
        assert refused.status == "refused"
        assert error in refused.problem
        assert NUMBER not in refused.problem
        assert {problem.code for problem in report.problems} <= {"I015", "I027"}
    assert house.rows("select a, b from data.good") == [("x", 5)]
    assert house.rows("select dataset, status from clew.delivery order by 1") == [
        ("bad", "refused"),
        ("good", "loaded"),
    ]
    assert house.rows("select 1 from duckdb_tables() where table_name = 'bad' and estimated_size > 0") == []
