"""Random programs by the thousand: ``python -m tests.oracle FIRST AFTER`` runs the numbers from FIRST up to AFTER.

Prints every difference with the rule it was found by, and how many programs ended how. Exits 1 where any differed.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.oracle.program import Outcome, run

ended: Counter[Outcome] = Counter()
for seed in range(int(sys.argv[1]), int(sys.argv[2])):
    program = run(seed)
    ended.update(program.outcomes)
    if program.differences:
        sys.stdout.write("\n".join([f"--- {seed}", *program.differences, program.written, ""]))
        sys.stdout.flush()
for outcome, times in sorted(ended.items()):
    sys.stdout.write(f"{times:8d}  {outcome}\n")
sys.exit(Outcome.DIFFERS in ended)
