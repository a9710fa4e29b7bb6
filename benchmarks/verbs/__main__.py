"""Each verb against the best hand-written DuckDB SQL, in one run: ratio of times, and peak memory of each.

    python -m benchmarks.verbs [--part 0.1] [--only overlap] [--rounds 3] [--threads 2] [--memory 4GB]

``--part`` is the share of the published size (12 million payments, 9.5 million shifts, 2 million companies): the
default runs in a minute or two, ``--part 1`` is the full size. The data come from DuckDB's ``hash(range)``: no seed
file, the same rows on every machine. Hand-written SQL gives the clues: subject, measures and the identities of the
evidence rows. The compiled rule gives these and the funnel, the exclusion ledger, undecided subjects and how many were
evaluated. The two sides are processes of their own and run by turns; the best of the rounds counts, for both.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from pathlib import Path

from benchmarks.verbs import groups, lookups, order, periods, rings
from benchmarks.verbs.case import Case
from benchmarks.verbs.side import Took, make_data, serve

CASES: tuple[Case, ...] = (*lookups.CASES, *groups.CASES, *order.CASES, *periods.CASES, *rings.CASES)


def main() -> None:
    """Run every pair and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--part", type=float, default=0.1)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--memory", default="4GB")
    options.add_argument("--only", default="")
    given = options.parse_args()
    print(f"{given.threads} threads, {given.memory}, best of {given.rounds}")
    times = f"{'hand':>9}{'Clew':>8}{'ratio':>7}"
    print(f"{'seconds by the clock, then of CPU':<47}{times}{times}{'peak MB, hand/Clew':>20}")
    for case in CASES:
        if given.only in case.name:
            compare(case, max(1000, int(case.rows * given.part)), given.rounds, given.threads, given.memory)


def compare(case: Case, rows: int, rounds: int, threads: int, memory: str) -> None:
    """Time one pair and check that both find as many."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.duckdb"
        make_data(case, path, rows)
        took: dict[bool, list[Took]] = {True: [], False: []}
        peak: dict[bool, float] = {}
        context = multiprocessing.get_context("spawn")
        pipes = {}
        for hand in (True, False):
            pipes[hand], theirs = context.Pipe()
            context.Process(target=serve, args=(theirs, case, path, hand, threads, memory), daemon=True).start()
            theirs.close()
        for _ in range(rounds):
            for hand, pipe in pipes.items():
                pipe.send(True)
                took[hand].append(pipe.recv())
        for hand, pipe in pipes.items():
            pipe.send(False)
            peak[hand] = pipe.recv()
    wall = {hand: min(one.wall for one in runs) for hand, runs in took.items()}
    cpu = {hand: min(one.cpu for one in runs) for hand, runs in took.items()}
    found = {hand: runs[0].clues for hand, runs in took.items()}
    note = "" if found[True] == found[False] else f"  by hand {found[True]:,}"
    times = "".join(f"{one[True]:>9.2f}{one[False]:>8.2f}{one[False] / one[True]:>7.2f}" for one in (wall, cpu))
    memory_used = f"{peak[True]:,.0f}/{peak[False]:,.0f}"
    print(f"{case.name:<24}{rows:>12,}{found[False]:>11,}{times}{memory_used:>20}{note}", flush=True)


if __name__ == "__main__":
    main()
