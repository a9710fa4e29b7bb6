"""Proofs that a text is ready change what a load costs, and nothing else: with and without them the rows are equal."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.contracts.model import Contract
from clew.contracts.read import read_document
from clew.ingest.repair.ready import UNUSUAL, proof_of
from clew.ingest.repair.repairs import _dirty
from clew.ingest.repair.typed import cast, exact, sql_type
from clew.ingest.validate.validation import Validation
from clew.problems import Problems

CLEAN = "trim, spaces, halfwidth, upper"
COLUMNS = {
    "number": ("integer", "[trim, halfwidth, number]", ""),
    "amount": ("number", "[trim, spaces, halfwidth, upper, number]", "logicalTypeOptions: {minimum: 0}"),
    "day": ("date", "[trim, spaces, halfwidth, upper, date]", ""),
    "moment": ("timestamp", "[trim, halfwidth, date]", ""),
    "spaced_moment": ("timestamp", "[trim, spaces, date]", ""),
    "person": ("string", f"[{CLEAN}, id18]", "logicalTypeOptions: {pattern: '^[0-9]{17}[0-9X]$'}"),
    "company": ("string", f"[{CLEAN}]", ""),
    "code": ("string", f"[{CLEAN}]", "logicalTypeOptions: {pattern: '^[0-9A-Z]{2,6}$'}"),
    "small": ("string", f"[{CLEAN}]", "logicalTypeOptions: {pattern: '^[0-9a-z]{2,6}$'}"),
    "loose": ("string", f"[{CLEAN}]", "logicalTypeOptions: {pattern: '^[0-9]+ ?[A-Z]*$'}"),
    "kind": ("string", f"[{CLEAN}]", "enum: [{value: A}, {value: b}, {value: 甲}, {value: c}, {value: d}]"),
    "mapped": ("string", f"[{CLEAN}, values]", "enum: [{value: A}, {value: b}]"),
    "flag": ("boolean", f"[{CLEAN}]", ""),
    "free": ("string", f"[{CLEAN}]", ""),
}
TEXTS = (
    None, "", " ", "　", "元", "1", "+1", "-1", "-0", "01", "1.0", "1.00", "1.5", "1.50", "1.555", ".5", "5.", "1,000",
    "1,00", "¥3", "１", "1 ", " 1", "1 1", "1e3", "1_000", "0x1F", "99999999999999999999", "NaN", "inf",
    "2024-01-05", "2024-1-5", "2024/01/05", "20240105", "2024-13-01", " 2024-01-05", "2024-01- 5", "２024-01-05",
    "2024-01-5 ", "2024-01-5\t", " 024-01-05", "-024-01-05",
    "10000-01-01", "-2024-01-05", "infinity", "-infinity", "epoch", "2024-01-05 (BC)", "0000-00-00", "2024-02-30",
    "2024-01-05 10:00:00", "2024-01-05T10:00", "2024-01-05 10:00:00.5", "2024-01-05 00:00:00", "2024-01-05  10:00",
    "11010519491231002X", "11010519491231002x", "110105194912310021", " 11010519491231002X", "１1010519491231002X",
    "110105491231002", "1101054912310 02", "11010519490229002X", "91110000600037341L", "91110000600037341l",
    "91110000600037341M", "A", "a", " A", "Ａ", "b", "B", "甲", "乙", "A B", "AB", "ab", "aB", "1 A", "12A", "Ａ1",
    "true", "TRUE", "t", "是", "否", "ｔｒｕｅ", "x\ty", "ﬀ", "ß", "ı", "\ufeffA", "A\u200b",
)  # fmt: skip


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    lines = [
        "apiVersion: v3.2.0", "kind: DataContract", "id: pay", "version: 1.0.0", "status: active", "name: Pay",
        "customProperties:", "  - {property: kind, value: event}", "  - {property: eventColumn, value: day}", "schema:",
        "  - name: pay", "    logicalType: object", "    properties:",
    ]  # fmt: skip
    for name, (type_, repairs, more) in COLUMNS.items():
        lines += [f"      - name: {name}", f"        logicalType: {type_}", *([f"        {more}"] if more else [])]
        lines += ["        customProperties:", f"          - {{property: repairs, value: {repairs}}}"]
        identity = {"person": "id18", "company": "uscc"}.get(name)
        lines += [f"          - {{property: identity, value: {identity}}}"] if identity else []
        lines += ["          - {property: values, value: {甲: A, 乙: b, ａ: A}}"] if name == "mapped" else []
    path = tmp_path_factory.mktemp("contract") / "pay.odcs.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    problems = Problems()
    read = read_document(path, problems)
    problems.raise_errors()
    assert read is not None
    return read[0]


def loaded(contract: Contract) -> list[tuple[object, ...]]:
    """Every text in every column, as the load would write it."""
    with duckdb.connect() as con:
        columns = ", ".join(f'"{name}~0" varchar' for name in contract.names)
        con.execute(f'create table given ("~row" bigint, "~fault" varchar, {columns})')
        marks = ", ".join("?" for _ in range(2 + len(contract.names)))
        # Texts stand in every column of a row, and then alone: what one column needs must not hide another's need.
        rows = [[text] * len(contract.names) for text in TEXTS]
        rows += [[text if at == name else None for at in contract.names] for name in contract.names for text in TEXTS]
        con.executemany(f"insert into given values ({marks})", [[n, None, *row] for n, row in enumerate(rows, 1)])
        return con.execute(Validation(contract).select("select * from given", 1, "a.csv")).fetchall()


def test_rows_are_the_same_with_and_without_proofs(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    with_proofs = loaded(contract)
    monkeypatch.setattr("clew.ingest.repair.repairs.proof_of", lambda column, type_: None)
    without = loaded(contract)
    assert len(with_proofs) == len(TEXTS) * (1 + len(COLUMNS))
    for one, other in zip(with_proofs, without, strict=True):
        assert one == other


def test_the_columns_that_have_a_proof(contract: Contract) -> None:
    proven = {column.name for column in contract.columns if proof_of(column, sql_type(column)) is not None}
    assert proven == {
        "number", "amount", "day", "moment", "person", "company", "code", "kind", "mapped", "small", "loose", "free",
    }  # fmt: skip


def test_repairs_are_planned_layer_by_layer_without_a_join(contract: Contract) -> None:
    """A join below them makes the engine pull all layers into one, until planning takes minutes."""
    columns = ", ".join(f"'1' as \"{name}~0\"" for name in contract.names)
    given = f'select 1::bigint as "~row", null::varchar as "~fault", {columns} from range(2)'
    layers = Validation(contract)._typed(given)
    with duckdb.connect() as con:
        plan = con.execute(f"explain {layers}").fetchall()[0][1]
    assert "JOIN" not in plan.upper()


days = st.one_of(
    st.dates().map(str),
    st.from_regex(r"[ +-]?[0-9 ]{1,5}[-/. ][0-9 ]{1,2}[-/. ][0-9 ]{1,3}[ \t]?", fullmatch=True),
)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(days, min_size=30, max_size=30))
def test_a_day_is_exact_where_the_engine_reads_it_and_it_has_the_form(contract: Contract, texts: list[str]) -> None:
    """What a text must look like by its characters, however the SQL comes to see it."""
    day = next(column for column in contract.columns if column.name == "day")
    form = "t like '____-__-__' and t >= '0' and t[10] >= '0'"
    with duckdb.connect() as con:
        rows = con.execute(
            f"""select {exact(day, "t", "v")}, case when {form} then v end
            from (select t, {cast(day, "t")} as v from (select unnest(?::varchar[]) as t))""",
            [[*texts, *(text for text in TEXTS if text is not None), "0000-01-01", "9999-12-31"]],
        ).fetchall()
    assert [row[0] for row in rows] == [row[1] for row in rows]


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=30, max_size=30))
def test_a_text_is_dirty_where_anything_in_it_is_unusual(contract: Contract, texts: list[str]) -> None:
    kind = next(column for column in contract.columns if column.name == "person")
    spoilt = [text[:1] + odd + text[1:] for text, odd in zip(texts, "\t\n\v\f\r \x85\xa0　！～\u200b", strict=False)]
    with duckdb.connect() as con:
        rows = con.execute(
            f"""select {_dirty([kind])}, regexp_matches(t, '{UNUSUAL}') or upper(t) <> t
            from (select t, t as "person~0" from (select unnest(?::varchar[]) as t))""",
            [[*texts, *spoilt, *(text for text in TEXTS if text is not None)]],
        ).fetchall()
    assert [row[0] for row in rows] == [row[1] for row in rows]
