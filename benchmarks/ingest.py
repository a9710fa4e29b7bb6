"""Ingest with lineage, repair and validation against a plain DuckDB load of the same CSV file.

    python benchmarks/ingest.py --rows 1000000 --rounds 3
    python benchmarks/ingest.py --rows 10000000 --encoding GB18030
    python benchmarks/ingest.py --rows 100000000 --columns 8 --engines clew

Data is made from a fixed seed, as a stream: up to 20 columns of payments, one row in 5,000 breaking the contract and
one in 50 needing a repair. Each run is a process of its own, taken in turns; the ratios are medians over the rounds, of
wall time and of CPU time (user and system, child processes included), from the opening of the warehouse to its closing.
What the run before left to write goes to the disk, and the delivered file is read once, before the clock starts. The
first round warms the machine (a virtual one is only then given its memory): it counts only if it is the only one.
The plain load is told the dialect and the column types, so it neither guesses nor validates. DuckDB cannot read
GB18030: the plain load is then given the same rows in UTF-8.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

SEED = 20260630
COLUMNS = {
    "payment_id": "VARCHAR", "person_id": "VARCHAR", "name": "VARCHAR", "scheme": "VARCHAR", "kind": "VARCHAR",
    "pay_month": "DATE", "paid_on": "DATE", "amount": "DECIMAL(18,2)", "account": "VARCHAR", "returned_on": "DATE",
    "region": "VARCHAR", "months": "BIGINT", "active": "BOOLEAN", "base": "DECIMAL(18,2)", "note": "VARCHAR",
    "clerk": "BIGINT", "counter": "VARCHAR", "created_at": "TIMESTAMP", "ratio": "DECIMAL(18,6)",
    "reference": "VARCHAR",
}  # fmt: skip
_LOGICAL = {"VARCHAR": "string", "DATE": "date", "BIGINT": "integer", "BOOLEAN": "boolean", "TIMESTAMP": "timestamp"}
_REPAIRS = {
    "payment_id": "[trim, spaces, halfwidth, upper]", "person_id": "[trim, spaces, halfwidth, upper, id18]",
    "name": "[trim, spaces, halfwidth]", "scheme": "[trim, values]", "kind": "[trim, values]",
    "paid_on": "[trim, halfwidth, date]", "amount": "[trim, halfwidth, number]", "region": "[trim, halfwidth]",
}  # fmt: skip
_OPTIONS = {
    "person_id": "{pattern: '^[0-9]{17}[0-9X]$'}", "account": "{pattern: '^[0-9]{8,32}$'}",
    "region": "{pattern: '^[0-9]{6}$'}", "amount": "{minimum: 0, maximum: 1000000}",
    "paid_on": "{minimum: '1980-01-01', maximum: '2100-01-01'}", "months": "{minimum: 0, maximum: 12}",
    "name": "{minLength: 1, maxLength: 60}",
}  # fmt: skip
_REQUIRED = ("payment_id", "person_id", "name", "scheme", "kind", "pay_month", "paid_on", "amount", "region")


def make_data(path: Path, rows: int, columns: int = len(COLUMNS)) -> None:
    """Write the CSV file in UTF-8 as a stream; everything follows from the row number and the seed."""

    def pick(salt: int, size: int) -> str:
        return f"(hash(i * 1000 + {salt} + {SEED}) % {size})::bigint"

    body = f"'340102' || (19300101 + {pick(1, 60)} * 10000)::varchar || lpad({pick(2, 1000)}::varchar, 3, '0')"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = " + ".join(f"substr(body, {place}, 1)::int * {weight}" for place, weight in enumerate(weights, start=1))
    day = f"(date '2024-01-01' + {pick(3, 730)}::int)"
    duckdb.execute(f"""
        copy (select {", ".join(names(columns))} from (select 'P' || lpad(i::varchar, 12, '0') as payment_id,
            case when i % 5000 = 0 then body || 'A' else body || substr('10X98765432', ({total}) % 11 + 1, 1) end
                as person_id,
            case when i % 50 = 0 then ' 张三 ' else '张' || chr((20000 + {pick(4, 2000)})::int) end as name,
            case {pick(5, 3)} when 0 then '职工' else '居民' end as scheme,
            case {pick(6, 20)} when 0 then '补发' when 1 then '丧葬费' else '养老金' end as kind,
            date_trunc('month', {day})::date as pay_month,
            case when i % 50 = 1 then strftime({day}, '%Y/%m/%d') else {day}::varchar end as paid_on,
            ({pick(7, 1000000)} / 100.0)::decimal(18, 2) as amount,
            '6222' || lpad({pick(8, 1000000000)}::varchar, 12, '0') as account,
            case when {pick(9, 50)} = 0 then {day} end as returned_on,
            '34' || lpad({pick(10, 10000)}::varchar, 4, '0') as region, {pick(11, 12)} as months,
            {pick(12, 2)} = 0 as active, ({pick(13, 10000000)} / 100.0)::decimal(18, 2) as base,
            'note ' || {pick(14, 1000)}::varchar as note, {pick(15, 100000)} as clerk,
            '柜台' || {pick(16, 50)}::varchar as counter,
            timestamp '2024-01-01' + to_seconds({pick(17, 10000000)}) as created_at,
            ({pick(18, 1000)} / 1000.0)::decimal(18, 6) as ratio, 'x' || {pick(19, 1000000)}::varchar as reference
        from (select i, {body} as body from range(1, {rows + 1}) numbers(i)))) to '{path}' (header)""").fetchall()


def names(columns: int) -> list[str]:
    """The first columns; at least the eight that the contract cannot do without."""
    return list(COLUMNS)[: max(columns, 8)]


def transcode(source: Path, target: Path, encoding: str) -> None:
    """The same text in another encoding, piece by piece."""
    with source.open(encoding="utf-8", newline="") as text, target.open("w", encoding=encoding, newline="") as made:
        while piece := text.read(1 << 20):
            made.write(piece)


def contract_text(columns: int = len(COLUMNS), encoding: str = "UTF-8") -> str:
    """The contract of the benchmark's dataset."""
    lines = [
        "apiVersion: v3.2.0", "kind: DataContract", "id: payment", "version: 1.0.0", "status: active", "name: Payments",
        "servers:", f"  - {{server: drop, type: local, path: drop/payment, format: csv, encoding: {encoding}}}",
        "customProperties:", "  - {property: kind, value: event}", "  - {property: eventColumn, value: paid_on}",
        "  - {property: quarantineTolerance, value: 0.01}", "schema:", "  - name: payment", "    logicalType: object",
        "    properties:",
    ]  # fmt: skip
    for name in names(columns):
        type_ = COLUMNS[name]
        lines += [f"      - name: {name}", f"        logicalType: {_LOGICAL.get(type_, 'number')}"]
        lines += [f"        physicalType: {type_}"] if type_.startswith("DECIMAL") else []
        lines += [f"        logicalTypeOptions: {_OPTIONS[name]}"] if name in _OPTIONS else []
        lines += ["        required: true"] if name in _REQUIRED else []
        lines += ["        primaryKey: true", "        primaryKeyPosition: 1"] if name == "payment_id" else []
        words = [f"          - {{property: repairs, value: {_REPAIRS[name]}}}"] if name in _REPAIRS else []
        words += ["          - {property: identity, value: id18}"] if name == "person_id" else []
        if name in ("scheme", "kind"):
            pairs = {
                "scheme": "职工: employee, 居民: resident",
                "kind": "补发: back_payment, 丧葬费: funeral_grant, 养老金: pension",
            }[name]
            allowed = ", ".join(pair.split(": ")[1] for pair in pairs.split(", "))
            lines.append(f"        enum: [{', '.join(f'{{value: {word}}}' for word in allowed.split(', '))}]")
            words.append(f"          - {{property: values, value: {{{pairs}}}}}")
        lines += ["        customProperties:", *words] if words else []
    return "\n".join(lines) + "\n"


def delivered(engine: str, folder: Path) -> Path:
    """The file that an engine reads."""
    in_utf8 = folder / "plain.csv"
    return in_utf8 if engine == "plain" and in_utf8.exists() else folder / "drop" / "payment" / "data.csv"


def _remembered(path: Path) -> None:
    """Have the system hold a file in memory, whoever read it last."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def run_plain(folder: Path, memory: str, threads: int) -> dict[str, float]:
    """CREATE TABLE AS read_csv with the dialect and the types given; dates that need a repair stay text."""
    path = delivered("plain", folder)
    with path.open(encoding="utf-8") as file:
        headings = file.readline().strip().split(",")
    types = {name: (COLUMNS | {"paid_on": "VARCHAR"})[name] for name in headings}
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in types.items())
    target = folder / "plain.duckdb"
    target.unlink(missing_ok=True)
    watch = Watch()
    con = duckdb.connect(str(target), config={"memory_limit": memory, "threads": threads})
    rows = con.execute(
        f"create table payment as select * from read_csv('{path}', auto_detect = false, header = true, "
        f"delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})"
    ).fetchall()[0][0]
    con.close()
    return {**watch.read(), "rows": rows}


class Watch:
    """Wall and CPU seconds since it was made; CPU with that of child processes."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), _cpu()

    def read(self) -> dict[str, float]:
        """``seconds`` and ``cpu`` so far."""
        return {"seconds": time.perf_counter() - self.wall, "cpu": _cpu() - self.cpu}


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def run_clew(folder: Path, memory: str, threads: int) -> dict[str, float]:
    """The whole of Clew's ingest: landing with sha256, lineage, repair, every check, quarantine, coverage."""
    from clew.contracts.catalogue import read_catalogue
    from clew.ingest.run import ingest_folder
    from clew.problems import Problems
    from clew.settings import Settings
    from clew.warehouse import open_warehouse

    problems = Problems()
    catalogue = read_catalogue(folder / "data_contracts", problems)
    problems.raise_errors()
    settings = Settings(project=folder, state=folder, memory_limit=memory, threads=threads)
    for left in (settings.warehouse_path, settings.landing_dir, settings.state_dir / "spill"):
        subprocess.run(["rm", "-rf", str(left)], check=True)
    watch = Watch()
    con = open_warehouse(settings)
    report = ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))
    con.close()
    assert report.refused == 0, [str(problem) for problem in report.problems]
    return {**watch.read(), "rows": report.rows_read, "quarantined": report.rows_quarantined}


def measured(engine: str, folder: Path, memory: str, threads: int) -> dict[str, float]:
    """One run in a process of its own: seconds, rows, and the most memory it held (MB)."""
    command = [
        sys.executable,
        __file__,
        "--child",
        engine,
        "--folder",
        str(folder),
        "--memory",
        memory,
        "--threads",
        str(threads),
    ]
    os.sync()
    _remembered(delivered(engine, folder))
    # Byte code is kept, as it is in use: the clock would run while the program is compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Parse arguments, run the engines in turns, print the table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=len(COLUMNS), help="the first 8 to 20 columns")
    parser.add_argument("--encoding", default="UTF-8", help="of the delivered file: UTF-8 or GB18030")
    parser.add_argument("--engines", default="plain,clew", help="plain,clew or clew alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="1500MB", help="memory limit of the engine")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--child", choices=("plain", "clew"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where the data is made and kept (default: a temporary folder)")
    given = parser.parse_args()
    if given.child:
        run = run_plain if given.child == "plain" else run_clew
        found = run(given.folder, given.memory, given.threads)
        peaks = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        found["peak_mb"] = sum(peaks) / 1024
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as temporary:
        compare(given.folder or Path(temporary), given)


def make(folder: Path, given: argparse.Namespace) -> Path:
    """The project folder with its contract and the delivered file, unless it is there already."""
    path = folder / "drop" / "payment" / "data.csv"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / "data_contracts").mkdir(exist_ok=True)
    contract = contract_text(given.columns, given.encoding)
    (folder / "data_contracts" / "payment.odcs.yaml").write_text(contract, encoding="utf-8")
    if given.encoding.upper() == "UTF-8":
        make_data(path, given.rows, given.columns)
    else:
        make_data(folder / "plain.csv", given.rows, given.columns)
        transcode(folder / "plain.csv", path, given.encoding)
    return path


def compare(folder: Path, given: argparse.Namespace) -> None:
    """Make the data, take turns, print."""
    size = make(folder, given).stat().st_size / 1e6
    print(
        f"{given.rows:,} rows x {len(names(given.columns))} columns, {size:,.0f} MB {given.encoding}, "
        f"memory limit {given.memory}, {given.threads} threads, seed {SEED}",
        flush=True,
    )
    runs: dict[str, list[dict[str, float]]] = {engine: [] for engine in given.engines.split(",")}
    for _ in range(given.rounds):
        for engine, done in runs.items():
            done.append(measured(engine, folder, given.memory, given.threads))
            print(
                f"  {engine:5s} {done[-1]['seconds']:7.2f} s  cpu {done[-1]['cpu']:7.2f} s  "
                f"peak {done[-1]['peak_mb']:6.0f} MB",
                flush=True,
            )
    print(f"quarantined {runs['clew'][0]['quarantined']:,.0f} rows")
    if "plain" in runs:
        pairs = list(zip(runs["clew"], runs["plain"], strict=True))
        pairs = pairs[1:] or pairs
        wall, cpu = (median(clew[kind] / plain[kind] for clew, plain in pairs) for kind in ("seconds", "cpu"))
        print(f"ratio of wall time {wall:.2f}, of CPU time {cpu:.2f}")


if __name__ == "__main__":
    main()
