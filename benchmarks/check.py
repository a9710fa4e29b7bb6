"""How long checking takes: ``clew check`` of a folder of generated rules, and compiling one rule.

    python -m benchmarks.check [--rules 1000]

The rules are those of this project, written again under other names until there are enough; contracts, laws and models
stay. CPU time is user and system time of the whole command, interpreter and imports included. A first run remembers
nothing, a run again remembers all; the very first has no byte code of any module either, as after an installation.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from clew.contracts.catalogue import read_catalogue
from clew.problems import Problems
from clew.project_folders import NO_RULES
from clew.rules.compile import compile_rule
from clew.rules.library import read_library

ROOT = Path(__file__).parent.parent
DAY = date(2026, 6, 30)
EDITED = (
    "rules/water/reading_falls.yml",
    "models/water_abstraction/model.yml",
    "rules/exclusions/returned.yml",
    "data_contracts/death_register.odcs.yaml",
)
"""Files that more and more others depend on."""


def generate(folder: Path, count: int) -> int:
    """Copy the project and add rules until there are ``count``; gives their number."""
    for name in ("data_contracts", "rules", "models"):
        shutil.copytree(ROOT / name, folder / name)
    shipped = sorted(path for path in (folder / "rules").glob("*/*.yml") if path.parent.name not in NO_RULES)
    for number in range(count - len(shipped)):
        path = shipped[number % len(shipped)]
        name = f"{path.stem}_{number}"
        text = re.sub(rf"(?m)^rule: (\w+)\.{path.stem}$", rf"rule: \1.{name}", path.read_text(encoding="utf-8"))
        (path.parent / f"{name}.yml").write_text(text, encoding="utf-8")
    return max(count, len(shipped))


def check(folder: Path, byte_code: Path) -> str:
    """One ``clew check``: seconds by the clock and of the processor, and the most memory of any run so far."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(byte_code)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [str(Path(sys.executable).parent / "clew"), "check", "-C", str(folder)]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{time.perf_counter() - start:.2f} s, {cpu:.2f} s of CPU, {after.ru_maxrss // 1024} MB so far"


def main() -> None:
    """Check this project and a generated one, and compile every shipped rule."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rules", type=int, default=1000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        byte_code, small, large = Path(folder) / "byte_code", Path(folder) / "small", Path(folder) / "large"
        count = generate(small, 0)
        print(f"clew check of {count} rules, no byte code, nothing remembered: {check(small, byte_code)}", flush=True)
        shutil.rmtree(small / "var")
        print(f"clew check of {count} rules, nothing remembered: {check(small, byte_code)}", flush=True)
        print(f"clew check of {count} rules, again: {check(small, byte_code)}", flush=True)
        count = generate(large, given.rules)
        print(f"clew check of {count:,} rules, nothing remembered: {check(large, byte_code)}", flush=True)
        print(f"clew check of {count:,} rules, again: {check(large, byte_code)}", flush=True)
        for edited in EDITED:
            with (large / edited).open("a", encoding="utf-8") as file:
                file.write("# edited\n")
            print(f"clew check of {count:,} rules, {edited} edited: {check(large, byte_code)}", flush=True)
    problems = Problems()
    catalogue = read_catalogue(ROOT / "data_contracts", problems)
    took = []
    for rule in read_library(ROOT / "rules", problems, "rules").rules.values():
        start = time.process_time()
        compile_rule(rule, catalogue, problems, as_of=DAY)
        took.append(1000 * (time.process_time() - start))
    print(f"compiling one of {len(took)} rules: median {median(took):.1f} ms, longest {max(took):.1f} ms of CPU")


if __name__ == "__main__":
    main()
