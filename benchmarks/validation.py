"""Thirty checks on a loaded table: Clew's one scan, the best hand-written SQL, and stock Great Expectations on pandas.

    python -m benchmarks.validation --rows 10000000 --rounds 5
    python -m benchmarks.validation --rows 1000000 --engines clew,hand,gx

All three judge the same rows of the ingest benchmark (20 columns, fixed seed, one row in 5,000 in breach) after they
were loaded, and must count the same violations. Clew counts every check in one scan, proves the key unique, draws the
samples, and builds the Great Expectations results. The hand-written SQL is one statement that counts the same
violations and gives no samples and no results. Great Expectations gets its suite from the same contract and the rows as
a data frame, made before the clock starts; the two checks that pandas cannot run as an expectation (the check digit, a
condition over two columns) are left out for it. Importing Great Expectations is before the clock for both.

Each run is a process of its own, taken in turns; the ratios are medians over the rounds, of wall and of CPU time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.ingest import COLUMNS, SEED, Watch, contract_text, make_data
from clew.contracts.check import CheckMeasure, Measured, RowCheck, TableCheck
from clew.contracts.checks import every_check
from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.contracts.read import read_document
from clew.ingest.validate.measure import loaded_measures
from clew.ingest.validate.table_checks import key_measure
from clew.problems import Problems

BATCH = 1
_OPTIONS = {
    "payment_id": "{pattern: '^P[0-9]{12}$'}", "person_id": "{pattern: '^[0-9]{17}[0-9X]$'}",
    "name": "{minLength: 1, maxLength: 60}", "paid_on": "{minimum: '1980-01-01', maximum: '2100-01-01'}",
    "amount": "{minimum: 0, maximum: 1000000}", "account": "{pattern: '^[0-9]{8,32}$'}",
    "region": "{pattern: '^[0-9]{6}$'}", "months": "{minimum: 0, maximum: 12}", "base": "{minimum: 0}",
    "note": "{maxLength: 20}", "clerk": "{minimum: 0, maximum: 99998}", "ratio": "{minimum: 0, maximum: 1}",
    "reference": "{maxLength: 10}",
}  # fmt: skip
_REQUIRED = ("payment_id", "person_id", "name", "scheme", "kind", "pay_month", "paid_on", "amount", "region")
_ENUMS = {"scheme": ("职工", "居民"), "kind": ("补发", "丧葬费", "养老金")}
_RULE = '"returned_on" < "paid_on"'


def contract_of(folder: Path) -> Contract:
    """The contract: 9 not null, 2 sets, 6 ranges, 4 patterns, 3 lengths, a check digit, a row rule, a key, 3 counts."""
    lines = contract_text().splitlines()[: contract_text().splitlines().index("    properties:") + 1]
    for name, type_ in COLUMNS.items():
        logical = {"VARCHAR": "string", "DATE": "date", "BIGINT": "integer", "BOOLEAN": "boolean",
                   "TIMESTAMP": "timestamp"}.get(type_, "number")  # fmt: skip
        lines += [f"      - name: {name}", f"        logicalType: {logical}"]
        lines += [f"        physicalType: {type_}"] if type_.startswith("DECIMAL") else []
        lines += [f"        logicalTypeOptions: {_OPTIONS[name]}"] if name in _OPTIONS else []
        lines += ["        required: true"] if name in _REQUIRED else []
        lines += ["        primaryKey: true", "        primaryKeyPosition: 1"] if name == "payment_id" else []
        words = ", ".join(f"{{value: {word}}}" for word in _ENUMS.get(name, ()))
        lines += [f"        enum: [{words}]"] if words else []
        if name == "person_id":
            lines += ["        customProperties:", "          - {property: identity, value: id18}"]
        if name in ("note", "counter"):
            limit = "{type: library, metric: nullValues, mustBeLessThan: 5, unit: percent}"
            lines += ["        quality:", f"          - {limit}"]
    lines += ["    quality:", "      - {type: library, metric: rowCount, mustBeGreaterThan: 0}"]
    lines += ["      - name: not_back_before_paid", "        type: sql"]
    lines += [f"        query: 'SELECT COUNT(*) FROM {{object}} WHERE {_RULE}'", "        mustBe: 0"]
    path = folder / "payment.odcs.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    problems = Problems()
    contracts = read_document(path, problems)
    problems.raise_errors()
    assert contracts is not None
    return contracts[0]


def judged(contract: Contract) -> list[RowCheck | TableCheck]:
    """The thirty checks: those of types cannot fail on rows that are loaded."""
    found = [check for check in every_check(contract) if check.kind != "type"]
    assert len(found) == 30, [check.name for check in found]
    return found


def make_table(folder: Path, rows: int) -> None:
    """The rows as loaded, in ``data.payment``; typed, because every text was a value."""
    make_data(folder / "rows.csv", rows)
    con = duckdb.connect(str(folder / "rows.duckdb"), config={"memory_limit": "1GB"})
    types = ", ".join(f"'{name}': '{type_}'" for name, type_ in (COLUMNS | {"paid_on": "VARCHAR"}).items())
    con.execute("create schema data")
    con.execute(
        f"create table data.payment as select * replace (replace(paid_on, '/', '-')::date as paid_on), "
        f"{BATCH}::integer as _batch, row_number() over () as _row from read_csv('{folder / 'rows.csv'}', "
        f"header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{types}}})"
    )
    con.close()
    (folder / "rows.csv").unlink()


def run_clew(con: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, int]:
    """One scan for the row checks, the proof of the key, and the results as Great Expectations has them."""
    from clew.contracts.results import validation_result

    checks = every_check(contract)
    row_checks = [check for check in checks if isinstance(check, RowCheck)]
    rows = con.execute("select count(*) from data.payment where _batch = ?", [BATCH]).fetchall()[0][0]
    measures = loaded_measures(con, contract, row_checks, BATCH, rows)
    for check in checks:
        if isinstance(check, TableCheck):
            measures[check.name] = _table_measure(con, check, contract, rows)
    result = validation_result(contract, Measured(rows, measures))
    assert len(result.results) == len(checks)
    return {check.name: measures[check.name].unexpected for check in judged(contract)}


def _table_measure(con: duckdb.DuckDBPyConnection, check: TableCheck, contract: Contract, rows: int) -> CheckMeasure:
    if check.kind == "unique":
        return key_measure(con, check, contract, BATCH)
    if check.kind == "null_share":
        held = con.execute(f"select count({quoted(check.columns[0])}) from data.payment").fetchall()[0][0]
        return CheckMeasure(rows, rows - held)
    return CheckMeasure(rows)


def run_hand(con: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, int]:
    """One statement: a filtered count for each check of rows, and the repeated keys as a scalar subquery."""
    checks = judged(contract)
    counts = ", ".join(f"{_by_hand(check)} as {quoted(check.name)}" for check in checks)
    found = con.execute(f"select {counts} from data.payment").fetchall()[0]
    return {check.name: int(count or 0) for check, count in zip(checks, found, strict=True)}


def _by_hand(check: RowCheck | TableCheck) -> str:
    """What a good engineer writes for typed columns: NULL is no violation, so FILTER needs no test for it."""
    column = quoted(check.columns[0]) if check.columns else ""
    said = check.arguments
    match check.kind:
        case "not_null":
            return f"count(*) - count({column})"
        case "enum":
            return f"count(*) filter ({column} not in ({', '.join(repr(word) for word in said['values'])}))"
        case "range" | "length":
            value = column if check.kind == "range" else f"length({column})"
            sides = [f"{value} < '{said['minimum']}'"] if said["minimum"] is not None else []
            sides += [f"{value} > '{said['maximum']}'"] if said["maximum"] is not None else []
            return f"count(*) filter ({' or '.join(sides)})"
        case "pattern":
            return f"count(*) filter (not regexp_matches({column}, '{said['pattern']}'))"
        case "identity":
            assert isinstance(check, RowCheck)
            return f"count(*) filter ({check.violated})"  # the fastest known, and not what anybody writes by hand
        case "sql_row":
            return f"count(*) filter ({_RULE})"
        case "unique":
            repeated = f"select count(*) as n from data.payment where {column} is not null group by {column}"
            return f"(select coalesce(sum(n), 0) from ({repeated} having count(*) > 1))"
        case _:
            return "0 * count(*)"


def run_gx(frame: Any, contract: Contract) -> dict[str, int]:
    """Stock Great Expectations: its pandas engine, an ephemeral context, the same expectations, SUMMARY results."""
    import great_expectations as gx
    from great_expectations.core import ExpectationSuite
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from clew.contracts.suite import expectations

    wanted = {check.name for check in judged(contract) if check.kind not in ("identity", "sql_row")}
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("pandas")
        .add_dataframe_asset("payment")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    every = expectations(contract)
    suite = ExpectationSuite(name="payment", expectations=[one for name, one in every.items() if name in wanted])
    result = batch.validate(suite, result_format="SUMMARY")
    found = {}
    for one in result.results:
        name = str((one.expectation_config.meta or {})["check"]) if one.expectation_config else ""
        if one.exception_info and one.exception_info.get("raised_exception"):
            raise RuntimeError(name)
        found[name] = int(one.result.get("unexpected_count", 0))
    return found


def child(engine: str, folder: Path, memory: str, threads: int) -> dict[str, Any]:
    """One run: seconds, CPU seconds, most memory held (MB), and the violations of each check."""
    contract = contract_of(folder)
    con = duckdb.connect(
        str(folder / "rows.duckdb"), read_only=True, config={"memory_limit": memory, "threads": threads}
    )
    con.execute("set enable_progress_bar = false")
    if engine != "hand":
        import great_expectations  # noqa: F401 - imported before the clock starts
    if engine == "gx":
        frame = con.execute("select * exclude (_batch, _row) from data.payment").df()
        con.close()
        watch = Watch()
        counts = run_gx(frame, contract)
    else:
        watch = Watch()
        counts = (run_clew if engine == "clew" else run_hand)(con, contract)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**watch.read(), "peak_mb": peak, "counts": counts}


def compare(folder: Path, given: argparse.Namespace) -> None:
    """Make the table, take turns, see that all count the same, print."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "rows.duckdb").exists():
        make_table(folder, given.rows)
    print(f"{given.rows:,} rows x {len(COLUMNS)} columns, 30 checks, {given.threads} threads, seed {SEED}", flush=True)
    runs: dict[str, list[dict[str, Any]]] = {engine: [] for engine in given.engines.split(",")}
    for _ in range(given.rounds):
        for engine, done in runs.items():
            command = [sys.executable, "-m", "benchmarks.validation", "--child", engine, "--folder", str(folder)]
            command += ["--memory", given.memory, "--threads", str(given.threads)]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            done.append(json.loads(said.splitlines()[-1]))
            one = done[-1]
            print(
                f"  {engine:5s} {one['seconds']:7.2f} s  cpu {one['cpu']:7.2f} s  peak {one['peak_mb']:6.0f} MB",
                flush=True,
            )
            other = runs["clew"][0]["counts"]
            assert all(other[name] == count for name, count in one["counts"].items()), engine
    print(f"violations: { {name: count for name, count in runs['clew'][0]['counts'].items() if count} }")
    for engine in [name for name in runs if name != "clew"]:
        pairs = list(zip(runs["clew"], runs[engine], strict=True))
        wall, cpu = (median(clew[kind] / other[kind] for clew, other in pairs) for kind in ("seconds", "cpu"))
        print(f"clew / {engine}: wall {wall:.2f}, cpu {cpu:.2f} ({engine} / clew: {1 / wall:.1f}, {1 / cpu:.1f})")


def main() -> None:
    """Parse arguments, run the engines in turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default="clew,hand", help="clew, hand, gx; gx holds every row in memory")
    parser.add_argument("--memory", default="1500MB", help="memory limit of the engine")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the table is made and kept (default: a temporary folder)")
    parser.add_argument("--child", choices=("clew", "hand", "gx"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child, given.folder, given.memory, given.threads)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        compare(given.folder or Path(temporary), given)


if __name__ == "__main__":
    main()
