"""How long a look at one rule takes: ``clew dry-run`` of rules of this project on the demo that is in its state folder.

    make demo PERSONS=20000
    python -m benchmarks.dry_run benefit.pension_after_death water.tax_short

Time by the clock and of the processor of the whole command, interpreter and imports included, byte code at hand; the
best of three runs.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 3


def dry_run(rule: str, day: str, byte_code: str) -> tuple[float, float]:
    """One ``clew dry-run``: seconds of the processor and by the clock."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = byte_code
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [str(Path(sys.executable).parent / "clew"), "dry-run", rule, "--as-of", day, "-C", str(ROOT)]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start


def main() -> None:
    """Try every rule named, in turns."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rules", nargs="+")
    options.add_argument("--as-of", default="2026-06-30")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as byte_code:
        dry_run(given.rules[0], given.as_of, byte_code)
        for rule in given.rules:
            cpu, wall = min(dry_run(rule, given.as_of, byte_code) for _ in range(ROUNDS))
            print(f"clew dry-run {rule}: {cpu:.2f} s of CPU, {wall:.2f} s", flush=True)


if __name__ == "__main__":
    main()
